// The flags by which an open loop is told how much to begin: `--rate` and `--stages`.
#pragma once

#include "load/scenario/rate_plan.hpp"

#include <string>
#include <vector>

namespace CLI { // NOLINT(readability-identifier-naming): the name that the library chose
class App;
class Option;
} // namespace CLI

namespace parley::load {

/// What the two flags say.
struct wanted_rate {
  double rate = 0;                ///< things a second; with stages the one that they begin with. 0: a closed loop
  std::vector<stage> stages = {}; ///< none: the rate stays

  [[nodiscard]] bool open_loop() const { return rate > 0 || !stages.empty(); }
  [[nodiscard]] rate_plan plan() const { return {rate, stages}; }
};

/// `help` is that of `--rate`. Both exclude the flag that makes a closed loop, where there is one.
void add_rate_flags(CLI::App& to, wanted_rate& into, const std::string& help, CLI::Option* closed = nullptr);

} // namespace parley::load
