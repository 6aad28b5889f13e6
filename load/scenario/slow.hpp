// Scenario `slow`: a share of the readers stop to read, and the others must not feel it.
#pragma once

#include "load/scenario/registry.hpp"

namespace parley::load {

struct slow_options {
  std::uint32_t rooms = 1;
  std::uint32_t members = 10; ///< connections a room, those that stall and the sender included
  double rate = 100;          ///< messages a second of all rooms
  std::uint32_t size = 64;    ///< bytes of content
  double stalled = 0.1;       ///< share of a room's members that stop to read
  std::uint32_t stall_ms = 0; ///< for so long from the first message on; 0 is to the end of the load

  /// How many members of one room stall; the sender never does.
  [[nodiscard]] std::uint32_t stalled_per_room() const;
};

class slow_scenario final : public scenario {
public:
  [[nodiscard]] std::string_view name() const override { return "slow"; }
  [[nodiscard]] std::string_view summary() const override { return "a share of the readers stop to read"; }
  void add_flags(CLI::App& to) override;
  [[nodiscard]] std::string conflict(const dialect& speaks, const share& processes) const override;
  [[nodiscard]] std::uint64_t connections() const override { return std::uint64_t{options_.rooms} * options_.members; }
  [[nodiscard]] std::uint32_t rooms() const override { return options_.rooms; }
  [[nodiscard]] bool open_loop() const override { return true; }
  [[nodiscard]] std::unique_ptr<part> make_part(const part_setup& setup) const override;
  void conclude(const tally& total, const run_facts& facts, conclusion& out) const override;

private:
  slow_options options_;
};

} // namespace parley::load
