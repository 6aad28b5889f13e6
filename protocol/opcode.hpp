// Kinds of WebSocket frames.
#pragma once

#include <cstdint>

namespace parley {

/// RFC 6455 §5.2.
enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Whether frames of this kind may come between those of a message, short and whole (§5.5).
constexpr bool is_control(opcode x) {
  return (static_cast<unsigned>(x) & 8) != 0;
}

} // namespace parley
