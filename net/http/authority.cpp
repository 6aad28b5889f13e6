#include "net/http/authority.hpp"

#include "protocol/web_url.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <string>

namespace parley::net {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// `unreserved` and `sub-delims` of RFC 3986 without the comma.
bool is_plain(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("-._~!$&'()*+;=").find(c) != std::string_view::npos;
}

bool is_name(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_plain(text[i]))
      continue;
    if (text[i] != '%' || i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2]))
      return false;
    i += 2;
  }
  return !text.empty();
}

/// `IPvFuture`: `v`, a version in hexadecimal digits, a dot, an address.
bool is_later_version(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos || dot < 2 || dot + 1 == text.size() ||
      (text.front() != 'v' && text.front() != 'V'))
    return false;
  return std::ranges::all_of(text.substr(1, dot - 1), is_hex) &&
         std::ranges::all_of(text.substr(dot + 1), [](char c) { return is_plain(c) || c == ':'; });
}

/// What may stand in brackets.
bool is_literal(std::string_view text) {
  const bool is_written_so = text.find('\0') == std::string_view::npos; // inet_pton reads no further
  in6_addr parsed{};
  return is_later_version(text) || (is_written_so && inet_pton(AF_INET6, std::string(text).c_str(), &parsed) == 1);
}

} // namespace

bool is_authority(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    return end != std::string_view::npos && is_literal(text.substr(1, end - 1)) && is_port_part(text.substr(end + 1));
  }
  const auto colon = std::min(text.find(':'), text.size());
  return is_name(text.substr(0, colon)) && is_port_part(text.substr(colon));
}

} // namespace parley::net
