#include "load/wire/frame.hpp"

#include <cstring>

namespace parley::load {

namespace {

void xor_in_place(char* at, std::size_t size, std::uint32_t mask) {
  const std::uint64_t wide = std::uint64_t{mask} << 32 | mask;
  std::size_t i = 0;
  for (; i + sizeof wide <= size; i += sizeof wide) {
    std::uint64_t chunk = 0;
    std::memcpy(&chunk, at + i, sizeof chunk);
    chunk ^= wide;
    std::memcpy(at + i, &chunk, sizeof chunk);
  }
  char key[sizeof mask];
  std::memcpy(key, &mask, sizeof mask);
  for (; i < size; ++i)
    at[i] = static_cast<char>(at[i] ^ key[i % sizeof mask]);
}

} // namespace

void append_frame(std::string& out, opcode op, std::string_view payload, std::uint32_t mask) {
  out.push_back(static_cast<char>(0x80 | static_cast<std::uint8_t>(op)));
  int size_bytes = 0;
  if (payload.size() < 126) {
    out.push_back(static_cast<char>(0x80 | payload.size()));
  } else {
    size_bytes = payload.size() <= 0xFFFF ? 2 : 8;
    out.push_back(static_cast<char>(0x80 | (size_bytes == 2 ? 126 : 127)));
  }
  for (int i = size_bytes - 1; i >= 0; --i)
    out.push_back(static_cast<char>(payload.size() >> (8 * i) & 0xFF));
  char key[sizeof mask];
  std::memcpy(key, &mask, sizeof mask);
  out.append(key, sizeof key);
  const std::size_t begin = out.size();
  out.append(payload);
  xor_in_place(out.data() + begin, payload.size(), mask);
}

} // namespace parley::load
