// Scenario `fanout`: members of rooms receive what some of them send; every delivery is accounted for.
#pragma once

#include "load/scenario/rate_flags.hpp"
#include "load/scenario/registry.hpp"

namespace parley::load {

struct fanout_options {
  std::uint32_t rooms = 1;
  std::uint32_t members = 1;          ///< connections a room
  std::uint32_t window = 8;           ///< messages in flight a room, in a closed loop
  wanted_rate pace = {};              ///< messages a second of all rooms, on a schedule; none is a closed loop
  std::uint32_t size = 64;            ///< bytes of content
  std::uint32_t senders_per_room = 1; ///< members that take turns
};

class fanout_scenario final : public scenario {
public:
  [[nodiscard]] std::string_view name() const override { return "fanout"; }
  [[nodiscard]] std::string_view summary() const override { return "members of rooms receive messages"; }
  void add_flags(CLI::App& to) override;
  [[nodiscard]] std::string conflict(const dialect& speaks, const share& processes) const override;
  [[nodiscard]] std::uint64_t connections() const override { return std::uint64_t{options_.rooms} * options_.members; }
  [[nodiscard]] std::uint32_t rooms() const override { return options_.rooms; }
  [[nodiscard]] bool open_loop() const override { return options_.pace.open_loop(); }
  [[nodiscard]] rate_plan rates() const override { return options_.pace.plan(); }
  [[nodiscard]] std::unique_ptr<part> make_part(const part_setup& setup) const override;
  void conclude(const tally& total, const run_facts& facts, conclusion& out) const override;

private:
  fanout_options options_;
};

} // namespace parley::load
