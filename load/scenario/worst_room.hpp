// A room and a time in one number, so that the greatest time of all processes brings its room along.
#pragma once

#include <cstdint>

namespace parley::load::worst_room {

/// Room numbers are below 2^20, as `connections_max` is; times are kept in microseconds.
constexpr std::int64_t packed(std::uint32_t room, std::int64_t ns) {
  return ns / 1000 << 20 | static_cast<std::int64_t>(room);
}

constexpr std::int64_t room_of(std::int64_t packed) {
  return packed & 0xFFFFF;
}

constexpr double ms_of(std::int64_t packed) {
  return static_cast<double>(packed >> 20) / 1000;
}

} // namespace parley::load::worst_room
