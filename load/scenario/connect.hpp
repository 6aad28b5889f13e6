// Scenario `connect`: sessions connect and stay idle, or come and go without end.
#pragma once

#include "load/scenario/registry.hpp"

#include <algorithm>

namespace parley::load {

struct connect_options {
  std::uint32_t connections = 1;
  std::uint32_t rooms = 0; ///< connection k joins room 1 + k mod this; 0 joins none
  double ramp = 0;         ///< connections a second; 0 is as fast as they come
  bool churn = false;      ///< each closes as soon as it is greeted and comes again, for the whole duration
};

class connect_scenario final : public scenario {
public:
  [[nodiscard]] std::string_view name() const override { return "connect"; }
  [[nodiscard]] std::string_view summary() const override { return "sessions connect and stay idle, or come and go"; }
  void add_flags(CLI::App& to) override;
  [[nodiscard]] timing times() const override;
  [[nodiscard]] std::string conflict(const dialect& speaks, const share& processes) const override;
  [[nodiscard]] std::uint64_t connections() const override { return options_.connections; }
  [[nodiscard]] std::uint32_t rooms() const override { return std::max(options_.rooms, 1U); }
  [[nodiscard]] std::uint32_t sources_wanted() const override;
  [[nodiscard]] bool measures_opening() const override { return !options_.churn; }
  [[nodiscard]] std::string_view work() const override { return "handshakes"; }
  [[nodiscard]] std::string_view main_latency() const override { return "handshake"; }
  [[nodiscard]] std::unique_ptr<part> make_part(const part_setup& setup) const override;
  void conclude(const tally& total, const run_facts& facts, conclusion& out) const override;

private:
  connect_options options_;
};

} // namespace parley::load
