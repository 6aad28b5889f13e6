#include "protocol/base64.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace parley {

namespace {

constexpr std::uint8_t no_digit = 0xff;
constexpr std::string_view white_space = " \t\n\f\r";

constexpr auto digit_values = [] {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> out{};
  out.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  out['-'] = out['+'];
  out['_'] = out['/'];
  return out;
}();

} // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0; // those not yet written are the lowest `waiting`
  int waiting = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    const auto value = digit_values[static_cast<unsigned char>(c)];
    if (value == no_digit) {
      padding += c == '=' ? 1 : 0;
      if (c != '=' && white_space.find(c) == std::string_view::npos)
        return std::nullopt;
      continue;
    }
    if (padding != 0)
      return std::nullopt;
    ++digits;
    bits = bits << 6 | value;
    waiting += 6;
    if (waiting >= 8) {
      waiting -= 8;
      out += static_cast<char>(bits >> waiting & 0xff);
    }
  }
  if (digits % 4 == 1 || padding > 2 || (padding != 0 && (digits + padding) % 4 != 0))
    return std::nullopt;
  if ((bits & ((1U << waiting) - 1)) != 0)
    return std::nullopt;
  return out;
}

} // namespace parley
