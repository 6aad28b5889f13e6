// One WebSocket frame, encoded once and shared by every connection that hears it.
#pragma once

#include "protocol/opcode.hpp"

#include <caf/intrusive_ptr.hpp>
#include <caf/ref_counted.hpp>

#include <string>
#include <string_view>

namespace parley {

/// Immutable wire bytes: header and payload of one unmasked server frame (RFC 6455 §5.2). Any thread may hold it.
class frame : public caf::ref_counted {
public:
  explicit frame(std::string wire) : wire_(std::move(wire)) {}

  std::string_view wire() const { return wire_; }

private:
  std::string wire_;
};

using frame_ptr = caf::intrusive_ptr<const frame>;

/// A whole, unfragmented frame around `payload`.
frame_ptr make_frame(opcode op, std::string_view payload);

inline frame_ptr make_text_frame(std::string_view json) {
  return make_frame(opcode::text, json);
}

} // namespace parley
