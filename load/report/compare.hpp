// Two runs compared, figure by figure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace parley::load {

/// Whether less or more of a figure speaks for the server.
enum class direction {
  unknown, ///< a fact of the run (`connections`, `server_rss_before_bytes`), of the client (`client_busy_percent`), or
           ///< of both (CPU percent)
  lower,
  higher,
};

/// By the figure's flat name, such as `p99_ms`: names that nobody listed are judged by their unit.
direction better_direction(std::string_view figure);

/// By how much two single runs of the same server on a shared machine may differ: less says nothing. A share of the
/// smaller one: 1 is twice as much. Faults are counted exactly, any difference is one.
double single_run_noise(std::string_view figure);

enum class outcome {
  unknown, ///< no direction, or not two numbers
  same,    ///< not distinguishable from noise
  better,
  worse,
};

struct comparison {
  std::optional<double> ratio; ///< value / against; none where one is no number or `against` is zero
  outcome result = outcome::unknown;
};

/// How `value` of a run stands to that of the run before. Anything but a number (null, text, a flag) is unknown.
comparison compare_figure(std::string_view figure, const nlohmann::json& value, const nlohmann::json& against);

/// How it stands to those of several runs before: from three on it is better or worse where a further run of the same
/// server would hardly ever come out so (`predict`); the ratio is to their middle. Of fewer the first one counts.
comparison compare_figure(std::string_view figure, const nlohmann::json& value,
                          const std::vector<nlohmann::json>& against);

} // namespace parley::load
