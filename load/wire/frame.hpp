// WebSocket frames (RFC 6455 §5.2) from the client's side: server frames read in place, client frames written masked.
#pragma once

#include "protocol/opcode.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::load {

/// A view into the buffer that it was read from.
struct frame {
  opcode op = opcode::text;
  bool fin = true;
  bool packed = false; ///< the first of a compressed message (RFC 7692 §6)
  std::string_view payload;
};

enum class parse_result { frame, incomplete, bad };

/// Longest frame taken from a server, bytes of payload.
inline constexpr std::uint64_t max_frame = 1 << 20;
/// A frame's head from a server, bytes at most.
inline constexpr std::size_t max_frame_head = 10;

/// Reads one server frame at `cursor` and moves it past. `incomplete` leaves `cursor` alone. `bad`: masked, reserved
/// bits (but that of compressed messages where `packed` says so) or opcodes, a control frame that is long or cut, or
/// more than `max_frame` bytes.
inline parse_result parse_frame(const char*& cursor, const char* end, frame& out, bool packed = false) {
  const auto have = static_cast<std::uint64_t>(end - cursor);
  if (have < 2)
    return parse_result::incomplete;
  const auto byte = [at = cursor](std::size_t i) { return static_cast<std::uint8_t>(at[i]); };
  const std::uint8_t first = byte(0);
  const std::uint8_t second = byte(1);
  const std::uint8_t op = first & 0x0F;
  const bool fin = (first & 0x80) != 0;
  const bool control = is_control(static_cast<opcode>(op));
  const unsigned reserved = packed && op != 0 && !control ? 0x30 : 0x70;
  if ((first & reserved) != 0 || (second & 0x80) != 0 || (op & 0x07) > 2 || (control && (!fin || second > 125)))
    return parse_result::bad;
  std::uint64_t head = 2;
  std::uint64_t size = second;
  if (second >= 126) {
    head = second == 126 ? 4 : 10;
    if (have < head)
      return parse_result::incomplete;
    size = 0;
    for (std::size_t i = 2; i < head; ++i)
      size = size << 8 | byte(i);
  }
  if (size > max_frame)
    return parse_result::bad;
  if (have < head + size)
    return parse_result::incomplete;
  out = frame{static_cast<opcode>(op), fin, (first & 0x40) != 0, {cursor + head, size}};
  cursor += head + size;
  return parse_result::frame;
}

/// Appends one final frame, masked with `mask` (§5.3 wants it unpredictable).
void append_frame(std::string& out, opcode op, std::string_view payload, std::uint32_t mask);

} // namespace parley::load
