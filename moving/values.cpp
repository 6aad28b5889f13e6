#include "moving/values.hpp"

#include "protocol/ascii.hpp"
#include "protocol/text.hpp"
#include "protocol/whole_number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace parley::moving {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

constexpr timestamp first_time{std::chrono::milliseconds{0}};
constexpr timestamp last_time{std::chrono::milliseconds{253'402'300'799'999}}; // the year 9999

/// From these sizes on a number counts another unit: as seconds it would be past the year 5000.
constexpr double milliseconds_from = 1e11;
constexpr double microseconds_from = 1e14;
constexpr double nanoseconds_from = 1e17;

std::optional<timestamp> bounded(timestamp x) {
  return x >= first_time && x <= last_time ? std::optional(x) : std::nullopt;
}

std::optional<timestamp> read_number(std::string_view text) {
  double value = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, value);
  if (fault != std::errc() || stop != end || !std::isfinite(value) || value < 0)
    return std::nullopt;
  if (value >= nanoseconds_from)
    value /= 1e6;
  else if (value >= microseconds_from)
    value /= 1e3;
  else if (value < milliseconds_from)
    value *= 1e3;
  if (value > static_cast<double>(last_time.time_since_epoch().count()))
    return std::nullopt;
  return bounded(timestamp(std::chrono::milliseconds(std::llround(value))));
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The offset of an ISO time as RFC 3339 has it; nullopt where it is none. `+00`, `+0100` and ` UTC` are others' forms.
std::optional<std::string> offset_in(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  if (text.empty() || text == "Z" || text == "z" || text == "UTC" || text == "GMT")
    return "Z";
  std::string out(text);
  if (out.size() == 3)
    out += ":00";
  else if (out.size() == 5)
    out.insert(3, ":");
  return out.size() == 6 && (out[0] == '+' || out[0] == '-') ? std::optional(out) : std::nullopt;
}

/// How many bytes the character has that begins so; 1 for what begins none.
std::size_t length_by(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> schemes{{
  {"$2a$", "bcrypt"},
  {"$2b$", "bcrypt"},
  {"$2y$", "bcrypt"},
  {"$2x$", "bcrypt of crypt_blowfish 1.0"},
  {"$bcrypt-sha256$", "bcrypt-sha256"},
  {"bcrypt_sha256$", "bcrypt-sha256"},
  {"$argon2", "argon2"},
  {"argon2$", "argon2"},
  {"$pbkdf2", "pbkdf2"},
  {"pbkdf2", "pbkdf2"},
  {"$scrypt$", "scrypt"},
  {"scrypt:", "scrypt"},
  {"$6$", "sha512-crypt"},
  {"$5$", "sha256-crypt"},
}};
constexpr std::size_t bcrypt_length = 60;

} // namespace

std::optional<timestamp> read_time(std::string_view text) {
  text = trimmed(text);
  if (const auto number = read_number(text))
    return number;
  constexpr std::size_t date = 10; // 2025-06-16
  if (text.size() < date || text[4] != '-' || text[7] != '-')
    return std::nullopt;
  std::string out(text.substr(0, date));
  auto rest = text.substr(date);
  if (rest.empty())
    rest = "T00:00";
  if (rest[0] != ' ' && rest[0] != 'T' && rest[0] != 't')
    return std::nullopt;
  std::size_t end = 1;
  while (end < rest.size() && (is_digit(rest[end]) || rest[end] == ':' || rest[end] == '.' || rest[end] == ','))
    ++end;
  std::string clock(rest.substr(1, end - 1));
  if (clock.size() == 5) // hours and minutes
    clock += ":00";
  if (const auto comma = clock.find(','); comma != std::string::npos)
    clock[comma] = '.';
  const auto offset = offset_in(rest.substr(end));
  if (!offset)
    return std::nullopt;
  const auto read = parse_time(out.append("T").append(clock).append(*offset));
  return read ? bounded(*read) : std::nullopt;
}

std::optional<bool> read_truth(std::string_view text) {
  text = trimmed(text);
  for (const std::string_view yes : {"1", "t", "true", "yes", "y", "on"})
    if (same_letters(text, yes))
      return true;
  for (const std::string_view no : {"0", "f", "false", "no", "n", "off", ""})
    if (same_letters(text, no))
      return false;
  return std::nullopt;
}

std::optional<std::int64_t> read_id(std::string_view text) {
  const auto number = whole_number<std::int64_t>(text);
  return number && *number > 0 ? std::optional(*number) : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

repaired_text repair(std::string_view bytes) {
  if (is_utf8(bytes) && bytes.find('\0') == std::string_view::npos)
    return {std::string(bytes), false};
  repaired_text out{.text = {}, .changed = true};
  while (!bytes.empty()) {
    const auto one = bytes.substr(0, length_by(bytes.front()));
    const bool good = one.front() != '\0' && is_utf8(one);
    out.text += good ? one : replacement;
    bytes.remove_prefix(good ? one.size() : 1);
  }
  return out;
}

std::string usable_name(std::string_view wished, std::size_t least, std::size_t most) {
  const auto whole = normalise(repair(trimmed(wished)).text);
  std::string out;
  bool kept = false;
  if (has_username_characters(whole)) {
    out = whole;
    kept = true;
  } else {
    for (std::string_view rest = whole; !rest.empty();) {
      const auto one = rest.substr(0, length_by(rest.front()));
      const bool good = has_username_characters(one);
      out += good ? one : "_";
      kept = kept || good;
      rest.remove_prefix(one.size());
    }
  }
  if (!kept || out.empty())
    return {};
  for (auto size = count_characters(out); size < least; ++size)
    out += '_';
  out = first_characters(out, most);
  // A mark may have been cut from its letter, or stand behind `_`.
  return has_username_characters(out) ? out : std::string();
}

std::string_view scheme_of(std::string_view hash) {
  if (hash.empty())
    return {};
  for (const auto& [begin, scheme] : schemes)
    if (hash.starts_with(begin))
      return scheme == "bcrypt" && (hash.size() != bcrypt_length || hash[6] != '$') ? "unknown" : scheme;
  return "unknown";
}

} // namespace parley::moving
