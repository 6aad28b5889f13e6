// Where the server is: a ws:// or wss:// URL and what it resolves to.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>

namespace parley::load {

/// A parsed `ws://HOST[:PORT][/PATH]`, or `wss://` by TLS. No user, query or fragment.
struct ws_url {
  std::string host;
  std::uint16_t port = 80; ///< of wss 443
  std::string path; ///< with a leading and without a trailing slash; may be empty
  bool secure = false;
};

/// The error is one line for people.
tl::expected<ws_url, std::string> parse_url(std::string_view text);

/// The first IPv4 address of the host; may ask the resolver and block. The error is one line for people.
tl::expected<sockaddr_in, std::string> resolve(const ws_url& url);

} // namespace parley::load
