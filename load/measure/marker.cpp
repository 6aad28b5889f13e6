#include "load/measure/marker.hpp"

#include <array>
#include <cstring>

namespace parley::load {

namespace {

constexpr std::string_view opening = "~ply:";
constexpr std::size_t run_at = opening.size();
constexpr std::size_t room_at = run_at + 8;
constexpr std::size_t number_at = room_at + 8;
constexpr std::size_t sent_at = number_at + 8;
constexpr std::size_t closing_at = sent_at + 16;
static_assert(closing_at + 1 == marker_size);

constexpr std::uint8_t no_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> digit_values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_digit);
  for (std::uint8_t i = 0; i < 16; ++i)
    table[static_cast<std::uint8_t>("0123456789abcdef"[i])] = i;
  return table;
}();

void write_hex(char* out, std::uint64_t value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value >>= 4)
    out[i] = "0123456789abcdef"[value & 0xF];
}

/// Any byte that is no digit leaves a bit of `faults` set.
std::uint64_t read_hex(const char* at, int digits, std::uint8_t& faults) {
  std::uint64_t value = 0;
  for (int i = 0; i < digits; ++i) {
    const std::uint8_t digit = digit_values[static_cast<std::uint8_t>(at[i])];
    faults |= digit & 0xF0;
    value = value << 4 | (digit & 0x0F);
  }
  return value;
}

/// Where the value after the first `key` begins; npos where there is none.
std::size_t value_at(std::string_view text, std::string_view key) {
  const void* found = ::memmem(text.data(), text.size(), key.data(), key.size());
  if (found == nullptr)
    return std::string_view::npos;
  const std::size_t at = static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + key.size();
  return at < text.size() && text[at] == ' ' ? at + 1 : at;
}

} // namespace

void write_marker(char* out, const marker& value) {
  std::memcpy(out, opening.data(), opening.size());
  write_hex(out + run_at, value.run, 8);
  write_hex(out + room_at, value.room, 8);
  write_hex(out + number_at, value.number, 8);
  write_hex(out + sent_at, static_cast<std::uint64_t>(value.sent_ns), 16);
  out[closing_at] = '~';
}

std::string marked_content(const marker& value, std::size_t size) {
  std::string out(size > marker_size ? size : marker_size, 'x');
  write_marker(out.data(), value);
  return out;
}

std::optional<marker> find_marker(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (static_cast<std::size_t>(end - at) >= marker_size) {
    // '~' is rare in JSON, so one fast memchr nearly always lands on the marker.
    at = static_cast<const char*>(std::memchr(at, '~', static_cast<std::size_t>(end - at)));
    if (at == nullptr || static_cast<std::size_t>(end - at) < marker_size)
      return std::nullopt;
    if (std::memcmp(at, opening.data(), opening.size()) == 0 && at[closing_at] == '~') {
      std::uint8_t faults = 0;
      const auto run = static_cast<std::uint32_t>(read_hex(at + run_at, 8, faults));
      const auto room = static_cast<std::uint32_t>(read_hex(at + room_at, 8, faults));
      const auto number = static_cast<std::uint32_t>(read_hex(at + number_at, 8, faults));
      const auto sent = static_cast<std::int64_t>(read_hex(at + sent_at, 16, faults));
      if (faults == 0)
        return marker{run, room, number, sent};
    }
    ++at;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> find_number(std::string_view text, std::string_view key) {
  const std::size_t from = value_at(text, key);
  std::uint64_t value = 0;
  std::size_t at = from;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
    value = value * 10 + static_cast<std::uint64_t>(text[at] - '0');
  if (from == std::string_view::npos || at == from)
    return std::nullopt;
  return value;
}

std::optional<std::string_view> find_text(std::string_view text, std::string_view key) {
  const std::size_t from = value_at(text, key);
  if (from >= text.size() || text[from] != '"')
    return std::nullopt;
  const std::size_t end = text.find('"', from + 1);
  if (end == std::string_view::npos)
    return std::nullopt;
  return text.substr(from + 1, end - from - 1);
}

} // namespace parley::load
