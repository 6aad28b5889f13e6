// The mark in a message's content by which a delivery is known again without parsing its JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::load {

/// `~ply:` run room number sent length checksum `~`, the fields as fixed-width lower-case hexadecimal. The length is
/// that of the whole content in bytes, the checksum that of the other fields and of all behind the mark.
struct marker {
  std::uint32_t run = 0;    ///< told by chance at each start, so that messages of an earlier run are not counted
  std::uint32_t room = 0;   ///< room id
  std::uint32_t number = 0; ///< of the message within its room, from 0
  std::int64_t sent_ns = 0; ///< when it was meant to be sent, as `now_ns()`
  bool intact = true;       ///< of a mark that was found: the content is as it was sent, and stands alone in its text

  friend bool operator==(const marker&, const marker&) = default;
};

inline constexpr std::size_t marker_size = 58; ///< bytes, all ASCII

/// Writes the marker over the first bytes of `content`, which has `marker_size` bytes at least, and 65,535 at most.
void write_marker(std::string& content, const marker& value);

/// The marker followed by filler up to `size` bytes; just the marker where `size` is smaller.
std::string marked_content(const marker& value, std::size_t size);

/// The contents of messages, one after the other: each has a mark of its own, and the same filler behind it.
class marked_text {
public:
  /// Has `size` bytes, or just the marker's where that is more.
  explicit marked_text(std::size_t size) : text_(marked_content({}, size)) {}

  void mark(const marker& value) { write_marker(text_, value); }

  [[nodiscard]] std::string_view content() const { return text_; }
  [[nodiscard]] std::string_view marker_alone() const { return std::string_view(text_).substr(0, marker_size); }

private:
  std::string text_;
};

/// The first whole marker in `text`. It is not `intact` where a field or the filler behind it was changed or cut, or
/// where letters, digits or blanks were added before or behind the content.
std::optional<marker> find_marker(std::string_view text);

/// There is the beginning of a marker, whole or not.
bool has_marker_opening(std::string_view text);

/// There may be more than one marker: `split_messages` knows. Cheap, for every frame.
inline bool may_hold_several(std::string_view text) {
  const void* const first = std::memchr(text.data(), '~', text.size());
  return first != nullptr &&
         static_cast<const char*>(::memrchr(text.data(), '~', text.size())) - static_cast<const char*>(first) >=
           static_cast<std::ptrdiff_t>(marker_size);
}

/// A frame that holds several marked messages (an array, or one after the other) in pieces with one mark each, which
/// together are the whole text; cut where the nesting of brackets between two marks is lowest. One piece where there is
/// one mark or none.
std::vector<std::string_view> split_messages(std::string_view text);

/// The number after the first `key` (as `"id":`), a space or none between; nothing where there is no such.
std::optional<std::uint64_t> find_number(std::string_view text, std::string_view key);

/// The string after the first `key` (as `"type":`), a space or none between, up to the next quote; escapes are not
/// undone. Nothing where there is no such.
std::optional<std::string_view> find_text(std::string_view text, std::string_view key);

} // namespace parley::load
