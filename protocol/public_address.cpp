#include "protocol/public_address.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace parley {

namespace {

constexpr std::array<std::string_view, 28> special{
  "0.0.0.0/8",      "10.0.0.0/8",   "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16", "172.16.0.0/12",
  "192.0.0.0/24",   "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",  "198.51.100.0/24",
  "203.0.113.0/24", "224.0.0.0/4",  "240.0.0.0/4",    "::/96",          "64:ff9b::/96",   "64:ff9b:1::/48",
  "100::/64",       "2001::/23",    "2001:db8::/32",  "2002::/16",      "3fff::/20",      "5f00::/16",
  "fc00::/7",       "fe80::/10",    "fec0::/10",      "ff00::/8",
};

std::vector<ip_range> read_ranges() {
  std::vector<ip_range> out;
  out.reserve(special.size());
  for (const auto text : special)
    out.push_back(ip_range::parse(text).value());
  return out;
}

} // namespace

bool is_public(const ip_address& x) {
  static const auto ranges = read_ranges();
  return std::ranges::none_of(ranges, [&](const ip_range& one) { return one.contains(x); });
}

} // namespace parley
