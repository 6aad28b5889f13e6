#include "load/wire/handshake.hpp"

#include "protocol/base64.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cstring>
#include <strings.h>

namespace parley::load {

std::string_view header_of(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at)) {
    at += 2;
    const std::string_view line = head.substr(at, head.find("\r\n", at) - at);
    if (line.size() > name.size() && line[name.size()] == ':' &&
        ::strncasecmp(line.data(), name.data(), name.size()) == 0) {
      std::string_view value = line.substr(name.size() + 1);
      while (value.starts_with(' '))
        value.remove_prefix(1);
      while (value.ends_with(' '))
        value.remove_suffix(1);
      return value;
    }
  }
  return {};
}

std::string accept_for(std::string_view key) {
  const std::string salted = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  std::size_t size = 0;
  ::EVP_Q_digest(nullptr, "SHA1", nullptr, salted.data(), salted.size(), digest.data(), &size);
  return encode_base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string make_handshake_key(const std::array<std::uint64_t, 2>& random) {
  std::array<char, sizeof random> bytes{};
  std::memcpy(bytes.data(), random.data(), bytes.size());
  return encode_base64({bytes.data(), bytes.size()});
}

std::string handshake_request(const ws_url& url, const request& ask, std::string_view key, bool compress) {
  std::string out = "GET ";
  out.append(ask.target).append(" HTTP/1.1\r\nHost: ").append(url.authority());
  out.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ");
  out.append(key).append("\r\n");
  if (compress)
    out.append("Sec-WebSocket-Extensions: permessage-deflate\r\n");
  out.append(ask.headers).append("\r\n");
  return out;
}

std::string handshake_fault(std::string_view head, std::string_view key) {
  if (!head.starts_with("HTTP/1.1 101")) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    return "the handshake was refused: " + std::string(line.substr(0, 80));
  }
  if (header_of(head, "Sec-WebSocket-Accept") != accept_for(key))
    return "the handshake was answered with a wrong Sec-WebSocket-Accept";
  return {};
}

} // namespace parley::load
