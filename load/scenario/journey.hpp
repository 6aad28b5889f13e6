// Scenario `journey`: users go through the steps of a file, over WebSockets and HTTP, again and again.
#pragma once

#include "load/journey/script.hpp"
#include "load/scenario/registry.hpp"

namespace parley::load {

struct journey_options {
  journey_script script = {};
  std::uint32_t users = 1;
  std::uint32_t rooms = 1; ///< user k has `{room}` 1 + k mod this
  double ramp = 0;         ///< users a second that begin; 0 is all at once
  std::uint64_t seed = 1;
};

class journey_scenario final : public scenario {
public:
  [[nodiscard]] std::string_view name() const override { return "journey"; }
  [[nodiscard]] std::string_view summary() const override { return "users go through the steps of a file"; }
  void add_flags(CLI::App& to) override;
  [[nodiscard]] timing times() const override { return {.warmup_s = 0}; }
  [[nodiscard]] std::string conflict(const dialect& speaks, const share& processes) const override;
  [[nodiscard]] bool uses_tokens(const dialect& speaks) const override;
  /// A WebSocket and a connection for requests a user, where its journey has such steps.
  [[nodiscard]] std::uint64_t connections() const override;
  [[nodiscard]] std::uint64_t tokens_wanted() const override { return options_.users; }
  [[nodiscard]] std::uint32_t rooms() const override { return options_.rooms; }
  [[nodiscard]] std::string_view work() const override { return "steps_done"; }
  [[nodiscard]] std::string_view main_latency() const override { return "step"; }
  [[nodiscard]] std::unique_ptr<part> make_part(const part_setup& setup) const override;
  void conclude(const tally& total, const run_facts& facts, conclusion& out) const override;

private:
  journey_options options_;
};

} // namespace parley::load
