#include "protocol/webhook.hpp"

#include "protocol/base64.hpp"
#include "protocol/limits.hpp"
#include "protocol/web_url.hpp"
#include "protocol/whole_number.hpp"

#include <algorithm>

namespace parley {

namespace {

/// Standard Webhooks gives a signing key so many.
constexpr std::size_t key_bytes_min = 24;
constexpr std::size_t key_bytes_max = 64;

constexpr std::uint16_t secure_port = 443;
constexpr std::uint16_t plain_port = 80;

} // namespace

bool webhook::wants(webhook_kind kind, std::optional<room_id> room) const {
  if (!kinds.empty() && std::ranges::find(kinds, kind) == kinds.end())
    return false;
  return rooms.empty() || (room && std::ranges::find(rooms, *room) != rooms.end());
}

std::optional<std::string> webhook_key(std::string_view secret) {
  if (!secret.starts_with(webhook_secret_prefix))
    return std::nullopt;
  auto out = decode_base64(secret.substr(webhook_secret_prefix.size()));
  if (!out || out->size() < key_bytes_min || out->size() > key_bytes_max)
    return std::nullopt;
  return out;
}

std::optional<webhook_place> parse_webhook_url(std::string_view url) {
  constexpr std::string_view secure_scheme = "https://";
  constexpr std::string_view plain_scheme = "http://";
  const bool secure = url.starts_with(secure_scheme);
  if (url.size() > limits::url_max || (!secure && !url.starts_with(plain_scheme)) || !is_web_url(url) ||
      std::ranges::any_of(url, [](char c) { return c <= ' ' || c > '~' || c == '#'; }))
    return std::nullopt;
  url.remove_prefix(secure ? secure_scheme.size() : plain_scheme.size());
  const auto end = std::min(url.find_first_of("/?"), url.size());
  const auto authority = url.substr(0, end);
  if (authority.find('@') != std::string_view::npos)
    return std::nullopt;
  webhook_place out{.secure = secure,
                    .host = {},
                    .port = secure ? secure_port : plain_port,
                    .authority = std::string(authority),
                    .target = std::string(url.substr(end))};
  if (!out.target.starts_with('/'))
    out.target.insert(0, "/");
  const auto bracket = authority.rfind(']'); // the colons before it are an IPv6 address's
  const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  auto host = authority.substr(0, colon);
  if (colon != std::string_view::npos && colon + 1 < authority.size()) {
    const auto port = whole_number<std::uint16_t>(authority.substr(colon + 1));
    if (!port || *port == 0)
      return std::nullopt;
    out.port = *port;
  }
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  if (host.empty())
    return std::nullopt;
  out.host = host;
  return out;
}

} // namespace parley
