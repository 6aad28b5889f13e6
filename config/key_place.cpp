#include "config/key_place.hpp"

#include <algorithm>

namespace parley::config {

std::optional<key_place> parse_key_place(std::string_view written) {
  constexpr std::string_view secure_scheme = "https://";
  constexpr std::string_view plain_scheme = "http://";
  if (written.empty())
    return std::nullopt;
  const bool secure = written.starts_with(secure_scheme);
  if (!secure && !written.starts_with(plain_scheme)) {
    if (written.find("://") != std::string_view::npos)
      return std::nullopt;
    return key_place{.file = std::string(written), .secure = false, .server = {}, .authority = {}, .target = {}};
  }
  written.remove_prefix(secure ? secure_scheme.size() : plain_scheme.size());
  const auto end = std::min(written.find_first_of("/?"), written.size());
  const auto authority = written.substr(0, end);
  auto target = std::string(written.substr(end));
  if (std::ranges::any_of(target, [](char c) { return c <= ' ' || c > '~' || c == '#'; }))
    return std::nullopt;
  if (!target.starts_with('/'))
    target.insert(0, "/");
  // The last colon of an IPv6 address is in the brackets.
  const bool has_port = authority.rfind(':') != std::string_view::npos && !authority.ends_with(']');
  const auto server = parse_host_port(std::string(authority) + (has_port ? "" : secure ? ":443" : ":80"));
  if (!server || (!secure && !server->is_loopback()))
    return std::nullopt;
  return key_place{
    .file = {}, .secure = secure, .server = *server, .authority = std::string(authority), .target = std::move(target)};
}

} // namespace parley::config
