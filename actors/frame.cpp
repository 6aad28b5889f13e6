#include "actors/frame.hpp"

#include <caf/make_counted.hpp>

namespace parley {

frame_ptr make_frame(opcode op, std::string_view payload) {
  constexpr unsigned char fin = 0x80;
  auto size = payload.size();
  std::string wire;
  wire.reserve(size + 10);
  wire.push_back(static_cast<char>(fin | static_cast<unsigned char>(op)));
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
  return caf::make_counted<frame>(std::move(wire));
}

} // namespace parley
