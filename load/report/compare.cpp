#include "load/report/compare.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace parley::load {

namespace {

/// Each of them is a fault.
constexpr std::array<std::string_view, 10> faults{"lost",       "doubled",         "out_of_order", "strays",
                                                  "errors",     "closes",          "missed",       "not_back",
                                                  "unanswered", "clock_unanswered"};

/// Times that the server needs, among others that the user chose.
constexpr std::array<std::string_view, 2> spans{"opening_s", "back_in_s"};

bool tells_of_the_client(std::string_view figure) {
  return figure.starts_with("client_") || figure.starts_with("send_lag_");
}

outcome judged(direction good, double value, double against) {
  if (good == direction::unknown)
    return outcome::unknown;
  if (std::abs(value - against) <= noise * std::abs(against))
    return outcome::same;
  return (value < against) == (good == direction::lower) ? outcome::better : outcome::worse;
}

} // namespace

direction better_direction(std::string_view figure) {
  if (tells_of_the_client(figure) || figure == "server_rss_before_bytes")
    return direction::unknown;
  if (std::ranges::find(faults, figure) != faults.end() || std::ranges::find(spans, figure) != spans.end())
    return direction::lower;
  if (figure.ends_with("_per_s"))
    return direction::higher;
  const bool costs = figure.ends_with("_ms") || figure.ends_with("_us") || figure.ends_with("_bytes") ||
                     figure.starts_with("bytes_per_") || figure.find("_us_per_") != std::string_view::npos;
  return costs ? direction::lower : direction::unknown;
}

comparison compare_figure(std::string_view figure, const nlohmann::json& value, const nlohmann::json& against) {
  if (!value.is_number() || !against.is_number())
    return {};
  const auto now = value.get<double>();
  const auto before = against.get<double>();
  comparison made{.ratio = std::nullopt, .result = judged(better_direction(figure), now, before)};
  if (before != 0 && now != 0)
    made.ratio = now / before;
  return made;
}

} // namespace parley::load
