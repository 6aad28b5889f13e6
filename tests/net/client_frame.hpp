// The frames of a WebSocket client, spelled out byte by byte, so that a test can spell them wrong.
#pragma once

#include "actors/frame.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::test {

using mask_key = std::array<unsigned char, 4>;

inline constexpr mask_key some_key{0x37, 0xfa, 0x21, 0x3d};

/// XOR by the definition (RFC 6455 §5.3).
inline std::string masked(std::string_view payload, const mask_key& key) {
  std::string out{payload};
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<char>(static_cast<unsigned char>(out[i]) ^ key[i % 4]);
  return out;
}

/// The frame's two first bytes; `length` is the 7-bit field.
inline std::string head_bytes(unsigned first, unsigned length, bool with_mask = true) {
  return {static_cast<char>(first), static_cast<char>(length | (with_mask ? 0x80U : 0U))};
}

inline std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift & 0xff);
  return out;
}

inline std::string key_bytes(const mask_key& key) {
  return {key.begin(), key.end()};
}

/// The head of a masked frame that says it has `length` bytes of payload, in as few bytes as can be.
inline std::string client_head(opcode op, std::uint64_t length, bool fin = true, const mask_key& key = some_key) {
  const unsigned first = static_cast<unsigned>(op) | (fin ? 0x80U : 0U);
  if (length < 126)
    return head_bytes(first, static_cast<unsigned>(length)) + key_bytes(key);
  if (length < 0x10000)
    return head_bytes(first, 126) + big_endian(length, 2) + key_bytes(key);
  return head_bytes(first, 127) + big_endian(length, 8) + key_bytes(key);
}

inline std::string client_frame(opcode op, std::string_view payload, bool fin = true, const mask_key& key = some_key) {
  return client_head(op, payload.size(), fin, key) + masked(payload, key);
}

inline std::string text(std::string_view payload) {
  return client_frame(opcode::text, payload);
}

inline std::string close_payload(unsigned code, std::string_view reason = {}) {
  return big_endian(code, 2) + std::string(reason);
}

} // namespace parley::test
