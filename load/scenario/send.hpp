// Scenario `send`: senders wait for their acknowledgements; each of them is accounted for, and written down if wanted.
#pragma once

#include "load/scenario/rate_flags.hpp"
#include "load/scenario/registry.hpp"

#include <string>

namespace parley::load {

struct send_options {
  std::uint32_t rooms = 1; ///< sender k writes to room 1 + k mod this
  std::uint32_t senders = 1;
  std::uint32_t window = 1; ///< unacknowledged messages a sender, in a closed loop
  wanted_rate pace = {};    ///< messages a second of all senders, on a schedule; none is a closed loop
  std::uint32_t size = 64;  ///< bytes of content
  std::string acks;         ///< file that gets a line an acknowledged message; empty for none
};

/// What comes back to the sender is counted as a delivery: the acknowledgement where the dialect has one, else its own
/// message.
class send_scenario final : public scenario {
public:
  [[nodiscard]] std::string_view name() const override { return "send"; }
  [[nodiscard]] std::string_view summary() const override { return "senders wait for their acknowledgements"; }
  void add_flags(CLI::App& to) override;
  [[nodiscard]] timing times() const override { return {.warmup_s = 0}; }
  [[nodiscard]] std::string conflict(const dialect& speaks, const share& processes) const override;
  [[nodiscard]] std::uint64_t connections() const override { return options_.senders; }
  [[nodiscard]] std::uint32_t rooms() const override { return options_.rooms; }
  [[nodiscard]] bool open_loop() const override { return options_.pace.open_loop(); }
  [[nodiscard]] rate_plan rates() const override { return options_.pace.plan(); }
  [[nodiscard]] std::unique_ptr<part> make_part(const part_setup& setup) const override;
  void conclude(const tally& total, const run_facts& facts, conclusion& out) const override;

private:
  send_options options_;
};

} // namespace parley::load
