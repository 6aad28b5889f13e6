// A connection without a socket: it writes down what would have left.
#pragma once

#include "actors/ports.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace parley::test {

/// The payload of a text frame; throws where the frame is not one whole unmasked text frame.
inline std::string payload_of(const frame& x) {
  auto wire = x.wire();
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(wire.at(i)); };
  if (byte(0) != 0x81)
    throw std::runtime_error("not a whole text frame");
  std::size_t extra = byte(1) == 126 ? 2 : byte(1) == 127 ? 8 : 0;
  std::size_t size = extra == 0 ? byte(1) : 0;
  for (std::size_t i = 0; i < extra; ++i)
    size = size << 8 | byte(2 + i);
  if (wire.size() != 2 + extra + size)
    throw std::runtime_error("the frame's length is wrong");
  return std::string(wire.substr(2 + extra));
}

class recording_port final : public connection_port {
public:
  void send(frame_ptr frame) override {
    if (!closed)
      frames.push_back(nlohmann::json::parse(payload_of(*frame)));
  }

  void send_later(frame_ptr frame) override {
    ++waited;
    send(std::move(frame));
  }

  void send_paced(std::vector<frame_ptr> many) override {
    for (auto& x : many)
      send(std::move(x));
  }

  void start_reading() override { reading = true; }

  std::string address() const override { return "192.0.2.1"; }

  std::size_t outbox_bytes() const override { return waiting; }

  void close(close_code code, std::string_view reason) override {
    if (reason.size() > 123)
      throw std::runtime_error("a close reason of over 123 bytes");
    if (!closed)
      closed = code;
  }

  std::vector<nlohmann::json> frames; ///< in the order in which they left
  std::optional<close_code> closed;
  std::size_t waited = 0; ///< frames that might
  bool reading = false;
  std::size_t waiting = 0; ///< what `outbox_bytes` says
};

} // namespace parley::test
