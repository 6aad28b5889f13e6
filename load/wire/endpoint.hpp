// Where the server is: a ws:// or wss:// URL and what it resolves to.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>

namespace parley::load {

/// A parsed `ws://HOST[:PORT][/PATH][?QUERY]`, or `wss://` by TLS. No user and no fragment.
struct ws_url {
  std::string host;        ///< a name or an address; one of IPv6 without its brackets
  std::uint16_t port = 80; ///< of wss 443
  std::string path;        ///< with a leading and without a trailing slash; may be empty
  bool secure = false;
  std::string query = {}; ///< without its question mark; may be empty

  /// Host and port as a header has them.
  [[nodiscard]] std::string authority() const;
};

/// The error is one line for people.
tl::expected<ws_url, std::string> parse_url(std::string_view text);

/// An address and port of IPv4 or IPv6, as the kernel takes them.
struct socket_address {
  sockaddr_storage bytes{};
  socklen_t size = 0;

  static socket_address of(const sockaddr_in& from);
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&bytes); }
  /// 127.0.0.0/8, which has many addresses; ::1 is alone.
  [[nodiscard]] bool is_loopback_of_many() const;
};

/// The host's first address of IPv4, or else of IPv6; may ask the resolver and block. The error is one line for people.
tl::expected<socket_address, std::string> resolve(const ws_url& url);

} // namespace parley::load
