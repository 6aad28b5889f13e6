#include "net/http/proxy_header.hpp"

#include "protocol/whole_number.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace parley::net {

namespace {

using namespace std::string_view_literals;

constexpr auto line_begin = "PROXY "sv;
constexpr auto signature = "\r\n\r\n\0\r\nQUIT\n"sv;

/// The signature, version and command, family and transport, length (§2.2).
constexpr std::size_t binary_head_bytes = 16;

constexpr std::size_t v4_bytes = 4;
constexpr std::size_t v6_bytes = 16;
constexpr std::size_t port_bytes = 2;
constexpr std::size_t unix_bytes = 108;

/// True if one begins with the other.
bool agree(std::string_view a, std::string_view b) {
  const auto size = std::min(a.size(), b.size());
  return a.substr(0, size) == b.substr(0, size);
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

template <std::size_t Size>
std::array<std::uint8_t, Size> copy_at(std::string_view bytes, std::size_t at) {
  std::array<std::uint8_t, Size> out{};
  std::ranges::copy(bytes.substr(at, Size), out.begin());
  return out;
}

bool is_line_port(std::string_view text) {
  return whole_number<std::uint16_t>(text) && (text.size() == 1 || !text.starts_with('0'));
}

/// An address as version 1 writes it: of that family and in no other form.
std::optional<ip_address> line_address(std::string_view text, bool v6) {
  const bool has_colon = text.find(':') != std::string_view::npos;
  if (has_colon != v6 || text.find('%') != std::string_view::npos)
    return std::nullopt;
  return ip_address::parse(text);
}

} // namespace

proxy_header::state proxy_header::take(std::string_view bytes) {
  bytes_ += bytes;
  if (agree(bytes_, line_begin))
    return take_line();
  return agree(bytes_, signature) ? take_binary() : state::broken;
}

proxy_header::state proxy_header::take_line() {
  if (bytes_.size() < end_)
    return state::unfinished;
  if (bytes_.ends_with("\r\n"))
    return read_line(std::string_view(bytes_).substr(line_begin.size(), bytes_.size() - line_begin.size() - 2));
  if (bytes_.ends_with('\n') || bytes_.size() == v1_bytes_max)
    return state::broken;
  ++end_; // the line's end may be the next byte
  return state::unfinished;
}

proxy_header::state proxy_header::read_line(std::string_view line) {
  if (line == "UNKNOWN" || line.starts_with("UNKNOWN "))
    return state::complete; // "the receiver must ignore anything presented before the CRLF" (§2.1)
  std::array<std::string_view, 5> words;
  for (auto& word : words) {
    const auto space = std::min(line.find(' '), line.size());
    word = line.substr(0, space);
    if (&word == &words.back() && space < line.size()) // nothing follows, not even a space
      return state::broken;
    line.remove_prefix(std::min(space + 1, line.size()));
  }
  const auto& [family, source, destination, source_port, destination_port] = words;
  const bool v6 = family == "TCP6";
  const auto address = line_address(source, v6);
  if (!(v6 || family == "TCP4") || !address || !line_address(destination, v6) || !is_line_port(source_port) ||
      !is_line_port(destination_port))
    return state::broken;
  client_ = address;
  return state::complete;
}

proxy_header::state proxy_header::take_binary() {
  if (bytes_.size() < end_)
    return state::unfinished;
  if (end_ < binary_head_bytes) {
    end_ = binary_head_bytes;
    return state::unfinished;
  }
  const std::size_t length = byte_at(bytes_, 14) * 256U + byte_at(bytes_, 15);
  if (length > v2_bytes_max)
    return state::broken;
  end_ = binary_head_bytes + length;
  return bytes_.size() < end_ ? state::unfinished : read_binary();
}

proxy_header::state proxy_header::read_binary() {
  constexpr std::uint8_t local = 0x20;
  constexpr std::uint8_t proxied = 0x21;
  const auto command = byte_at(bytes_, 12);
  if (command == local)
    return state::complete;
  if (command != proxied)
    return state::broken;
  const auto addresses = std::string_view(bytes_).substr(binary_head_bytes);
  // What follows the addresses (TLV) is of no use here.
  switch (byte_at(bytes_, 13)) {
  case 0x11: // TCP over IPv4
    if (addresses.size() < 2 * (v4_bytes + port_bytes))
      return state::broken;
    client_ = ip_address::of_v4(copy_at<v4_bytes>(addresses, 0));
    return state::complete;
  case 0x21: // TCP over IPv6
    if (addresses.size() < 2 * (v6_bytes + port_bytes))
      return state::broken;
    client_ = ip_address::of_v6(copy_at<v6_bytes>(addresses, 0));
    return state::complete;
  case 0x31: // a Unix socket
    return addresses.size() < 2 * unix_bytes ? state::broken : state::complete;
  default: // not told, or of a kind that cannot have brought us a TCP connection
    return state::complete;
  }
}

} // namespace parley::net
