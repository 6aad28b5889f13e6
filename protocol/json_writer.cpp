#include "protocol/json_writer.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

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

namespace {

/// What is appended by one call: a comma, a key, a short value. A key of more than `longest_key` bytes goes before it.
class piece {
public:
  explicit piece(const std::string& before) {
    // Within an object or an array, whatever does not follow its opening bracket or a key follows a value.
    if (!before.empty() && before.back() != '{' && before.back() != '[')
      add(',');
  }
  piece(std::string& before, std::string_view key) : piece(std::as_const(before)) {
    add('"');
    if (key.size() > longest_key) {
      append_to(before);
      before.append(key);
      size_ = 0;
    } else {
      add(key);
    }
    add("\":");
  }

  void add(char x) { text_[size_++] = x; }
  void add(std::string_view x) {
    std::memcpy(text_.data() + size_, x.data(), x.size());
    size_ += x.size();
  }
  template <class Number>
  void add_number(Number x) {
    const auto end = std::to_chars(text_.data() + size_, text_.data() + text_.size(), x).ptr;
    size_ = static_cast<std::size_t>(end - text_.data());
  }
  void append_to(std::string& out) const { out.append(text_.data(), size_); }

private:
  static constexpr std::size_t longest_key = 64;

  std::array<char, longest_key + 40> text_; // NOLINT(cppcoreguidelines-pro-type-member-init): the first `size_` are
  std::size_t size_ = 0;
};

} // namespace

void json_writer::key(std::string_view x) {
  piece(out_, x).append_to(out_);
}

void json_writer::begin_object() {
  piece all(out_);
  all.add('{');
  all.append_to(out_);
}

void json_writer::begin_object(std::string_view x) {
  piece all(out_, x);
  all.add('{');
  all.append_to(out_);
}

void json_writer::begin_array(std::string_view x) {
  piece all(out_, x);
  all.add('[');
  all.append_to(out_);
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
  piece all(out_, x);
  all.add_number(value);
  all.append_to(out_);
}

void json_writer::number_or_null(std::string_view x, std::optional<std::int64_t> value) {
  if (value)
    number(x, *value);
  else
    null(x);
}

void json_writer::real(std::string_view x, double value) {
  assert(std::isfinite(value));
  piece all(out_, x);
  all.add_number(value);
  all.append_to(out_);
}

void json_writer::boolean(std::string_view x, bool value) {
  piece all(out_, x);
  all.add(value ? std::string_view("true") : std::string_view("false"));
  all.append_to(out_);
}

void json_writer::null(std::string_view x) {
  piece all(out_, x);
  all.add("null");
  all.append_to(out_);
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
  piece(out_).append_to(out_);
  append_json_string(out_, value);
}

void json_writer::number(std::int64_t value) {
  piece all(out_);
  all.add_number(value);
  all.append_to(out_);
}

} // namespace parley
