// Addresses of the Internet Protocol and ranges of them, as operators and proxies write them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) is the IPv4 address that it stands for.
class ip_address {
public:
  /// Reads `192.0.2.1` or `2001:db8::1`; a zone (`%eth0`) is left out. nullopt for anything else.
  static std::optional<ip_address> parse(std::string_view text);

  /// From bytes in network order.
  static ip_address of_v4(std::span<const std::uint8_t, 4> bytes);
  static ip_address of_v6(std::span<const std::uint8_t, 16> bytes);

  bool is_v4() const;

  /// The usual short form (RFC 5952).
  std::string to_string() const;

  friend bool operator==(const ip_address&, const ip_address&) = default;

private:
  friend class ip_range;

  std::array<std::uint8_t, 16> bytes_{}; ///< of IPv6
};

/// All addresses that begin with the same bits. One of IPv6 that is wider than the mapped addresses has none of IPv4.
class ip_range {
public:
  /// Reads an address, or one with a length as `10.0.0.0/8` (RFC 4632 §3.1); bits behind the length do not matter.
  static std::optional<ip_range> parse(std::string_view text);

  bool contains(const ip_address& x) const;

private:
  ip_address first_;
  unsigned bits_ = 0; ///< of the IPv6 form, 0 to 128
};

/// Addresses that are listed by ranges and by names: `loopback` (127.0.0.0/8, ::1) and `private` (RFC 1918, RFC 4193).
class ip_list {
public:
  ip_list() = default;

  /// Entries for which `is_entry` is false are left out.
  explicit ip_list(std::span<const std::string> entries);

  static bool is_entry(std::string_view text);

  bool empty() const { return ranges_.empty(); }
  bool contains(const ip_address& x) const;

  /// The same for an address as a socket tells it. Where there is none, the peer is on this machine (a Unix socket):
  /// true if `loopback` would be in the list.
  bool contains_peer(std::string_view address) const;

private:
  std::vector<ip_range> ranges_;
};

} // namespace parley
