#include "load/report/figure_text.hpp"

#include "load/measure/tag.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <tuple>

namespace parley::load {

namespace {

constexpr std::array<std::string_view, 4> titles{"Traffic", "Latency", "Server", "Client"};

// clang-format off
constexpr std::array reading_order = std::to_array<std::string_view>({
  "connections", "opening_s", "handshakes", "handshakes_per_s", "measured_s",
  "sent", "sent_per_s", "intended_per_s", "acknowledged", "expected", "delivered", "delivered_per_s",
  "lost", "doubled", "out_of_order", "strays", "damaged", "id_conflicts", "errors", "closes", "other_frames",
  "server_cpu_us_per_delivery", "server_cpu_us_per_connection", "server_cpu_percent",
  "server_rss_bytes", "server_rss_before_bytes", "server_rss_peak_bytes", "bytes_per_connection",
  "client_busy_percent", "client_run_delay_percent", "client_throttled_percent", "client_steal_percent",
  "client_sampling_percent", "client_cpu_us_per_delivery", "send_lag_p50_ms", "send_lag_p95_ms", "send_lag_p99_ms",
  "read_lag_p50_ms", "read_lag_p95_ms", "read_lag_p99_ms", "client_received_bytes",
  "client_saturated"});
// clang-format on

std::size_t group_of(std::string_view name) {
  name = untagged(name);
  if (name.starts_with("client_") || name.starts_with("send_lag_") || name.starts_with("read_lag_"))
    return 3;
  if (name.starts_with("server_") || name.starts_with("bytes_per_") || name.ends_with("_bytes"))
    return 2;
  return name.ends_with("_ms") ? 1 : 0;
}

/// Listed names by their place; then families of quantiles, each from its median to its maximum.
auto place_of(std::string_view name) {
  const auto listed = std::ranges::find(reading_order, untagged(name)) - reading_order.begin();
  std::string_view family = untagged(name);
  std::size_t rank = 0;
  constexpr auto ends =
    std::to_array<std::string_view>({"p50_ms", "p90_ms", "p95_ms", "p99_ms", "p999_ms", "p9999_ms", "max_ms"});
  for (std::size_t i = 0; i < ends.size(); ++i)
    if (untagged(name).ends_with(ends[i])) {
      family.remove_suffix(ends[i].size());
      rank = i;
    }
  return std::tuple(listed, family, rank, name);
}

std::string grouped(std::string digits) {
  const auto first = digits.find_first_of("0123456789");
  const auto point = std::min(digits.find('.'), digits.size());
  for (auto at = point; at > first + 3; at -= 3)
    digits.insert(at - 3, 1, ',');
  return digits;
}

std::string decimals(double value, int places) {
  std::array<char, 64> text{};
  // Shorter by its exponent than 64 digits would be, where it is absurd.
  const auto format = std::abs(value) < 1e18 ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format, places).ptr;
  const std::string digits(text.data(), end);
  return format == std::chars_format::fixed ? grouped(digits) : digits;
}

/// Three to four digits that mean something.
std::string rounded(double value) {
  const double size = std::abs(value);
  return decimals(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 || size == 0 ? 2 : 3);
}

std::string bytes(double value) {
  constexpr std::array<std::string_view, 5> units{" B", " KiB", " MiB", " GiB", " TiB"};
  std::size_t unit = 0;
  while (std::abs(value) >= 1024 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  return (unit == 0 ? decimals(value, 0) : rounded(value)).append(units[unit]);
}

std::string number(std::string_view figure, const nlohmann::json& value) {
  const auto amount = value.get<double>();
  figure = untagged(figure);
  if (figure.ends_with("_bytes") || figure.starts_with("bytes_per_"))
    return bytes(amount);
  if (figure.ends_with("_ms"))
    return rounded(amount) + " ms";
  if (figure.ends_with("_us") || figure.find("_us_per_") != std::string_view::npos)
    return rounded(amount) + " µs";
  if (figure.ends_with("_percent"))
    return decimals(amount, 1) + " %";
  const std::string_view unit = figure.ends_with("_per_s") ? " /s" : figure.ends_with("_s") ? " s" : "";
  return (value.is_number_integer() ? grouped(value.dump()) : rounded(amount)).append(unit);
}

} // namespace

std::string figure_text(std::string_view figure, const nlohmann::json& value) {
  if (value.is_null())
    return "–";
  if (value.is_boolean())
    return value.get<bool>() ? "yes" : "no";
  if (value.is_string())
    return value.get<std::string>();
  if (value.is_number())
    return number(figure, value);
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<figure_group> figure_groups(const std::vector<std::string>& names) {
  std::vector<std::string> sorted = names;
  std::ranges::sort(sorted, {}, [](const std::string& name) { return place_of(name); });
  std::vector<figure_group> groups;
  for (std::size_t i = 0; i < titles.size(); ++i) {
    figure_group group{.title = titles[i], .names = {}};
    std::ranges::copy_if(sorted, std::back_inserter(group.names),
                         [i](const std::string& name) { return group_of(name) == i; });
    if (!group.names.empty())
      groups.push_back(std::move(group));
  }
  return groups;
}

} // namespace parley::load
