#include "load/report/document.hpp"

#include "load/measure/clock.hpp"
#include "load/measure/tag.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>

namespace parley::load {

namespace {

using json = nlohmann::ordered_json;

constexpr std::array quantile_shares{0.0,   0.1,    0.2,   0.3,    0.4,    0.5,     0.6,    0.7,    0.75,
                                     0.8,   0.85,   0.9,   0.925,  0.95,   0.9625,  0.975,  0.9875, 0.99,
                                     0.995, 0.9975, 0.999, 0.9995, 0.9999, 0.99995, 0.99999};

json shown(const figure& value) {
  struct reader {
    json operator()(std::monostate) const { return nullptr; }
    json operator()(std::int64_t number) const { return number; }
    json operator()(double number) const { return number; }
    json operator()(bool flag) const { return flag; }
  };
  return std::visit(reader{}, value);
}

template <class Value>
json shown(const std::optional<Value>& value) {
  if constexpr (std::is_floating_point_v<Value>)
    return value ? json(three_decimals(*value)) : json();
  else
    return value ? json(*value) : json();
}

json quantiles(const histogram& of) {
  json curve = json::array();
  if (of.count() > 0)
    for (const double share : quantile_shares)
      curve.push_back({share, static_cast<double>(of.quantile(share)) / ns_per_ms});
  return {{"latency", std::move(curve)}};
}

json columns(const std::vector<moment>& moments) {
  json out = json::object();
  const auto column = [&](const char* name, auto&& value) {
    json& to = out[name] = json::array();
    for (const moment& each : moments)
      to.push_back(value(each));
  };
  column("t_s", [](const moment& m) { return json(three_decimals(m.t_s)); });
  column("connections", [](const moment& m) { return json(m.connections); });
  column("sent_per_s", [](const moment& m) { return json(three_decimals(m.sent_per_s)); });
  column("intended_per_s", [](const moment& m) { return shown(m.intended_per_s); });
  column("delivered_per_s", [](const moment& m) { return json(three_decimals(m.delivered_per_s)); });
  column("p50_ms", [](const moment& m) { return shown(m.p50_ms); });
  column("p90_ms", [](const moment& m) { return shown(m.p90_ms); });
  column("p95_ms", [](const moment& m) { return shown(m.p95_ms); });
  column("p99_ms", [](const moment& m) { return shown(m.p99_ms); });
  column("max_ms", [](const moment& m) { return shown(m.max_ms); });
  column("errors", [](const moment& m) { return json(m.errors); });
  column("server_cpu_percent", [](const moment& m) { return shown(m.server_cpu_percent); });
  column("server_rss_bytes", [](const moment& m) { return shown(m.server_rss_bytes); });
  column("client_cpu_percent", [](const moment& m) { return json(three_decimals(m.client_cpu_percent)); });
  return out;
}

json option_value(const std::string& text) {
  double number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!text.empty() && fault == std::errc{} && end == text.data() + text.size())
    return number == std::floor(number) && std::abs(number) < 1e15 ? json(static_cast<std::int64_t>(number))
                                                                   : json(number);
  if (text == "true" || text == "false")
    return text == "true";
  return text;
}

std::string joined(const std::vector<std::string>& urls) {
  std::string out;
  for (const std::string& each : urls)
    out += (out.empty() ? "" : ", ") + each;
  return out;
}

} // namespace

nlohmann::ordered_json options_document(const std::vector<std::pair<std::string, std::string>>& options) {
  json out = json::object();
  for (const auto& [name, value] : options)
    out[name] = option_value(value);
  return out;
}

nlohmann::ordered_json to_document(const run_report& of) {
  json values = json::object();
  for (const auto& [name, value] : of.values.all())
    values[name] = shown(value);
  json tags = json::object(); // their values in the order in which figures came
  for (const auto& [name, value] : of.values.all())
    if (const auto part = tag_of(name)) {
      json& seen = tags[std::string(part->key)];
      if (std::ranges::find(seen, json(part->value)) == seen.end())
        seen.push_back(part->value);
    }
  json assertions = json::array();
  for (const checked& each : of.assertions)
    assertions.push_back({{"text", each.what.text}, {"value", shown(each.value)}, {"held", each.held}});
  return {{"schema", document_schema},
          {"parley_load", PARLEY_LOAD_VERSION},
          {"scenario", of.scenario},
          {"started_at", of.started_at},
          {"command", of.command},
          {"options", options_document(of.options)},
          {"loop", of.open_loop ? "open" : "closed"},
          {"target", {{"url", joined(of.urls)}, {"urls", of.urls}, {"dialect", of.dialect}}},
          {"figures", std::move(values)},
          {"tags", std::move(tags)},
          {"quantiles", quantiles(of.latency)},
          {"series", columns(of.moments)},
          {"assertions", std::move(assertions)},
          {"verdict",
           {{"exit_code", static_cast<int>(of.code)},
            {"faults", of.faults},
            {"client_saturated", !of.saturated.empty()},
            {"certificate", of.certificate}}}};
}

std::string rfc3339(double t) {
  const auto whole = static_cast<std::time_t>(std::floor(t));
  std::tm parts{};
  ::gmtime_r(&whole, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const auto ms = std::to_string(1000 + static_cast<int>((t - std::floor(t)) * 1000)).substr(1);
  return std::string(text.data(), size) + "." + ms + "Z";
}

} // namespace parley::load
