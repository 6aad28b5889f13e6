#include "config/host_port.hpp"

#include "protocol/whole_number.hpp"

#include <algorithm>

namespace parley::config {

bool host_port::is_loopback() const {
  return host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

std::optional<host_port> parse_host_port(std::string_view written) {
  const auto colon = written.rfind(':');
  if (colon == std::string_view::npos || colon == 0)
    return std::nullopt;
  auto host = written.substr(0, colon);
  const auto port = whole_number<std::uint16_t>(written.substr(colon + 1));
  if (!port)
    return std::nullopt;
  const bool bracketed = host.starts_with('[');
  if (bracketed) {
    if (!host.ends_with(']') || host.size() < 4)
      return std::nullopt;
    host = host.substr(1, host.size() - 2);
  }
  constexpr std::string_view of_names = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  constexpr std::string_view of_ipv6 = "0123456789abcdefABCDEF:.";
  if (host.find_first_not_of(bracketed ? of_ipv6 : of_names) != std::string_view::npos)
    return std::nullopt;
  return host_port{std::string(host), *port};
}

} // namespace parley::config
