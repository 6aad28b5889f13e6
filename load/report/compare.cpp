#include "load/report/compare.hpp"

#include "load/measure/tag.hpp"
#include "load/report/statistics.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace parley::load {

namespace {

/// Each of them is a fault.
constexpr std::array<std::string_view, 15> faults{
  "lost",   "doubled",  "out_of_order",    "strays",       "damaged", "id_conflicts", "errors",          "closes",
  "missed", "not_back", "journeys_failed", "steps_failed", "failed",  "unanswered",   "clock_unanswered"};

/// Times that the server needs, among others that the user chose.
constexpr std::array<std::string_view, 2> spans{"opening_s", "back_in_s"};

/// Rates that the user chose.
constexpr std::array<std::string_view, 2> wishes{"intended_per_s", "target_per_s"};

bool tells_of_the_client(std::string_view figure) {
  return figure.starts_with("client_") || figure.starts_with("send_lag_") || figure.starts_with("read_lag_");
}

bool is_fault(std::string_view figure) {
  return std::ranges::find(faults, untagged(figure)) != faults.end();
}

outcome side_of(direction good, bool less) {
  return less == (good == direction::lower) ? outcome::better : outcome::worse;
}

outcome judged(std::string_view figure, double value, double against) {
  const direction good = better_direction(figure);
  if (good == direction::unknown)
    return outcome::unknown;
  const double smaller = std::min(std::abs(value), std::abs(against));
  if (std::abs(value - against) <= single_run_noise(figure) * smaller)
    return outcome::same;
  return side_of(good, value < against);
}

} // namespace

direction better_direction(std::string_view figure) {
  figure = untagged(figure);
  if (tells_of_the_client(figure) || figure == "server_rss_before_bytes" ||
      std::ranges::find(wishes, figure) != wishes.end())
    return direction::unknown;
  if (is_fault(figure) || std::ranges::find(spans, figure) != spans.end())
    return direction::lower;
  if (figure.ends_with("_per_s"))
    return direction::higher;
  const bool costs = figure.ends_with("_ms") || figure.ends_with("_us") || figure.ends_with("_bytes") ||
                     figure.starts_with("bytes_per_") || figure.find("_us_per_") != std::string_view::npos;
  return costs ? direction::lower : direction::unknown;
}

double single_run_noise(std::string_view figure) {
  figure = untagged(figure);
  constexpr double tails = 1;
  constexpr double times = 0.3;
  constexpr double others = 0.15;
  if (is_fault(figure))
    return 0;
  if (figure.ends_with("p99_ms") || figure.ends_with("p999_ms") || figure.ends_with("max_ms"))
    return tails;
  return figure.ends_with("_ms") || figure.ends_with("_s") ? times : others;
}

comparison compare_figure(std::string_view figure, const nlohmann::json& value, const nlohmann::json& against) {
  if (!value.is_number() || !against.is_number())
    return {};
  const auto now = value.get<double>();
  const auto before = against.get<double>();
  comparison made{.ratio = std::nullopt, .result = judged(figure, now, before)};
  if (before != 0 && now != 0)
    made.ratio = now / before;
  return made;
}

comparison compare_figure(std::string_view figure, const nlohmann::json& value,
                          const std::vector<nlohmann::json>& against) {
  if (against.empty())
    return {};
  std::vector<double> runs;
  for (const nlohmann::json& each : against)
    if (each.is_number())
      runs.push_back(each.get<double>());
  const auto expected = runs.size() == against.size() ? predict(runs) : std::nullopt;
  if (!value.is_number() || !expected || is_fault(figure))
    return compare_figure(figure, value, against.front());
  std::ranges::sort(runs);
  const auto now = value.get<double>();
  const direction good = better_direction(figure);
  comparison made{.ratio = now / runs[runs.size() / 2], .result = outcome::unknown};
  if (good == direction::unknown)
    return made;
  made.result = now >= expected->low && now <= expected->high ? outcome::same : side_of(good, now < expected->low);
  return made;
}

} // namespace parley::load
