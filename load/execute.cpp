#include "load/execute.hpp"

#include "load/measure/proc.hpp"
#include "load/report/document.hpp"
#include "load/report/html.hpp"
#include "load/report/progress.hpp"
#include "load/report/table.hpp"
#include "load/run/conclude.hpp"
#include "load/run/coordinator.hpp"
#include "load/run/tokens.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <random>
#include <unistd.h>

namespace parley::load {

namespace {

constexpr std::uint64_t ports_of_a_source = 20'000;
constexpr std::uint64_t sources_most = 250;

/// One line, whatever a server put into it.
void say(std::string line) {
  std::replace_if(
    line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  std::cerr << "parley-load: " << line << std::endl;
}

exit_code stop_with(const early_exit& why) {
  say(why.text);
  return why.code;
}

bool is_loopback(const sockaddr_in& address) {
  return ntohl(address.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

std::uint32_t sources_for(const scenario& what) {
  const std::uint64_t needed = (what.connections() + ports_of_a_source - 1) / ports_of_a_source;
  return static_cast<std::uint32_t>(std::min(std::max<std::uint64_t>(needed, what.sources_wanted()), sources_most));
}

/// Reads tokens, resolves the host, looks for the server's processes and makes room for open files.
tl::expected<run_setup, early_exit> prepare(const run_command& asked) {
  const auto usage = [](std::string text) { return tl::unexpected(early_exit{exit_code::usage, std::move(text)}); };
  const run_options& options = asked.options;
  const std::uint64_t connections = asked.what->connections();
  run_setup out{*asked.what, options.speaks, {options.url, {}, 1}, {}, std::random_device{}()};
  if (options.speaks.uses_tokens()) {
    auto tokens = read_tokens(options.tokens, asked.what->tokens_wanted());
    if (!tokens)
      return usage("--tokens: " + tokens.error());
    out.tokens = std::move(*tokens);
  }
  if (auto allowed = allow_connections((connections + options.processes - 1) / options.processes); !allowed)
    return usage(allowed.error());
  if (auto there = sample_processes(options.server_pids); !there)
    return usage("--server-pid: " + there.error());
  auto address = resolve(options.url);
  if (!address)
    return tl::unexpected(early_exit{exit_code::failed, address.error()});
  out.to.address = *address;
  if (options.sources.value_or(1) > 1 && !is_loopback(*address))
    return usage("--sources is for a server on loopback");
  if (is_loopback(*address))
    out.to.sources = options.sources.value_or(sources_for(*asked.what));
  return out;
}

tl::expected<nlohmann::json, std::string> read_document(const std::string& file) {
  std::ifstream in(file);
  if (!in)
    return tl::unexpected("cannot read " + file);
  auto read = nlohmann::json::parse(in, nullptr, false);
  if (!read.is_object() || !read.contains("figures") || !read["figures"].is_object())
    return tl::unexpected(file + " is no document of a run");
  return read;
}

bool write_file(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::trunc);
  out << text << std::flush;
  return out.good();
}

std::string page_of(const nlohmann::json& run, const nlohmann::json& against) {
  return against.is_null() ? html_page(run) : html_page(run, against);
}

run_report judge_run(const run_command& asked, run_result run) {
  concluded made = conclude_run(*asked.what, run.total, run.facts);
  run_report out;
  out.scenario = asked.what->name();
  out.options = asked.options.effective;
  out.url = asked.options.url_text;
  out.dialect = asked.options.speaks.name;
  out.begun = run.total.count_of("handshakes") + run.total.count_of("sent") > 0;
  out.latency = run.total.times_of(asked.what->main_latency());
  out.moments = std::move(run.moments);
  // What the run itself says explains what its figures show.
  out.faults = std::move(run.faults);
  out.faults.insert(out.faults.end(), made.out.faults.begin(), made.out.faults.end());
  out.client_saturated = made.saturated.has_value();
  bool failed = !out.faults.empty();
  for (const assertion& each : asked.options.assertions) {
    out.assertions.push_back(check(each, made.out.values));
    failed = failed || !out.assertions.back().held;
  }
  out.code = judge(failed, out.client_saturated);
  if (!out.faults.empty())
    say(out.faults.front());
  for (const checked& each : out.assertions)
    if (!each.held) {
      const auto value = as_number(each.value);
      std::ostringstream line;
      line << "not so: " << each.what.text << " (";
      value ? line << *value : line << "the run cannot tell";
      say(line.str() + ")");
    }
  if (made.saturated)
    say(*made.saturated);
  out.values = std::move(made.out.values);
  return out;
}

/// False where a file could not be written.
bool publish(const run_options& options, const run_report& of, const nlohmann::json& against) {
  const nlohmann::ordered_json ordered = to_document(of);
  const nlohmann::json document = ordered;
  if (options.json)
    std::cout << ordered.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << std::endl;
  else if (of.begun)
    print_table(std::cout, document, against);
  if (!std::cout) {
    say("cannot write the result to standard output");
    return false;
  }
  if (options.report.empty() || write_file(options.report, page_of(document, against)))
    return true;
  say("--report: cannot write " + options.report);
  return false;
}

} // namespace

exit_code execute(const run_command& asked, const std::vector<std::string>& words) {
  const run_options& options = asked.options;
  nlohmann::json against;
  if (!options.against.empty()) {
    auto read = read_document(options.against);
    if (!read)
      return stop_with({exit_code::usage, "--against: " + read.error()});
    against = std::move(*read);
  }
  const auto prepared = prepare(asked);
  if (!prepared)
    return stop_with(prepared.error());
  if (!options.report.empty() && !std::ofstream(options.report, std::ios::app)) // told before the run, not after it
    return stop_with({exit_code::usage, "--report: cannot write " + options.report});
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  progress_display display(std::cerr, ::isatty(STDERR_FILENO) == 1);
  run_result run = carry_out({*prepared, options.processes, options.warmup_s, options.duration_s, options.server_pids},
                             [&](const moment& now) {
                               if (!options.quiet)
                                 display.show(now);
                             });
  display.finish();
  run_report judged = judge_run(asked, std::move(run));
  judged.started_at = rfc3339(std::chrono::duration<double>(since_1970).count());
  judged.command = words;
  const bool written = publish(options, judged, against);
  return written ? judged.code : exit_code::failed;
}

exit_code execute(const list_scenarios&, const std::vector<std::string>&) {
  for (const auto& each : all_scenarios())
    std::cout << std::left << std::setw(10) << each->name() << each->summary() << '\n';
  return exit_code::good;
}

exit_code execute(const show_dialects& asked, const std::vector<std::string>&) {
  if (asked.name.empty()) {
    for (const dialect& each : built_in_dialects())
      std::cout << std::left << std::setw(13) << each.name << each.about << '\n';
    return exit_code::good;
  }
  const auto source = built_in_source(asked.name);
  if (!source)
    return stop_with({exit_code::usage, "there is no built-in dialect '" + asked.name + "'"});
  std::cout << *source;
  return exit_code::good;
}

exit_code execute(const make_report& asked, const std::vector<std::string>&) {
  const auto run = read_document(asked.run);
  if (!run)
    return stop_with({exit_code::usage, run.error()});
  nlohmann::json against;
  if (!asked.against.empty()) {
    auto read = read_document(asked.against);
    if (!read)
      return stop_with({exit_code::usage, read.error()});
    against = std::move(*read);
  }
  if (!write_file(asked.out, page_of(*run, against)))
    return stop_with({exit_code::failed, "cannot write " + asked.out});
  return exit_code::good;
}

} // namespace parley::load
