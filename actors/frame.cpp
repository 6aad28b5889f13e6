#include "actors/frame.hpp"

#include <caf/make_counted.hpp>

namespace parley {

namespace {

constexpr unsigned fin = 0x80;
constexpr unsigned rsv1 = 0x40;

std::string encode_frame(unsigned first, std::string_view payload) {
  auto size = payload.size();
  std::string wire;
  wire.reserve(size + 10);
  wire.push_back(static_cast<char>(first));
  auto put_length = [&](unsigned char marker, int bytes) {
    wire.push_back(static_cast<char>(marker));
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
      wire.push_back(static_cast<char>((size >> shift) & 0xFF));
  };
  if (size < 126)
    wire.push_back(static_cast<char>(size));
  else if (size <= 0xFFFF)
    put_length(126, 2);
  else
    put_length(127, 8);
  wire.append(payload);
  return wire;
}

} // namespace

std::string_view frame::payload() const {
  const auto length = static_cast<unsigned char>(wire_[1]);
  return wire().substr(length < 126 ? 2 : length == 126 ? 4 : 10);
}

frame_ptr make_frame(opcode op, std::string_view payload, std::uint64_t chain) {
  return caf::make_counted<frame>(encode_frame(fin | static_cast<unsigned>(op), payload), chain);
}

frame_ptr make_compressed_frame(opcode op, std::string_view payload) {
  return caf::make_counted<frame>(encode_frame(fin | rsv1 | static_cast<unsigned>(op), payload));
}

} // namespace parley
