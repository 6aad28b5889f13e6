// Reads a JSON body member by member and keeps every fault, so that one answer names them all. Inside `protocol/` only.
#pragma once

#include "protocol/http_codec.hpp"
#include "protocol/words.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley {

enum class need : bool { optional, required };

/// Every reading call gives nullopt where the member is absent (null counts as absent) or wrong; what is wrong is kept.
class field_reader {
public:
  /// The whole body, which must outlive this: `bad_json`, or `not_an_object` for the field "".
  explicit field_reader(std::string_view json);

  /// An optional object within `parent`, which must outlive this one; its fields are named `key.member`.
  field_reader(field_reader& parent, std::string_view key);

  field_reader(const field_reader&) = delete;
  field_reader& operator=(const field_reader&) = delete;
  ~field_reader();

  /// Whether there are members to read at all.
  bool is_object() const { return object_ != nullptr; }

  /// False where the member is absent or null.
  bool has(std::string_view key) const;

  /// True where the member is there, even as null.
  bool names(std::string_view key) const;

  /// A string without U+0000.
  std::optional<std::string> text(std::string_view key, need how);

  /// As `text`, of `min` to `max` characters.
  std::optional<std::string> text(std::string_view key, need how, std::size_t min, std::size_t max);

  std::optional<bool> boolean(std::string_view key);

  /// An integer of 1 … 2^63-1.
  std::optional<std::int64_t> row_id(std::string_view key, need how);

  /// A list of at most `max` integers of 1 … 2^63-1; empty where the member is absent or null.
  std::vector<std::int64_t> row_ids(std::string_view key, std::size_t max);

  /// A list of at most `max` strings; empty where the member is absent or null.
  std::vector<std::string> texts(std::string_view key, std::size_t max);

  /// True where the member is a string without a character.
  bool is_empty_text(std::string_view key) const;

  /// False where the member is absent, null or a list without an entry.
  bool has_entries(std::string_view key) const;

  /// A number of `min` to `max`.
  std::optional<double> real(std::string_view key, double min, double max);

  /// An RFC 3339 time with any offset.
  std::optional<timestamp> time(std::string_view key);

  /// The JSON text of a value of any kind without U+0000, as the client wrote it; null is one. Of the outermost reader.
  std::optional<std::string> json(std::string_view key, need how);

  /// One of the words of `Enum`.
  template <class Enum>
  std::optional<Enum> choice(std::string_view key, need how = need::optional) {
    const auto word = text(key, how);
    if (!word)
      return std::nullopt;
    const auto out = parse_word<Enum>(*word);
    if (!out)
      refuse(key, fault::not_a_choice);
    return out;
  }

  /// As `text`, of at most `max` characters, something to see among them.
  std::optional<std::string> visible_text(std::string_view key, need how, std::size_t max);

  void refuse(std::string_view key, fault what, std::optional<allowed_range> allowed = std::nullopt);

  /// Notes `too_short` or `too_long` where `length` is outside of the bounds.
  void check_length(std::string_view key, std::size_t length, std::size_t min, std::size_t max,
                    length_unit unit = length_unit::characters);

  /// `value` where nothing was wrong, else all that was. Of the outermost reader, once, at the end.
  template <class T>
  decoded<T> finish(T value) {
    if (!is_json_)
      return tl::unexpected{problem{error_code::bad_json}};
    refuse_unread_nul();
    if (!faults_->empty())
      return tl::unexpected{problem{std::move(*faults_)}};
    return value;
  }

private:
  /// U+0000 is refused in members that are ignored too, as it is in frames.
  void refuse_unread_nul();
  const nlohmann::json* find(std::string_view key, need how);

  std::string_view body_;                    ///< of the outermost reader only
  std::unique_ptr<nlohmann::json> document_; ///< of the outermost reader only
  const nlohmann::json* object_ = nullptr;   ///< nullptr where there is none to read from
  bool is_json_ = true;
  std::string prefix_;
  std::vector<field_fault> own_faults_;
  std::vector<field_fault>* faults_ = &own_faults_;
};

} // namespace parley
