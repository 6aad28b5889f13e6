// `parley-load limit`: the highest rate at which an objective holds.
#include "load/execute.hpp"
#include "load/report/figure_text.hpp"
#include "load/report/search.hpp"
#include "load/run/perform.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <sstream>

namespace parley::load {

namespace {

constexpr double keeps_up = 0.97; ///< of the rate must be sent, or the rate was not held

std::string plain(double rate) {
  std::ostringstream out;
  out << std::setprecision(6) << rate;
  return out.str();
}

struct tried {
  double rate = 0;
  std::string reason; ///< why it did not hold; empty where it did
  std::optional<double> p50_ms, p95_ms, p99_ms, sent_per_s;
};

std::optional<double> value_in(const run_report& of, std::string_view name) {
  const figure* found = of.values.find(name);
  return found != nullptr ? as_number(*found) : std::nullopt;
}

std::string why_not_held(const run_report& of, double rate) {
  if (!of.faults.empty())
    return of.faults.front();
  for (const checked& each : of.assertions)
    if (!each.held)
      return each.what.text + " was " +
             figure_text(each.what.name,
                         each.value.index() == 0 ? nlohmann::json() : nlohmann::json(*as_number(each.value)));
  if (!of.saturated.empty())
    return of.saturated;
  if (value_in(of, "sent_per_s").value_or(rate) < rate * keeps_up)
    return "only " + plain(*value_in(of, "sent_per_s")) + " a second were sent";
  return {};
}

/// One run at this rate.
tl::expected<tried, early_exit> try_rate(const find_limit& asked, double rate) {
  std::vector<std::string> words = asked.more;
  words.push_back("--rate=" + plain(rate));
  for (const std::string& each : asked.slo)
    words.push_back("--assert=" + each);
  const auto run = run_of_file(asked.run, words);
  if (!run)
    return tl::unexpected(run.error());
  if (!run->what->open_loop())
    return tl::unexpected(early_exit{exit_code::usage, asked.run + ": the scenario has no --rate"});
  if (run->what->rates().staged())
    return tl::unexpected(early_exit{exit_code::usage, asked.run + ": a limit is of one rate: leave stages out"});
  const auto report = perform(*run, {});
  if (!report)
    return tl::unexpected(report.error());
  if (!report->begun)
    return tl::unexpected(early_exit{exit_code::failed, remarks(*report).front()});
  tried made;
  made.rate = rate;
  made.reason = why_not_held(*report, rate);
  made.p50_ms = value_in(*report, "p50_ms");
  made.p95_ms = value_in(*report, "p95_ms");
  made.p99_ms = value_in(*report, "p99_ms");
  made.sent_per_s = value_in(*report, "sent_per_s");
  std::cerr << "rate " << plain(rate) << (made.reason.empty() ? "  held" : "  not held: " + made.reason) << std::endl;
  return made;
}

nlohmann::json json_of(const std::optional<double>& value) {
  return value ? nlohmann::json(three_decimals(*value)) : nlohmann::json();
}

nlohmann::ordered_json curve_of(std::vector<tried> all) {
  std::ranges::stable_sort(all, {}, &tried::rate);
  nlohmann::ordered_json curve = nlohmann::ordered_json::array();
  for (const tried& each : all)
    curve.push_back({{"rate", three_decimals(each.rate)},
                     {"held", each.reason.empty()},
                     {"p50_ms", json_of(each.p50_ms)},
                     {"p95_ms", json_of(each.p95_ms)},
                     {"p99_ms", json_of(each.p99_ms)},
                     {"sent_per_s", json_of(each.sent_per_s)},
                     {"reason", each.reason}});
  return curve;
}

void print_curve(std::ostream& out, const nlohmann::ordered_json& curve) {
  out << "      rate  held        p50         p95         p99  reason\n";
  for (const auto& each : curve)
    out << std::right << std::setw(10) << plain(each["rate"].get<double>()) << "  " << std::left << std::setw(4)
        << (each["held"].get<bool>() ? "yes" : "no") << std::right << std::setw(12)
        << figure_text("p50_ms", each["p50_ms"]) << std::setw(12) << figure_text("p95_ms", each["p95_ms"])
        << std::setw(12) << figure_text("p99_ms", each["p99_ms"]) << "  " << each["reason"].get<std::string>() << '\n';
}

} // namespace

exit_code execute(const find_limit& asked, const std::vector<std::string>& words) {
  rate_search search(asked.from, std::max(asked.to, asked.from));
  std::vector<tried> all;
  std::string reason; // at the lowest rate that did not hold
  while (const auto rate = search.next()) {
    auto made = try_rate(asked, *rate);
    if (!made) {
      say(made.error().text);
      return made.error().code;
    }
    const auto failed_before = search.lowest_failed();
    search.note(made->reason.empty());
    if (search.lowest_failed() != failed_before)
      reason = made->reason;
    all.push_back(std::move(*made));
  }
  const auto held = search.highest_held();
  const auto failed = search.lowest_failed();
  const exit_code code = !held                                      ? exit_code::failed
                         : reason.starts_with("the client was the") ? exit_code::client_limited
                                                                    : exit_code::good;
  const nlohmann::ordered_json curve = curve_of(all);
  if (asked.json)
    std::cout << nlohmann::ordered_json{{"schema", document_schema},
                                        {"command", words},
                                        {"slo", asked.slo},
                                        {"highest_held", json_of(held)},
                                        {"lowest_failed", json_of(failed)},
                                        {"reason", reason},
                                        {"curve", curve},
                                        {"verdict", {{"exit_code", static_cast<int>(code)}}}}
                   .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
              << std::endl;
  else {
    print_curve(std::cout, curve);
    std::cout << "highest rate that held: " << (held ? plain(*held) : "none") << ", lowest that did not: "
              << (failed ? plain(*failed) + " (" + reason + ")" : "none up to " + plain(asked.to)) << std::endl;
  }
  if (code == exit_code::client_limited)
    say(reason + "; the server may hold more");
  return code;
}

} // namespace parley::load
