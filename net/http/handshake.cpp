#include "net/http/handshake.hpp"

#include "net/http/cors.hpp"
#include "net/http/fields.hpp"
#include "protocol/base64.hpp"
#include "protocol/origin.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace parley::net {

namespace {

constexpr std::string_view protocol_guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// 16 bytes in Base64.
bool is_key(std::string_view text) {
  constexpr std::size_t digits = 22;
  return text.size() == digits + 2 && text.ends_with("==") && std::ranges::all_of(text.substr(0, digits), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
         });
}

} // namespace

std::string accept_key(std::string_view key) {
  const auto text = std::string(key).append(protocol_guid);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_sha1(), nullptr) != 1)
    throw std::runtime_error("SHA-1 is not available");
  return encode_base64({reinterpret_cast<const char*>(hash.data()), size}); // NOLINT: OpenSSL's byte type
}

tl::expected<std::string, refusal> check_handshake(const request_head& head, std::string_view forwarded_host,
                                                   std::span<const std::string> origins, bool draining) {
  if (head.is_http_1_0 || !head.lists("Upgrade", "websocket") || !head.lists("Connection", "upgrade"))
    return tl::unexpected(refusal(error_code::upgrade_required, {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}}));
  const auto count = [&head](std::string_view name) {
    return std::ranges::count_if(head.fields, [name](const auto& field) { return same_token(field.first, name); });
  };
  if (head.find("Sec-WebSocket-Version") != "13")
    return tl::unexpected(
      refusal(error_code::upgrade_required,
              {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Version", "13"}}));
  const auto key = head.find("Sec-WebSocket-Key");
  // Each of them comes once (RFC 6455 §11.3.1 and §11.3.5).
  if (!key || !is_key(*key) || count("Sec-WebSocket-Key") > 1 || count("Sec-WebSocket-Version") > 1 || head.has_body)
    return tl::unexpected<refusal>(error_code::bad_request);
  const auto origin = head.find("Origin");
  if (origin && !is_own_origin(*origin, head, forwarded_host) && !is_listed_origin(*origin, origins))
    return tl::unexpected<refusal>(error_code::forbidden);
  if (draining)
    return tl::unexpected<refusal>(error_code::draining);
  return accept_key(*key);
}

std::string switching_protocols(std::string_view accept, std::string_view subprotocol, std::string_view extension) {
  auto out = std::string("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Accept: ")
               .append(accept);
  if (!subprotocol.empty())
    out.append("\r\nSec-WebSocket-Protocol: ").append(subprotocol);
  if (!extension.empty())
    out.append("\r\nSec-WebSocket-Extensions: ").append(extension);
  return out.append("\r\n\r\n");
}

} // namespace parley::net
