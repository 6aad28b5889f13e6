// Scenario `watch`: rooms watch a video together; what one of them presses must reach all of them, in order.
#pragma once

#include "load/scenario/registry.hpp"

namespace parley::load {

struct watch_options {
  std::uint32_t rooms = 1;
  std::uint32_t members = 10;    ///< connections a room; the first one steers
  double rate = 1;               ///< changes a second of all rooms
  std::uint32_t ping_ms = 1000;  ///< between two clock_pings of one member
  std::uint32_t sample_ms = 100; ///< between two looks at how far apart the players of one room are
};

class watch_scenario final : public scenario {
public:
  [[nodiscard]] std::string_view name() const override { return "watch"; }
  [[nodiscard]] std::string_view summary() const override { return "rooms watch a video together"; }
  void add_flags(CLI::App& to) override;
  [[nodiscard]] std::string conflict(const dialect& speaks, const share& processes) const override;
  [[nodiscard]] std::uint64_t connections() const override { return std::uint64_t{options_.rooms} * options_.members; }
  [[nodiscard]] std::uint32_t rooms() const override { return options_.rooms; }
  [[nodiscard]] bool open_loop() const override { return true; }
  [[nodiscard]] std::unique_ptr<part> make_part(const part_setup& setup) const override;
  void conclude(const tally& total, const run_facts& facts, conclusion& out) const override;

private:
  watch_options options_;
};

} // namespace parley::load
