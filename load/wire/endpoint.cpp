#include "load/wire/endpoint.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <memory>
#include <netdb.h>

namespace parley::load {

namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

bool is_ipv6(const std::string& text) {
  in6_addr parsed{};
  return ::inet_pton(AF_INET6, text.c_str(), &parsed) == 1;
}

} // namespace

tl::expected<ws_url, std::string> parse_url(std::string_view text) {
  const auto bad = [text](std::string_view why) {
    return tl::unexpected("'" + std::string(text) + "' is not a ws:// or wss:// URL: " + std::string(why));
  };
  const bool secure = text.starts_with("wss://");
  if (!secure && !text.starts_with("ws://"))
    return bad("it must begin with ws:// or wss://");
  std::string_view rest = text.substr(text.find("//") + 2);
  if (rest.find_first_of("#@ ") != std::string_view::npos)
    return bad("no user or fragment is taken");
  const std::size_t mark = std::min(rest.find('?'), rest.size());
  const std::string_view query = rest.substr(std::min(mark + 1, rest.size()));
  rest = rest.substr(0, mark);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view path = rest.substr(slash);
  while (path.ends_with('/'))
    path.remove_suffix(1);
  const std::string_view authority = rest.substr(0, slash);
  const bool bracketed = authority.starts_with('[');
  const std::size_t host_end = bracketed ? authority.find(']') : authority.find(':');
  ws_url url{std::string(authority.substr(bracketed ? 1 : 0, bracketed ? host_end - 1 : host_end)),
             secure ? https_port : http_port, std::string(path), secure, std::string(query)};
  if (url.host.empty())
    return bad("no host");
  if (bracketed && (host_end == std::string_view::npos || !is_ipv6(url.host)))
    return bad("what stands in [] must be an address of IPv6");
  const std::string_view behind =
    host_end == std::string_view::npos ? std::string_view() : authority.substr(host_end + (bracketed ? 1 : 0));
  if (behind.empty())
    return url;
  if (behind.find(':', 1) != std::string_view::npos)
    return bad("an address of IPv6 stands in []");
  const std::string_view digits = behind.substr(1);
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
  if (behind.front() != ':' || fault != std::errc{} || end != digits.data() + digits.size() || url.port == 0)
    return bad("the port must be 1 to 65535");
  return url;
}

std::string ws_url::authority() const {
  return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

socket_address socket_address::of(const sockaddr_in& from) {
  socket_address out;
  std::memcpy(&out.bytes, &from, sizeof from);
  out.size = sizeof from;
  return out;
}

bool socket_address::is_loopback_of_many() const {
  if (bytes.ss_family != AF_INET)
    return false;
  sockaddr_in in{};
  std::memcpy(&in, &bytes, sizeof in);
  return ntohl(in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

tl::expected<socket_address, std::string> resolve(const ws_url& url) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int fault = ::getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &hints, &found); fault != 0)
    return tl::unexpected("cannot resolve " + url.host + ": " + ::gai_strerror(fault));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  const addrinfo* taken = found;
  while (taken->ai_family != AF_INET && taken->ai_next != nullptr)
    taken = taken->ai_next;
  if (taken->ai_family != AF_INET)
    taken = found;
  socket_address out;
  std::memcpy(&out.bytes, taken->ai_addr, taken->ai_addrlen);
  out.size = taken->ai_addrlen;
  return out;
}

} // namespace parley::load
