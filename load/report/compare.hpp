// Two runs compared, figure by figure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string_view>

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

/// Two runs of the same server differ by about this share; less is no difference.
inline constexpr double noise = 0.03;

enum class outcome {
  unknown, ///< no direction, or not two numbers
  same,    ///< within `noise`
  better,
  worse,
};

struct comparison {
  std::optional<double> ratio; ///< value / against; none where one is no number or `against` is zero
  outcome result = outcome::unknown;
};

/// How `value` of a run stands to that of the run before. Anything but a number (null, text, a flag) is unknown.
comparison compare_figure(std::string_view figure, const nlohmann::json& value, const nlohmann::json& against);

} // namespace parley::load
