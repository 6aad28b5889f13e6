#include "protocol/ip_address.hpp"

#include "protocol/whole_number.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>

namespace parley {

namespace {

using namespace std::string_view_literals;

constexpr unsigned v6_bits = 128;
constexpr unsigned mapped_bits = 96;
constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

constexpr std::array loopback{"127.0.0.0/8"sv, "::1"sv};
constexpr std::array private_use{"10.0.0.0/8"sv, "172.16.0.0/12"sv, "192.168.0.0/16"sv, "fc00::/7"sv};

/// The ranges that a name stands for; none if it is no name.
std::span<const std::string_view> ranges_of(std::string_view name) {
  if (name == "loopback")
    return loopback;
  if (name == "private")
    return private_use;
  return {};
}

} // namespace

std::optional<ip_address> ip_address::parse(std::string_view text) {
  // No address is longer, and none has a NUL, at which inet_pton would stop.
  if (text.empty() || text.size() > INET6_ADDRSTRLEN + 16 || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  if (const std::string dotted(text); text.find(':') == std::string_view::npos) {
    std::array<std::uint8_t, 4> v4{};
    return inet_pton(AF_INET, dotted.c_str(), v4.data()) == 1 ? std::optional(of_v4(v4)) : std::nullopt;
  }
  const auto mark = text.find('%');
  if (mark != std::string_view::npos && mark + 1 == text.size())
    return std::nullopt;
  const std::string colons(text.substr(0, mark));
  ip_address out;
  if (inet_pton(AF_INET6, colons.c_str(), out.bytes_.data()) != 1)
    return std::nullopt;
  return out;
}

ip_address ip_address::of_v4(std::span<const std::uint8_t, 4> bytes) {
  ip_address out;
  std::ranges::copy(mapped_prefix, out.bytes_.begin());
  std::ranges::copy(bytes, out.bytes_.begin() + mapped_prefix.size());
  return out;
}

ip_address ip_address::of_v6(std::span<const std::uint8_t, 16> bytes) {
  ip_address out;
  std::ranges::copy(bytes, out.bytes_.begin());
  return out;
}

bool ip_address::is_v4() const {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes_.begin());
}

std::string ip_address::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  const bool short_one = is_v4();
  return inet_ntop(short_one ? AF_INET : AF_INET6, short_one ? &bytes_[mapped_prefix.size()] : bytes_.data(),
                   out.data(), out.size());
}

std::optional<ip_range> ip_range::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto first = ip_address::parse(text.substr(0, slash));
  if (!first || text.find('%') != std::string_view::npos)
    return std::nullopt;
  ip_range out;
  out.first_ = *first;
  out.bits_ = v6_bits;
  if (slash == std::string_view::npos)
    return out;
  const auto digits = text.substr(slash + 1);
  const bool dotted = text.find(':') == std::string_view::npos;
  const auto length = whole_number<unsigned>(digits);
  if (!length || *length > (dotted ? v6_bits - mapped_bits : v6_bits))
    return std::nullopt;
  out.bits_ = dotted ? mapped_bits + *length : *length;
  return out;
}

bool ip_range::contains(const ip_address& x) const {
  if (x.is_v4() && bits_ < mapped_bits)
    return false;
  const auto whole = bits_ / 8;
  if (!std::equal(x.bytes_.begin(), x.bytes_.begin() + whole, first_.bytes_.begin()))
    return false;
  const auto rest = bits_ % 8;
  return rest == 0 || ((x.bytes_.at(whole) ^ first_.bytes_.at(whole)) >> (8 - rest)) == 0;
}

ip_list::ip_list(std::span<const std::string> entries) {
  const auto add = [this](std::string_view text) {
    if (const auto range = ip_range::parse(text))
      ranges_.push_back(*range);
  };
  for (const auto& entry : entries) {
    const auto named = ranges_of(entry);
    std::ranges::for_each(named, add);
    if (named.empty())
      add(entry);
  }
}

bool ip_list::is_entry(std::string_view text) {
  return !ranges_of(text).empty() || ip_range::parse(text).has_value();
}

bool ip_list::contains(const ip_address& x) const {
  return std::ranges::any_of(ranges_, [&x](const ip_range& range) { return range.contains(x); });
}

bool ip_list::contains_peer(std::string_view address) const {
  if (const auto known = ip_address::parse(address))
    return contains(*known);
  const std::array<std::uint8_t, 4> here{127, 0, 0, 1};
  return contains(ip_address::of_v4(here));
}

} // namespace parley
