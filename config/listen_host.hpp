// What `server.host` may name: where to listen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::config {

inline constexpr std::string_view listen_host_forms =
  "an address (IPv6 also in brackets), a host name without a port, unix:PATH or an absolute path of at most 107 bytes";

struct listen_host {
  enum class form : std::uint8_t {
    address,   ///< `text` is an IPv4 or IPv6 address, the latter without brackets
    name,      ///< `text` is a host name that is still to be looked up
    localhost, ///< loopback in both families, whatever the machine makes of the name (RFC 6761 §6.3)
    unix_path, ///< `text` is the path of a Unix socket
  } what = form::address;
  std::string text;
};

/// nullopt if `written` is none of `listen_host_forms`.
std::optional<listen_host> parse_listen_host(std::string_view written);

} // namespace parley::config
