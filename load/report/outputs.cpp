#include "load/report/outputs.hpp"

#include "load/measure/figures.hpp"
#include "load/measure/tag.hpp"
#include "load/report/figure_text.hpp"
#include "load/report/markup.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <sstream>

namespace parley::load {

namespace {

nlohmann::json maybe(const std::optional<double>& value) {
  return value ? nlohmann::json(three_decimals(*value)) : nlohmann::json();
}

void add_case(std::ostream& out, const std::string& name, const std::string& fault, const char* kind = "failure") {
  out << "  <testcase classname=\"parley-load\" name=\"" << escaped(name) << "\"";
  if (fault.empty())
    out << "/>\n";
  else
    out << "><" << kind << " message=\"" << escaped(fault) << "\"/></testcase>\n";
}

/// For a label of Prometheus.
std::string in_label(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '"' || c == '\\')
      safe += '\\';
    safe += c == '\n' ? ' ' : c;
  }
  return safe;
}

} // namespace

std::string ndjson_line(const moment& now) {
  nlohmann::json line{{"t_s", three_decimals(now.t_s)},
                      {"connections", now.connections},
                      {"sent_per_s", three_decimals(now.sent_per_s)},
                      {"intended_per_s", maybe(now.intended_per_s)},
                      {"delivered_per_s", three_decimals(now.delivered_per_s)},
                      {"p50_ms", maybe(now.p50_ms)},
                      {"p90_ms", maybe(now.p90_ms)},
                      {"p95_ms", maybe(now.p95_ms)},
                      {"p99_ms", maybe(now.p99_ms)},
                      {"max_ms", maybe(now.max_ms)},
                      {"errors", now.errors},
                      {"server_cpu_percent", maybe(now.server_cpu_percent)},
                      {"client_cpu_percent", three_decimals(now.client_cpu_percent)}};
  line["server_rss_bytes"] = now.server_rss_bytes ? nlohmann::json(*now.server_rss_bytes) : nlohmann::json();
  return line.dump() + "\n";
}

std::string junit_of(const nlohmann::json& run) {
  const nlohmann::json& said = run.at("verdict");
  const std::string scenario = run.at("scenario").get<std::string>();
  std::ostringstream cases;
  int tests = 1;
  int failures = 0;
  int skipped = 0;
  std::string faults;
  for (const nlohmann::json& each : said.at("faults"))
    faults += (faults.empty() ? "" : "; ") + each.get<std::string>();
  failures += faults.empty() ? 0 : 1;
  add_case(cases, scenario, faults);
  for (const nlohmann::json& each : run.at("assertions")) {
    const std::string text = each.at("text").get<std::string>();
    const bool held = each.at("held").get<bool>();
    ++tests;
    failures += held ? 0 : 1;
    const std::string name = text.substr(0, text.find_first_of("{<>= "));
    add_case(cases, text, held ? std::string() : "was " + figure_text(name, each.at("value")));
  }
  if (said.at("client_saturated").get<bool>()) {
    ++tests;
    ++skipped;
    add_case(cases, "the client keeps up", "the client was the limit", "skipped");
  }
  std::ostringstream out;
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"parley-load " << escaped(scenario)
      << "\" tests=\"" << tests << "\" failures=\"" << failures << "\" skipped=\"" << skipped << "\" timestamp=\""
      << escaped(run.at("started_at").get<std::string>()) << "\">\n"
      << cases.str() << "</testsuite>\n";
  return out.str();
}

std::string prometheus_of(const nlohmann::json& run) {
  std::ostringstream out;
  const nlohmann::json& target = run.at("target");
  const std::string labels = "{scenario=\"" + in_label(run.at("scenario").get<std::string>()) + "\",url=\"" +
                             in_label(target.at("url").get<std::string>()) + "\",dialect=\"" +
                             in_label(target.at("dialect").get<std::string>()) + "\"";
  std::map<std::string, std::string, std::less<>> samples; // by figure: one of a tag is a sample of the same gauge
  const auto gauge = [&](std::string_view name, const std::string& value) {
    std::string& to = samples[std::string(untagged(name))];
    to.append("parley_load_").append(untagged(name)).append(labels);
    if (const auto part = tag_of(name))
      to.append(",").append(part->key).append("=\"").append(in_label(part->value)).append("\"");
    to.append("} ").append(value).append("\n");
  };
  for (const auto& [name, value] : run.at("figures").items())
    if (value.is_boolean())
      gauge(name, value.get<bool>() ? "1" : "0");
    else if (value.is_number())
      gauge(name, value.dump());
  gauge("exit_code", run.at("verdict").at("exit_code").dump());
  for (const auto& [name, lines] : samples)
    out << "# TYPE parley_load_" << name << " gauge\n" << lines;
  return out.str();
}

} // namespace parley::load
