// One WebSocket frame, encoded once and shared by every connection that hears it.
#pragma once

#include "protocol/opcode.hpp"

#include <caf/intrusive_ptr.hpp>
#include <caf/ref_counted.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley {

/// Immutable wire bytes: header and payload of one unmasked server frame (RFC 6455 §5.2). Any thread may hold it.
class frame : public caf::ref_counted {
public:
  explicit frame(std::string wire, std::uint64_t chain = 0) : wire_(std::move(wire)), chain_(chain) {}

  std::string_view wire() const { return wire_; }
  std::string_view payload() const;
  opcode kind() const { return static_cast<opcode>(static_cast<unsigned char>(wire_[0]) & 0x0F); }

  /// Frames of one chain are heard by the same listeners, one after the other; each may be compressed with the help of
  /// the one before. 0: it is of none.
  std::uint64_t chain() const { return chain_; }

private:
  std::string wire_;
  std::uint64_t chain_;
};

using frame_ptr = caf::intrusive_ptr<const frame>;

/// A whole, unfragmented frame around `payload`.
frame_ptr make_frame(opcode op, std::string_view payload, std::uint64_t chain = 0);

inline frame_ptr make_text_frame(std::string_view json, std::uint64_t chain = 0) {
  return make_frame(opcode::text, json, chain);
}

/// The same around a payload that is compressed (RFC 7692 §6.1).
frame_ptr make_compressed_frame(opcode op, std::string_view payload);

} // namespace parley
