// The header that a balancer puts before a connection's own bytes, to say whose they are (the PROXY protocol of
// HAProxy, versions 1 and 2).
#pragma once

#include "protocol/ip_address.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parley::net {

/// Takes a header apart as it comes.
class proxy_header {
public:
  static constexpr std::size_t v1_bytes_max = 107;   ///< a line and its end (§2.1)
  static constexpr std::size_t v2_bytes_max = 4'096; ///< behind the first 16; what is longer is refused

  enum class state : unsigned char { unfinished, complete, broken };

  /// How many bytes may be read next, at least 1 while it is unfinished: none of them is behind the header.
  std::size_t wanted() const { return end_ - bytes_.size(); }

  /// Takes 1 to `wanted()` bytes.
  state take(std::string_view bytes);

  /// Whose connection it is, once the header is complete. nullopt if the balancer speaks for itself (`LOCAL`) or does
  /// not know an IP address (`UNKNOWN`, a Unix socket): then it is who stands at the socket's other end.
  const std::optional<ip_address>& client() const { return client_; }

private:
  state take_line();
  state take_binary();
  state read_line(std::string_view line);
  state read_binary();

  std::string bytes_;
  std::size_t end_ = 12; ///< up to where it is sure to be the header's: more than any is short of
  std::optional<ip_address> client_;
};

} // namespace parley::net
