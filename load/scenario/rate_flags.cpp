#include "load/scenario/rate_flags.hpp"

#include "load/scenario/limits.hpp"

#include <CLI/CLI.hpp>

namespace parley::load {

void add_rate_flags(CLI::App& to, wanted_rate& into, const std::string& help, CLI::Option* closed) {
  CLI::Option* rate = to.add_option("--rate", into.rate, help)->check(CLI::Range(0.001, rate_max, "RATE"));
  CLI::Option* stages = to.add_option_function<std::vector<std::string>>(
    "--stages",
    [&into](const std::vector<std::string>& texts) {
      auto read = parse_stages(texts);
      if (!read)
        throw CLI::ValidationError("--stages", read.error());
      into.stages = std::move(*read);
    },
    "TARGET:SECONDS,…: ramps of that rate, one after the other, from --rate or 0 on; in place of --duration");
  stages->delimiter(',')->allow_extra_args(false)->type_name("TARGET:SECONDS");
  if (closed == nullptr)
    return;
  rate->excludes(closed);
  stages->excludes(closed);
}

} // namespace parley::load
