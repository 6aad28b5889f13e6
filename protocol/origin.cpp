#include "protocol/origin.hpp"

#include "protocol/ascii.hpp"
#include "protocol/whole_number.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

namespace parley {

namespace {

struct origin_parts {
  std::string_view scheme;
  std::string_view host;
  std::string_view port; ///< that of the scheme where it was left out; may be empty
};

bool is_web(std::string_view scheme) {
  return same_letters(scheme, "http") || same_letters(scheme, "https");
}

std::string_view default_port(std::string_view scheme) {
  if (same_letters(scheme, "http"))
    return "80";
  return same_letters(scheme, "https") ? "443" : std::string_view();
}

/// `host` or `host:port`, where the host may be an IPv6 address in brackets.
std::pair<std::string_view, std::string_view> split_authority(std::string_view text) {
  const auto bracket = text.rfind(']');
  const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos)
    return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

bool is_scheme(std::string_view text) {
  const auto fits = [](char c) {
    return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  return !text.empty() && to_lower(text.front()) >= 'a' && to_lower(text.front()) <= 'z' &&
         std::ranges::all_of(text, fits);
}

/// Nothing that a host of any scheme may not have; ASCII, as browsers write it.
bool is_host(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return c > ' ' && c <= '~' && std::string_view("/?#@*,:[]\\\"<>^`{|}").find(c) == std::string_view::npos;
  });
}

bool is_bracketed(std::string_view host) {
  return host.size() > 2 && host.starts_with('[') && host.ends_with(']') &&
         host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

bool is_port_number(std::string_view text) {
  const auto port = whole_number<std::uint16_t>(text);
  return port && *port != 0;
}

/// With an empty host where there is none: `file://`.
std::optional<origin_parts> parse_origin(std::string_view text) {
  const auto mark = text.find("://");
  if (mark == std::string_view::npos || !is_scheme(text.substr(0, mark)))
    return std::nullopt;
  origin_parts out{.scheme = text.substr(0, mark), .host = {}, .port = {}};
  std::tie(out.host, out.port) = split_authority(text.substr(mark + 3));
  const auto written = mark + 3 + out.host.size();
  if (written != text.size() && !is_port_number(out.port)) // a colon without a port
    return std::nullopt;
  if (out.host.empty() && is_web(out.scheme))
    return std::nullopt;
  if (out.port.empty())
    out.port = default_port(out.scheme);
  return out;
}

/// A host as it stands in a list, by which it may be `*` or begin with `*.`.
bool is_listed_host(std::string_view host, std::string_view listed) {
  if (listed == "*")
    return !host.empty();
  if (!listed.starts_with("*."))
    return same_letters(host, listed);
  const auto below = listed.substr(1);
  return host.size() > below.size() && same_letters(host.substr(host.size() - below.size()), below) &&
         !host.starts_with('.');
}

bool matches(const origin_parts& asked, const origin_parts& listed) {
  return same_letters(asked.scheme, listed.scheme) && asked.port == listed.port &&
         is_listed_host(asked.host, listed.host);
}

} // namespace

bool is_origin_entry(std::string_view text) {
  if (text == "*" || text == "null")
    return true;
  const auto parts = parse_origin(text);
  if (!parts || !std::ranges::none_of(parts->scheme, [](char c) { return c != to_lower(c); }))
    return false;
  if (!is_web(parts->scheme))
    return parts->host == "*" || is_host(parts->host);
  const bool below = parts->host.starts_with("*.");
  const auto name = below ? parts->host.substr(2) : parts->host;
  const auto tail = text.substr(text.find("://") + 3 + parts->host.size());
  return !name.empty() && !name.starts_with('.') && (is_host(name) || (is_bracketed(name) && !below)) &&
         std::ranges::none_of(name, [](char c) { return c != to_lower(c); }) &&
         (tail.empty() || parts->port != default_port(parts->scheme));
}

bool is_media_host(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"})
    if (text.starts_with(scheme)) {
      text.remove_prefix(scheme.size());
      break;
    }
  const auto [host, port] = split_authority(text);
  if (host.size() != text.size() && !is_port_number(port))
    return false;
  const auto name = host.starts_with("*.") ? host.substr(2) : host;
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

bool is_listed_origin(std::string_view origin, std::span<const std::string> list) {
  const auto asked = parse_origin(origin);
  const bool sound = asked && (is_host(asked->host) || is_bracketed(asked->host));
  return std::ranges::any_of(list, [&](const std::string& entry) {
    if (entry == "*" || (entry == "null" && origin == entry))
      return true;
    const auto listed = parse_origin(entry);
    return sound && listed && matches(*asked, *listed);
  });
}

bool is_origin_of(std::string_view origin, std::string_view authority) {
  const auto asked = parse_origin(origin);
  if (!asked || !is_web(asked->scheme) || !(is_host(asked->host) || is_bracketed(asked->host)))
    return false;
  const auto [name, port] = split_authority(authority);
  return same_letters(asked->host, name) && (port.empty() || asked->port == port);
}

} // namespace parley
