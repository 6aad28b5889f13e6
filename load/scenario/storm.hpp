// Scenario `storm`: all connections of some rooms drop at one instant and come back, while other rooms go on talking.
#pragma once

#include "load/scenario/registry.hpp"

#include <cstdint>

namespace parley::load {

/// How a connection is dropped.
enum class drop_kind : std::uint8_t {
  reset, ///< TCP reset, as a machine that is lost and found
  fin,   ///< TCP end without a WebSocket close frame, as a process that dies
  close, ///< WebSocket close 1000, as a browser tab
};

/// Rooms 1 to `rooms` are the storm's. Each has a speaker, who stays and says something now and then, so that those who
/// come back have missed something. The next `bystander_rooms` rooms have nothing to do with the storm.
struct storm_options {
  std::uint32_t connections = 1; ///< that drop
  std::uint32_t rooms = 1;
  std::uint32_t bystander_rooms = 10;
  std::uint32_t bystander_members = 10;
  double rate = 100;      ///< messages a second of all bystanders' rooms
  double storm_rate = 20; ///< messages a second of all rooms of the storm
  std::uint32_t rounds = 1;
  double spread_ms = 0; ///< clients come back spread evenly over this time
  drop_kind how = drop_kind::reset;
  std::uint32_t size = 64; ///< bytes of a message's content
};

class storm_scenario final : public scenario {
public:
  [[nodiscard]] std::string_view name() const override { return "storm"; }
  [[nodiscard]] std::string_view summary() const override {
    return "all drop at once, reconnect and resume, while other rooms talk";
  }
  void add_flags(CLI::App& to) override;
  [[nodiscard]] timing times() const override { return {.duration_s = 20}; }
  [[nodiscard]] std::string conflict(const dialect& speaks, const share& processes) const override;
  [[nodiscard]] std::uint64_t connections() const override;
  [[nodiscard]] std::uint32_t rooms() const override { return options_.rooms + options_.bystander_rooms; }
  [[nodiscard]] std::uint64_t tokens_wanted() const override;
  [[nodiscard]] bool open_loop() const override { return true; }
  [[nodiscard]] std::unique_ptr<part> make_part(const part_setup& setup) const override;
  void conclude(const tally& total, const run_facts& facts, conclusion& out) const override;

private:
  storm_options options_;
};

} // namespace parley::load
