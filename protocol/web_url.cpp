#include "protocol/web_url.hpp"

#include "protocol/text.hpp"
#include "protocol/whole_number.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace parley {

namespace {

/// What follows `scheme`, which is compared without regard to case.
std::optional<std::string_view> after(std::string_view scheme, std::string_view url) {
  const auto same = [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); };
  if (url.size() < scheme.size() || !std::equal(scheme.begin(), scheme.end(), url.begin(), same))
    return std::nullopt;
  return url.substr(scheme.size());
}

bool is_host_with_port(std::string_view text) {
  if (text.starts_with('[')) { // an IPv6 address
    const auto end = text.find(']');
    return end != std::string_view::npos && end > 1 &&
           text.substr(1, end - 1).find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos &&
           is_port_part(text.substr(end + 1));
  }
  const auto host = text.substr(0, text.find(':'));
  return !host.empty() && host.find_first_of("[]<>\"^`{|}") == std::string_view::npos &&
         is_port_part(text.substr(host.size()));
}

} // namespace

bool is_port_part(std::string_view text) {
  return text.empty() || text == ":" || (text.front() == ':' && whole_number<std::uint16_t>(text.substr(1)));
}

bool is_web_url(std::string_view utf8) {
  auto rest = after("http://", utf8);
  if (!rest)
    rest = after("https://", utf8);
  if (!rest || has_spaces_or_controls(utf8) || utf8.find('\\') != std::string_view::npos)
    return false;
  auto authority = rest->substr(0, rest->find_first_of("/?#"));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);
  return is_host_with_port(authority);
}

} // namespace parley
