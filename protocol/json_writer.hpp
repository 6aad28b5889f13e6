// Writes JSON text straight into one string, in the order of the calls: no tree in between on the hot path.
#pragma once

#include "protocol/ids.hpp"
#include "protocol/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace parley {

/// Appends `utf8` as a JSON string (RFC 8259 §7). Controls, `"` and `\` are escaped, all else stays as it is.
void append_json_string(std::string& out, std::string_view utf8);

/// Keys are written as they are given: they must need no escape, and have at most 64 bytes. The caller keeps the
/// nesting right.
class json_writer {
public:
  /// `size` is a guess of the text's bytes.
  explicit json_writer(std::size_t size) { out_.reserve(size); }

  void begin_object();
  void begin_object(std::string_view key);
  void end_object() { out_ += '}'; }
  void begin_array(std::string_view key);
  void end_array() { out_ += ']'; }

  void text(std::string_view key, std::string_view value);
  void text_or_null(std::string_view key, const std::optional<std::string>& value);
  void number(std::string_view key, std::int64_t value);
  void number_or_null(std::string_view key, std::optional<std::int64_t> value);
  /// The shortest text that reads back as the same number. `value` is finite.
  void real(std::string_view key, double value);
  void boolean(std::string_view key, bool value);
  void null(std::string_view key);
  void time(std::string_view key, timestamp value);
  void time_or_null(std::string_view key, std::optional<timestamp> value);
  /// `json` is a whole JSON value.
  void raw(std::string_view key, std::string_view json);

  template <class Tag>
  void number(std::string_view key, id<Tag> value) {
    number(key, value.value);
  }

  template <class Tag>
  void number_or_null(std::string_view key, std::optional<id<Tag>> value) {
    if (value)
      number(key, value->value);
    else
      null(key);
  }

  // Elements of an array.
  void text(std::string_view value);
  void number(std::int64_t value);

  /// The finished text; the writer is empty afterwards.
  std::string take() { return std::move(out_); }

private:
  void key(std::string_view x);

  std::string out_;
};

} // namespace parley
