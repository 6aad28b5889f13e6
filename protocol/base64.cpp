#include "protocol/base64.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace parley {

namespace {

constexpr std::uint8_t no_digit = 0xff;
constexpr std::string_view white_space = " \t\n\f\r";
constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

constexpr std::string_view standard_end = "+/";
constexpr std::string_view url_safe_end = "-_";

/// The digit of a value from 0 to 63 of the alphabet with that end.
constexpr char digit(std::uint32_t value, std::string_view end) {
  return value < letters.size() ? letters[value] : end[value - letters.size()];
}

using digit_table = std::array<std::uint8_t, 256>;

constexpr digit_table values_of(std::string_view end) {
  digit_table out{};
  out.fill(no_digit);
  for (std::uint8_t value = 0; value < 64; ++value)
    out[static_cast<unsigned char>(digit(value, end))] = value;
  return out;
}

constexpr digit_table standard_values = values_of(standard_end);
constexpr digit_table url_safe_values = values_of(url_safe_end);
constexpr digit_table all_values = [] {
  auto out = standard_values;
  out['-'] = out['+'];
  out['_'] = out['/'];
  return out;
}();

/// Digits in, bytes out.
class digit_reader {
public:
  explicit digit_reader(std::size_t most) { out_.reserve(most / 4 * 3 + 2); }

  void take(std::uint8_t value) {
    ++digits_;
    bits_ = bits_ << 6 | value;
    waiting_ += 6;
    if (waiting_ < 8)
      return;
    waiting_ -= 8;
    out_ += static_cast<char>(bits_ >> waiting_ & 0xff);
  }

  std::size_t digits() const { return digits_; }

  /// nullopt if the last digit holds less than a byte, or bits of none.
  std::optional<std::string> finish() && {
    if (digits_ % 4 == 1 || (bits_ & ((1U << waiting_) - 1)) != 0)
      return std::nullopt;
    return std::move(out_);
  }

private:
  std::string out_;
  std::uint32_t bits_ = 0; ///< those not yet written are the lowest `waiting_`
  int waiting_ = 0;
  std::size_t digits_ = 0;
};

std::string encode(std::string_view bytes, std::string_view end) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t pending = 0;
  int bits = 0;
  for (const char c : bytes) {
    pending = pending << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6)
      out += digit(pending >> (bits - 6) & 63, end);
  }
  if (bits > 0)
    out += digit(pending << (6 - bits) & 63, end);
  return out;
}

std::optional<std::string> decode(std::string_view digits, const digit_table& values) {
  digit_reader out(digits.size());
  for (const char c : digits) {
    const auto value = values[static_cast<unsigned char>(c)];
    if (value == no_digit)
      return std::nullopt;
    out.take(value);
  }
  return std::move(out).finish();
}

} // namespace

std::string encode_base64(std::string_view bytes) {
  auto out = encode(bytes, standard_end);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::string encode_base64url(std::string_view bytes) {
  return encode(bytes, url_safe_end);
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0)
    return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
    text.remove_suffix(1);
  return decode(text, standard_values);
}

std::optional<std::string> decode_base64url(std::string_view text) {
  return decode(text, url_safe_values);
}

std::optional<std::string> decode_any_base64(std::string_view text) {
  digit_reader out(text.size());
  std::size_t padding = 0;
  for (const char c : text) {
    const auto value = all_values[static_cast<unsigned char>(c)];
    if (value == no_digit) {
      padding += c == '=' ? 1 : 0;
      if (c != '=' && white_space.find(c) == std::string_view::npos)
        return std::nullopt;
      continue;
    }
    if (padding != 0)
      return std::nullopt;
    out.take(value);
  }
  if (padding > 2 || (padding != 0 && (out.digits() + padding) % 4 != 0))
    return std::nullopt;
  return std::move(out).finish();
}

} // namespace parley
