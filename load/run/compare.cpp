// `parley-load compare`: two servers by turns, so that what the machine does meanwhile befalls both.
#include "load/report/compare.hpp"

#include "load/execute.hpp"
#include "load/report/comparable.hpp"
#include "load/report/figure_text.hpp"
#include "load/report/statistics.hpp"
#include "load/run/perform.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>

namespace parley::load {

namespace {

constexpr double asked_change = 0.03; ///< how many rounds it needs is told

struct side {
  std::string file;
  std::map<std::string, std::vector<double>> values; ///< by figure, one a round; rounds without it are left out
  std::uint32_t limited = 0;                         ///< rounds in which the client was the limit
};

/// The error ends the comparison.
tl::expected<void, early_exit> run_once(side& of, std::uint32_t round, const std::vector<std::string>& more) {
  const auto asked = run_of_file(of.file, more);
  if (!asked)
    return tl::unexpected(asked.error());
  const auto report = perform(*asked, {});
  if (!report)
    return tl::unexpected(report.error());
  const auto told = remarks(*report);
  if (report->code == exit_code::failed)
    return tl::unexpected(
      early_exit{exit_code::failed, of.file + ", round " + std::to_string(round + 1) + ": " + told.front()});
  of.limited += report->code == exit_code::client_limited ? 1 : 0;
  for (const auto& [name, value] : report->values.all())
    if (const auto number = as_number(value))
      of.values[name].push_back(*number);
  std::cerr << "round " << round + 1 << "  " << of.file;
  for (const char* name : {"delivered_per_s", "p50_ms", "p95_ms", "p99_ms"})
    if (const figure* found = report->values.find(name); found != nullptr && as_number(*found))
      std::cerr << "  " << name << " " << figure_text(name, *as_number(*found));
  std::cerr << std::endl;
  return {};
}

double middle_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::string_view verdict_on(std::string_view figure, const ratio_estimate& of) {
  if (!of.distinguishable())
    return "not distinguishable";
  const direction good = better_direction(figure);
  if (good == direction::unknown)
    return "different";
  return (of.ratio < 1) == (good == direction::lower) ? "better" : "worse";
}

nlohmann::ordered_json compared(const side& a, const side& b) {
  nlohmann::ordered_json figures = nlohmann::ordered_json::object();
  for (const auto& [name, of_a] : a.values) {
    const auto found = b.values.find(name);
    if (found == b.values.end())
      continue;
    nlohmann::ordered_json& to = figures[name];
    to = {{"a", three_decimals(middle_of(of_a))}, {"b", three_decimals(middle_of(found->second))}};
    const auto estimate = estimate_ratio(of_a, found->second);
    if (!estimate)
      continue;
    to["ratio"] = three_decimals(estimate->ratio);
    to["low"] = three_decimals(estimate->low);
    to["high"] = three_decimals(estimate->high);
    to["verdict"] = verdict_on(name, *estimate);
    to["rounds_for_3_percent"] = rounds_needed(estimate->deviation, asked_change);
  }
  return figures;
}

void print_compared(std::ostream& out, const nlohmann::ordered_json& figures) {
  std::vector<std::string> names;
  for (const auto& [name, value] : figures.items())
    names.push_back(name);
  for (const figure_group& group : figure_groups(names)) {
    out << group.title << '\n';
    for (const std::string& name : group.names) {
      const auto& row = figures.at(name);
      out << "  " << std::left << std::setw(30) << name << std::right << std::setw(14) << figure_text(name, row["a"])
          << std::setw(14) << figure_text(name, row["b"]);
      if (row.contains("ratio"))
        out << std::fixed << std::setprecision(3) << "  " << row["ratio"].get<double>() << " x ("
            << row["low"].get<double>() << " to " << row["high"].get<double>() << ")  "
            << row["verdict"].get<std::string>() << "; 3 % needs " << row["rounds_for_3_percent"] << " rounds";
      out << '\n';
    }
  }
}

exit_code stopped(const early_exit& why) {
  say(why.text);
  return why.code;
}

} // namespace

exit_code execute(const compare_servers& asked, const std::vector<std::string>& words) {
  side a{.file = asked.a, .values = {}};
  side b{.file = asked.b, .values = {}};
  const auto run_a = run_of_file(a.file, asked.more);
  if (!run_a)
    return stopped(run_a.error());
  const auto run_b = run_of_file(b.file, asked.more);
  if (!run_b)
    return stopped(run_b.error());
  if (const std::string other = why_not_comparable(load_of(*run_a), load_of(*run_b)); !other.empty())
    return stopped({exit_code::usage, b.file + " is of another load than " + a.file + ": " + other});
  for (std::uint32_t round = 0; round < asked.rounds; ++round) {
    side* const order[] = {round % 2 == 0 ? &a : &b, round % 2 == 0 ? &b : &a}; // whoever is first gains nothing by it
    for (side* each : order)
      if (auto done = run_once(*each, round, asked.more); !done)
        return stopped(done.error());
  }
  const nlohmann::ordered_json figures = compared(a, b);
  const bool limited = a.limited + b.limited > 0;
  const exit_code code = limited ? exit_code::client_limited : exit_code::good;
  if (asked.json)
    std::cout << nlohmann::ordered_json{{"schema", document_schema},
                                        {"command", words},
                                        {"a", a.file},
                                        {"b", b.file},
                                        {"rounds", asked.rounds},
                                        {"figures", figures},
                                        {"verdict",
                                         {{"exit_code", static_cast<int>(code)},
                                          {"client_limited_runs", a.limited + b.limited}}}}
                   .dump()
              << std::endl;
  else
    print_compared(std::cout, figures);
  if (limited)
    say("the client was the limit in " + std::to_string(a.limited + b.limited) + " of " +
        std::to_string(2 * asked.rounds) + " runs");
  return code;
}

} // namespace parley::load
