// What a frame_reader told, as a list that tests compare.
#pragma once

#include "net/frame_reader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::test {

class recorded_events final : public net::frame_listener {
public:
  std::vector<std::string> all;

  void on_message(std::string_view payload, bool binary) override {
    all.push_back((binary ? "binary " : "text ") + std::string(payload));
  }
  void on_ping(std::string_view payload) override { all.push_back("ping " + std::string(payload)); }
  void on_pong() override { all.emplace_back("pong"); }
  void on_close(std::optional<std::uint16_t> code) override {
    all.push_back(code ? "close " + std::to_string(*code) : "close");
  }
};

/// What a reader made of a stream of bytes.
struct reading {
  std::vector<std::string> events;
  std::optional<close_code> fault;

  friend bool operator==(const reading&, const reading&) = default;
};

/// Feeds each piece to `reader` from a buffer of exactly its size, so that a sanitizer sees a read past its end.
template <class Pieces>
reading read_pieces(net::frame_reader& reader, const Pieces& pieces, net::inflater* unpacks = nullptr) {
  recorded_events told;
  reading out;
  for (const auto& piece : pieces) {
    std::vector<char> buffer(piece.begin(), piece.end());
    const auto fault = reader.feed(buffer.data(), buffer.size(), told, unpacks);
    if (fault && !out.fault)
      out.fault = fault;
  }
  out.events = std::move(told.all);
  return out;
}

} // namespace parley::test
