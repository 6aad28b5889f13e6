#include "load/measure/marker.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <limits>

namespace parley::load {

namespace {

constexpr std::string_view opening = "~ply:";
constexpr std::size_t run_at = opening.size();
constexpr std::size_t room_at = run_at + 8;
constexpr std::size_t number_at = room_at + 8;
constexpr std::size_t sent_at = number_at + 8;
constexpr std::size_t length_at = sent_at + 16;
constexpr std::size_t checksum_at = length_at + 4;
constexpr std::size_t closing_at = checksum_at + 8;
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

/// The value of eight digits, whatever they are: for those whose checksum says that they are digits.
std::uint64_t eight_digits(const char* at) {
  std::uint64_t x = 0;
  std::memcpy(&x, at, sizeof x); // the first digit in the lowest byte
  x = (x & 0x0F0F0F0F0F0F0F0F) + 9 * ((x >> 6) & 0x0101010101010101);
  x = (x << 4 | x >> 8) & 0x00FF00FF00FF00FF;
  return (x & 0xFF) << 24 | (x >> 16 & 0xFF) << 16 | (x >> 32 & 0xFF) << 8 | (x >> 48 & 0xFF);
}

/// Where the value after the first `key` begins; npos where there is none.
std::size_t value_at(std::string_view text, std::string_view key) {
  const void* found = ::memmem(text.data(), text.size(), key.data(), key.size());
  if (found == nullptr)
    return std::string_view::npos;
  const std::size_t at = static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + key.size();
  return at < text.size() && text[at] == ' ' ? at + 1 : at;
}

__extension__ typedef unsigned __int128 wide;

std::uint64_t word_at(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// Both halves of a product: every bit of both words is in it.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  const wide product = static_cast<wide>(a ^ 0x9E3779B97F4A7C15) * (b ^ 0xE7037ED1A0B428DB);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

constexpr std::size_t stride = 16; ///< bytes that are mixed at once

/// `size` bytes from `stride` on; the last ones are mixed in with some before them, again.
std::uint64_t mixed_over(const char* at, std::size_t size, std::uint64_t seed) {
  std::uint64_t even = seed;
  std::uint64_t odd = size;
  const char* const last = at + size - stride;
  for (; last - at > static_cast<std::ptrdiff_t>(stride); at += 2 * stride) {
    even = mixed(word_at(at) ^ even, word_at(at + 8));
    odd = mixed(word_at(at + stride) ^ odd, word_at(at + stride + 8));
  }
  if (at < last)
    even = mixed(word_at(at) ^ even, word_at(at + 8));
  return mixed(even, odd) ^ mixed(word_at(last) ^ odd, word_at(last + 8) ^ even);
}

/// Covers the fields before it and what stands behind the mark. Not against forgers, who could compute it as well, but
/// against whatever cuts, swaps or overwrites.
std::uint32_t checksum_of(const char* mark, std::size_t length) {
  std::uint64_t sum = mixed_over(mark + run_at, checksum_at - run_at, 1);
  const std::size_t behind = length - marker_size;
  if (behind >= stride)
    sum = mixed_over(mark + marker_size, behind, sum);
  else if (behind > 0) {
    std::array<char, stride> padded{};
    std::memcpy(padded.data(), mark + marker_size, behind);
    sum = mixed(word_at(padded.data()) ^ sum, word_at(padded.data() + 8) ^ behind);
  }
  return static_cast<std::uint32_t>(sum >> 32);
}

/// What people write, and no format puts around a text of its own.
bool is_prose(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0 ||
         std::string_view(" .!?~-_+*#").find(c) != std::string_view::npos;
}

/// Bytes of the content that begins with this mark.
std::size_t length_of(const char* mark) {
  return static_cast<std::size_t>(eight_digits(mark + length_at) >> 16);
}

/// The content that begins with the mark at `mark`, within `text`, is what was sent.
bool is_intact(std::string_view text, const char* mark) {
  const std::size_t length = length_of(mark);
  const char* const end = text.data() + text.size();
  if (length < marker_size || length > static_cast<std::size_t>(end - mark))
    return false;
  const bool alone = (mark == text.data() || !is_prose(mark[-1])) && (mark + length == end || !is_prose(mark[length]));
  return alone && checksum_of(mark, length) == eight_digits(mark + checksum_at);
}

/// All fields but `intact`; nothing where one is no number.
std::optional<marker> read_fields(const char* at) {
  std::uint8_t faults = 0;
  const auto run = static_cast<std::uint32_t>(read_hex(at + run_at, 8, faults));
  const auto room = static_cast<std::uint32_t>(read_hex(at + room_at, 8, faults));
  const auto number = static_cast<std::uint32_t>(read_hex(at + number_at, 8, faults));
  const auto sent = static_cast<std::int64_t>(read_hex(at + sent_at, 16, faults));
  read_hex(at + length_at, 12, faults);
  return faults == 0 ? std::optional(marker{run, room, number, sent, false}) : std::nullopt;
}

} // namespace

void write_marker(std::string& content, const marker& value) {
  assert(content.size() >= marker_size && content.size() <= 0xFFFF);
  char* const out = content.data();
  std::memcpy(out, opening.data(), opening.size());
  write_hex(out + run_at, value.run, 8);
  write_hex(out + room_at, value.room, 8);
  write_hex(out + number_at, value.number, 8);
  write_hex(out + sent_at, static_cast<std::uint64_t>(value.sent_ns), 16);
  write_hex(out + length_at, content.size(), 4);
  write_hex(out + checksum_at, checksum_of(out, content.size()), 8);
  out[closing_at] = '~';
}

std::string marked_content(const marker& value, std::size_t size) {
  std::string out(std::max(size, marker_size), ' ');
  for (std::size_t i = marker_size; i < out.size(); ++i)
    out[i] = static_cast<char>('a' + i % 26);
  write_marker(out, value);
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
      if (is_intact(text, at))
        return marker{
          static_cast<std::uint32_t>(eight_digits(at + run_at)), static_cast<std::uint32_t>(eight_digits(at + room_at)),
          static_cast<std::uint32_t>(eight_digits(at + number_at)),
          static_cast<std::int64_t>(eight_digits(at + sent_at) << 32 | eight_digits(at + sent_at + 8)), true};
      if (const auto changed = read_fields(at))
        return changed;
    }
    ++at;
  }
  return std::nullopt;
}

bool has_marker_opening(std::string_view text) {
  return text.find(opening) != std::string_view::npos;
}

std::vector<std::string_view> split_messages(std::string_view text) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0; // of the piece
  std::size_t cut = 0;   // where the next piece may begin
  int depth = 0;
  int lowest = 0;      // since the last mark
  bool marked = false; // the piece has its mark
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '~' && find_marker(text.substr(i, marker_size))) {
      if (marked) {
        pieces.push_back(text.substr(begin, cut - begin));
        begin = cut;
      }
      marked = true;
      i += find_marker(text.substr(i))->intact ? length_of(text.data() + i) - 1 : marker_size - 1;
      cut = i + 1;
      lowest = std::numeric_limits<int>::max();
    } else if (c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '{' || c == '[')) {
      ++depth;
    } else if (!quoted && (c == '}' || c == ']')) {
      --depth;
    }
    if (!quoted && depth < lowest) {
      lowest = depth;
      cut = i + 1;
    }
  }
  pieces.push_back(text.substr(begin));
  return pieces;
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
