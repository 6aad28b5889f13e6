// Scenario `chat`: users who live in rooms as people do, each at its own pace.
#pragma once

#include "load/scenario/deed_mix.hpp"
#include "load/scenario/rate_flags.hpp"
#include "load/scenario/registry.hpp"

#include <optional>
#include <string>

namespace parley::load {

struct chat_options {
  std::uint32_t users = 1;
  std::uint32_t rooms = 1;
  std::uint32_t rooms_per_user = 1; ///< the room of `parley fixtures`, and the next ones
  double think_ms = 1000;           ///< mean pause between two deeds of a user
  wanted_rate pace = {};            ///< deeds a second of all users, on a schedule; none leaves the pace to the users
  std::uint32_t size = 64;          ///< bytes of a message's content
  std::uint64_t seed = 1;
  std::string mix; ///< as given; empty is the usual one
};

class chat_scenario final : public scenario {
public:
  [[nodiscard]] std::string_view name() const override { return "chat"; }
  [[nodiscard]] std::string_view summary() const override {
    return "users type, send, read history, leave, return and reconnect";
  }
  void add_flags(CLI::App& to) override;
  [[nodiscard]] std::string conflict(const dialect& speaks, const share& processes) const override;
  [[nodiscard]] std::uint64_t connections() const override { return options_.users; }
  [[nodiscard]] std::uint32_t rooms() const override { return options_.rooms; }
  [[nodiscard]] bool open_loop() const override { return options_.pace.open_loop(); }
  [[nodiscard]] rate_plan rates() const override { return options_.pace.plan(); }
  [[nodiscard]] std::unique_ptr<part> make_part(const part_setup& setup) const override;
  void conclude(const tally& total, const run_facts& facts, conclusion& out) const override;

private:
  chat_options options_;
};

/// Empty where the dialect can do this, else why not.
std::string why_not(deed what, const dialect& speaks);

/// What users of this dialect do: the mix that was asked for, or the usual one without what the dialect cannot do.
/// The mix must be well formed.
deed_mix mix_for(const chat_options& options, const dialect& speaks);

} // namespace parley::load
