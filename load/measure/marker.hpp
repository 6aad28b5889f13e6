// The mark in a message's content by which a delivery is known again without parsing its JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::load {

/// `~ply:` run room number sent `~`, the fields as fixed-width lower-case hexadecimal.
struct marker {
  std::uint32_t run = 0;    ///< told by chance at each start, so that messages of an earlier run are not counted
  std::uint32_t room = 0;   ///< room id
  std::uint32_t number = 0; ///< of the message within its room, from 0
  std::int64_t sent_ns = 0; ///< when it was meant to be sent, as `now_ns()`

  friend bool operator==(const marker&, const marker&) = default;
};

inline constexpr std::size_t marker_size = 46; ///< bytes, all ASCII

/// Writes `marker_size` bytes at `out`.
void write_marker(char* out, const marker& value);

/// The marker followed by filler up to `size` bytes; just the marker where `size` is smaller.
std::string marked_content(const marker& value, std::size_t size);

/// The first whole marker in `text`.
std::optional<marker> find_marker(std::string_view text);

/// The number after the first `key` (as `"id":`), a space or none between; nothing where there is no such.
std::optional<std::uint64_t> find_number(std::string_view text, std::string_view key);

/// The string after the first `key` (as `"type":`), a space or none between, up to the next quote; escapes are not
/// undone. Nothing where there is no such.
std::optional<std::string_view> find_text(std::string_view text, std::string_view key);

} // namespace parley::load
