#include "load/run/perform.hpp"

#include "load/measure/proc.hpp"
#include "load/run/conclude.hpp"
#include "load/run/tokens.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <random>
#include <sstream>

namespace parley::load {

namespace {

constexpr std::uint64_t ports_of_a_source = 20'000;
constexpr std::uint64_t sources_most = 250;

std::uint32_t sources_for(const scenario& what) {
  const std::uint64_t needed = (what.connections() + ports_of_a_source - 1) / ports_of_a_source;
  return static_cast<std::uint32_t>(std::min(std::max<std::uint64_t>(needed, what.sources_wanted()), sources_most));
}

tl::expected<tls_trust, std::string> trust_of(const run_options& options) {
  if (options.insecure)
    return tls_trust::blind();
  return tls_trust::of(options.ca);
}

/// Resolves the hosts, and reads whom to trust.
tl::expected<std::vector<dial>, early_exit> dials_of(const run_command& asked) {
  const run_options& options = asked.options;
  const auto usage = [](std::string text) { return tl::unexpected(early_exit{exit_code::usage, std::move(text)}); };
  std::optional<tls_trust> trust;
  if (std::ranges::any_of(options.urls, &ws_url::secure)) {
    auto made = trust_of(options);
    if (!made)
      return usage("--ca: " + made.error());
    trust = std::move(*made);
  }
  std::vector<dial> out;
  for (std::size_t i = 0; i < options.urls.size(); ++i) {
    const ws_url& url = options.urls[i];
    const auto address = resolve(url);
    if (!address)
      return tl::unexpected(early_exit{exit_code::failed, address.error()});
    if (options.sources.value_or(1) > 1 && !address->is_loopback_of_many())
      return usage("--sources is for a server on loopback (IPv4)");
    const std::uint32_t sources =
      address->is_loopback_of_many() ? options.sources.value_or(sources_for(*asked.what)) : 1;
    out.push_back({options.url_texts[i], url, *address, sources, asked.what->open_loop(),
                   url.secure ? trust : std::nullopt, options.compress});
  }
  return out;
}

/// Reads tokens, knows the servers, looks for their processes and makes room for open files.
tl::expected<run_setup, early_exit> prepare(const run_command& asked) {
  const auto usage = [](std::string text) { return tl::unexpected(early_exit{exit_code::usage, std::move(text)}); };
  const run_options& options = asked.options;
  const std::uint64_t connections = asked.what->connections();
  std::vector<std::string> tokens;
  if (asked.what->uses_tokens(options.speaks)) {
    auto read = read_tokens(options.tokens, asked.what->tokens_wanted());
    if (!read)
      return usage("--tokens: " + read.error());
    tokens = std::move(*read);
  }
  if (auto allowed = allow_connections((connections + options.processes - 1) / options.processes); !allowed)
    return usage(allowed.error());
  if (auto there = process_watch(options.server_pids).sample(memory_count::quick); !there)
    return usage("--server-pid: " + there.error());
  auto places = dials_of(asked);
  if (!places)
    return tl::unexpected(places.error());
  return run_setup{*asked.what, options.speaks, servers(std::move(*places), asked.what->rooms()), std::move(tokens),
                   std::random_device{}()};
}

run_report judged(const run_command& asked, run_result run) {
  concluded made = conclude_run(*asked.what, run.total, run.facts);
  run_report out;
  out.scenario = asked.what->name();
  out.options = asked.options.effective;
  out.urls = asked.options.url_texts;
  out.dialect = asked.options.speaks.name;
  out.open_loop = asked.what->open_loop();
  out.begun = run.total.count_of("handshakes") + run.total.count_of("sent") > 0;
  out.latency = run.total.times_of(asked.what->main_latency());
  out.moments = std::move(run.moments);
  // What the run itself says explains what its figures show.
  out.faults = std::move(run.faults);
  out.faults.insert(out.faults.end(), made.out.faults.begin(), made.out.faults.end());
  out.saturated = made.saturated.value_or(std::string());
  out.certificate = made.certificate;
  bool failed = !out.faults.empty();
  for (const assertion& each : asked.options.assertions) {
    out.assertions.push_back(check(each, made.out.values));
    failed = failed || !out.assertions.back().held;
  }
  out.code = judge(failed, made.saturated.has_value());
  out.values = std::move(made.out.values);
  return out;
}

} // namespace

tl::expected<run_report, early_exit> perform(const run_command& asked, const on_progress& progress) {
  const auto prepared = prepare(asked);
  if (!prepared)
    return tl::unexpected(prepared.error());
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  const run_options& options = asked.options;
  run_report report =
    judged(asked, carry_out({*prepared, options.processes, options.warmup_s, options.duration_s, options.server_pids},
                            progress));
  report.started_at = rfc3339(std::chrono::duration<double>(since_1970).count());
  return report;
}

tl::expected<run_command, early_exit> run_of_file(const std::string& file, const std::vector<std::string>& more) {
  std::vector<std::string> words{"--config", file};
  words.insert(words.end(), more.begin(), more.end());
  auto parsed = parse_options(std::move(words));
  if (!parsed)
    return tl::unexpected(parsed.error());
  auto* run = std::get_if<run_command>(&*parsed);
  if (run == nullptr)
    return tl::unexpected(early_exit{exit_code::usage, file + " is no run"});
  return std::move(*run);
}

nlohmann::json load_of(const run_command& asked) {
  return {{"scenario", asked.what->name()}, {"options", options_document(asked.options.effective)}};
}

std::vector<std::string> remarks(const run_report& of) {
  std::vector<std::string> lines;
  if (!of.faults.empty())
    lines.push_back(of.faults.front());
  for (const checked& each : of.assertions) {
    if (each.held)
      continue;
    const auto value = as_number(each.value);
    std::ostringstream line;
    line << "not so: " << each.what.text << " (";
    value ? line << *value : line << "the run cannot tell";
    lines.push_back(line.str() + ")");
  }
  if (!of.saturated.empty())
    lines.push_back(of.saturated);
  return lines;
}

void say(std::string line) {
  std::replace_if(
    line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  std::cerr << "parley-load: " << line << std::endl;
}

} // namespace parley::load
