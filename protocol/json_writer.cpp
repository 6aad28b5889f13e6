#include "protocol/json_writer.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>

namespace parley {

namespace {

/// 0 if a byte stays as it is, `u` if it is written as \u00XX, else the letter after the backslash.
constexpr auto escapes = [] {
  std::array<char, 256> out{};
  for (std::size_t i = 0; i < 0x20; ++i)
    out[i] = 'u';
  out['\b'] = 'b';
  out['\f'] = 'f';
  out['\n'] = 'n';
  out['\r'] = 'r';
  out['\t'] = 't';
  out['"'] = '"';
  out['\\'] = '\\';
  return out;
}();

} // namespace

void append_json_string(std::string& out, std::string_view utf8) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    const char escape = escapes[c];
    if (escape == 0)
      continue;
    out.append(utf8, plain_from, i - plain_from);
    plain_from = i + 1;
    out += '\\';
    out += escape;
    if (escape == 'u') {
      out += "00";
      out += hex[c >> 4];
      out += hex[c & 0xf];
    }
  }
  out.append(utf8, plain_from, utf8.size() - plain_from);
  out += '"';
}

// Within an object or an array, whatever does not follow its opening bracket or a key follows a value.
void json_writer::separate() {
  if (out_.empty())
    return;
  const char last = out_.back();
  if (last != '{' && last != '[')
    out_ += ',';
}

void json_writer::key(std::string_view x) {
  separate();
  out_ += '"';
  out_ += x;
  out_ += "\":";
}

void json_writer::begin_object() {
  separate();
  out_ += '{';
}

void json_writer::begin_object(std::string_view x) {
  key(x);
  out_ += '{';
}

void json_writer::begin_array(std::string_view x) {
  key(x);
  out_ += '[';
}

void json_writer::text(std::string_view x, std::string_view value) {
  key(x);
  append_json_string(out_, value);
}

void json_writer::text_or_null(std::string_view x, const std::optional<std::string>& value) {
  if (value)
    text(x, *value);
  else
    null(x);
}

void json_writer::number(std::string_view x, std::int64_t value) {
  key(x);
  append(value);
}

void json_writer::number_or_null(std::string_view x, std::optional<std::int64_t> value) {
  if (value)
    number(x, *value);
  else
    null(x);
}

void json_writer::real(std::string_view x, double value) {
  assert(std::isfinite(value));
  key(x);
  std::array<char, 32> digits; // NOLINT(cppcoreguidelines-pro-type-member-init): to_chars fills it
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out_.append(digits.data(), end);
}

void json_writer::boolean(std::string_view x, bool value) {
  key(x);
  out_ += value ? "true" : "false";
}

void json_writer::null(std::string_view x) {
  key(x);
  out_ += "null";
}

void json_writer::time(std::string_view x, timestamp value) {
  key(x);
  out_ += '"';
  append_time(out_, value);
  out_ += '"';
}

void json_writer::time_or_null(std::string_view x, std::optional<timestamp> value) {
  if (value)
    time(x, *value);
  else
    null(x);
}

void json_writer::raw(std::string_view x, std::string_view json) {
  key(x);
  out_ += json;
}

void json_writer::text(std::string_view value) {
  separate();
  append_json_string(out_, value);
}

void json_writer::number(std::int64_t value) {
  separate();
  append(value);
}

void json_writer::append(std::int64_t value) {
  std::array<char, 20> digits; // NOLINT(cppcoreguidelines-pro-type-member-init): to_chars fills it
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out_.append(digits.data(), end);
}

} // namespace parley
