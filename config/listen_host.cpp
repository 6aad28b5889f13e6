#include "config/listen_host.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/un.h>

namespace parley::config {

namespace {

constexpr std::string_view unix_scheme = "unix:";

bool is_ipv4(const std::string& text) {
  in_addr out{};
  return inet_pton(AF_INET, text.c_str(), &out) == 1;
}

/// With a zone or without (RFC 4007 §11): `fe80::1%eth0`.
bool is_ipv6(std::string_view text) {
  in6_addr out{};
  const auto percent = text.find('%');
  return percent != text.size() - 1 && inet_pton(AF_INET6, std::string(text.substr(0, percent)).c_str(), &out) == 1;
}

/// One byte of the kernel's field ends the text; a first `@` would look as if it meant an abstract socket.
std::optional<listen_host> unix_socket(std::string_view path) {
  if (path.empty() || path.front() == '@' || path.back() == '/' || path.size() >= sizeof(sockaddr_un{}.sun_path))
    return std::nullopt;
  return listen_host{listen_host::form::unix_path, std::string(path)};
}

std::optional<listen_host> address(std::string_view text, bool bracketed) {
  std::string out(text);
  if (!is_ipv6(text) && (bracketed || !is_ipv4(out)))
    return std::nullopt;
  return listen_host{listen_host::form::address, std::move(out)};
}

} // namespace

std::optional<listen_host> parse_listen_host(std::string_view written) {
  constexpr std::size_t name_max = 253; // RFC 1035 §2.3.4
  if (written.starts_with(unix_scheme))
    return unix_socket(written.substr(unix_scheme.size()));
  if (written.starts_with('/'))
    return unix_socket(written);
  if (written.starts_with('[') && written.ends_with(']'))
    return address(written.substr(1, written.size() - 2), true);
  if (auto out = address(written, false))
    return out;
  if (written.empty() || written.size() > name_max || written.find_first_of(" /?#@[]:%") != std::string_view::npos)
    return std::nullopt;
  std::string name(written);
  const bool local = ::strcasecmp(name.c_str(), "localhost") == 0;
  return listen_host{local ? listen_host::form::localhost : listen_host::form::name, std::move(name)};
}

} // namespace parley::config
