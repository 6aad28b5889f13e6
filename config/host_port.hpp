// `host:port`, as the keys of `cluster` take it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::config {

inline constexpr std::string_view host_port_forms = "HOST:PORT, an IPv6 address in brackets";

struct host_port {
  std::string host; ///< without brackets
  std::uint16_t port = 0;

  /// An address of this machine that no other can reach, or the name for one.
  bool is_loopback() const;
  friend bool operator==(const host_port&, const host_port&) = default;
};

/// nullopt where `written` has another form. Port 0 is one.
std::optional<host_port> parse_host_port(std::string_view written);

} // namespace parley::config
