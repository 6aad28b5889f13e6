#include "load/execute.hpp"

#include "load/report/comparable.hpp"
#include "load/report/document.hpp"
#include "load/report/html.hpp"
#include "load/report/outputs.hpp"
#include "load/report/progress.hpp"
#include "load/report/table.hpp"
#include "load/run/perform.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iomanip>
#include <iostream>
#include <unistd.h>

namespace parley::load {

namespace {

exit_code stop_with(const early_exit& why) {
  say(why.text);
  return why.code;
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

/// False where a file could not be written.
bool publish(const run_options& options, const run_report& of, const std::vector<nlohmann::json>& against) {
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
  const auto written = [](const char* flag, const std::string& file, const auto& content) {
    if (file.empty() || write_file(file, content()))
      return true;
    say(std::string(flag) + ": cannot write " + file);
    return false;
  };
  const nlohmann::json first = against.empty() ? nlohmann::json() : against.front();
  const bool page = written("--report", options.report, [&] { return page_of(document, first); });
  const bool xml = written("--junit", options.junit, [&] { return junit_of(document); });
  const bool text = written("--prometheus", options.prometheus, [&] { return prometheus_of(document); });
  return page && xml && text;
}

early_exit refusal(const std::string& file, const std::string& other) {
  return {exit_code::usage, "--against: " + file + " is of another load: " + other};
}

/// Empty where all files can be written: told before the run, not after it.
std::string unwritable(const run_options& options) {
  const std::pair<const char*, std::string> files[] = {{"--report", options.report},
                                                       {"--ndjson", options.ndjson},
                                                       {"--junit", options.junit},
                                                       {"--prometheus", options.prometheus}};
  for (const auto& [flag, file] : files)
    if (!file.empty() && !std::ofstream(file, std::ios::app))
      return std::string(flag) + ": cannot write " + file;
  return {};
}

} // namespace

exit_code execute(const run_command& asked, const std::vector<std::string>& words) {
  const run_options& options = asked.options;
  std::vector<nlohmann::json> against;
  for (const std::string& file : options.against) {
    auto read = read_document(file);
    if (!read)
      return stop_with({exit_code::usage, "--against: " + read.error()});
    const std::string other = why_not_comparable(load_of(asked), *read);
    if (!other.empty())
      return stop_with(refusal(file, other));
    against.push_back(std::move(*read));
  }
  if (const std::string why = unwritable(options); !why.empty())
    return stop_with({exit_code::usage, why});
  std::ofstream lines;
  if (!options.ndjson.empty())
    lines.open(options.ndjson, std::ios::trunc);
  progress_display display(std::cerr, ::isatty(STDERR_FILENO) == 1);
  auto report = perform(asked, [&](const moment& now) {
    if (lines.is_open())
      lines << ndjson_line(now) << std::flush;
    if (!options.quiet)
      display.show(now);
  });
  display.finish();
  if (!report)
    return stop_with(report.error());
  report->command = words;
  for (std::string& line : remarks(*report))
    say(std::move(line));
  return publish(options, *report, against) ? report->code : exit_code::failed;
}

exit_code execute(const show_version&, const std::vector<std::string>&) {
  std::cout << "parley-load " PARLEY_LOAD_VERSION << '\n';
  return exit_code::good;
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
