// Figures for people: their order, their groups, their values with units.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace parley::load {

/// `value` with the unit that the figure's flat name ends in: `p99_ms` 4.1 is "4.10 ms", `server_rss_bytes` 3072 is
/// "3.00 KiB", a flag "yes" or "no", null "–". Digits are in groups of three.
std::string figure_text(std::string_view figure, const nlohmann::json& value);

struct figure_group {
  std::string_view title;
  std::vector<std::string> names; ///< in reading order, never empty
};

/// The names in the order in which a person asks for them: traffic, latency, server, client. A name that nobody listed
/// stands in the group of its unit, after those that are listed. Groups without a name are left out.
std::vector<figure_group> figure_groups(const std::vector<std::string>& names);

} // namespace parley::load
