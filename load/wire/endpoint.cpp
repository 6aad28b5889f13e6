#include "load/wire/endpoint.hpp"

#include <charconv>
#include <cstring>
#include <memory>
#include <netdb.h>

namespace parley::load {

namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

} // namespace

tl::expected<ws_url, std::string> parse_url(std::string_view text) {
  const auto bad = [text](std::string_view why) {
    return tl::unexpected("'" + std::string(text) + "' is not a ws:// or wss:// URL: " + std::string(why));
  };
  const bool secure = text.starts_with("wss://");
  if (!secure && !text.starts_with("ws://"))
    return bad("it must begin with ws:// or wss://");
  std::string_view rest = text.substr(text.find("//") + 2);
  if (rest.find_first_of("?#@ ") != std::string_view::npos)
    return bad("no user, query or fragment is taken");
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view path = rest.substr(slash);
  while (path.ends_with('/'))
    path.remove_suffix(1);
  const std::string_view authority = rest.substr(0, slash);
  const std::size_t colon = authority.find(':');
  ws_url url{std::string(authority.substr(0, colon)), secure ? https_port : http_port, std::string(path), secure};
  if (url.host.empty())
    return bad("no host");
  if (colon != std::string_view::npos) {
    const std::string_view digits = authority.substr(colon + 1);
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
    if (fault != std::errc{} || end != digits.data() + digits.size() || url.port == 0)
      return bad("the port must be 1 to 65535");
  }
  return url;
}

tl::expected<sockaddr_in, std::string> resolve(const ws_url& url) {
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int fault = ::getaddrinfo(url.host.c_str(), nullptr, &hints, &found); fault != 0)
    return tl::unexpected("cannot resolve " + url.host + ": " + ::gai_strerror(fault));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  sockaddr_in address{};
  std::memcpy(&address, found->ai_addr, sizeof address);
  address.sin_port = htons(url.port);
  return address;
}

} // namespace parley::load
