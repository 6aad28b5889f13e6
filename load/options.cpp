#include "load/options.hpp"

#include "load/lie/fault.hpp"
#include "load/options_file.hpp"
#include "load/run/conclude.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <limits>
#include <sstream>

namespace parley::load {

namespace {

constexpr double day_s = 86'400;

/// The words of one scenario's flags, before they are checked against each other.
struct raw_options {
  run_options run;
  std::string dialect = "parley";
  std::vector<std::string> assertions;
  std::string config;
};

struct entry_of_menu {
  std::unique_ptr<scenario> what;
  CLI::App* app;
  std::unique_ptr<raw_options> raw;
};

void add_common(CLI::App& app, raw_options& raw, const timing& times) {
  run_options& to = raw.run;
  to.duration_s = times.duration_s;
  to.warmup_s = times.warmup_s;
  app.option_defaults()->group("Of every scenario");
  app
    .add_option(
      "--url", to.url_texts,
      "ws://HOST:PORT or wss://…, with a path where the dialect has none; again for each further node of a cluster")
    ->required()
    ->allow_extra_args(false);
  CLI::Option* ca =
    app.add_option("--ca", to.ca, "file of certificates (PEM) to trust in place of the system's, for wss://");
  app.add_flag("--insecure", to.insecure, "trusts any certificate")->excludes(ca);
  app.add_option("--dialect", raw.dialect, "how the server is spoken to: a built-in one, or a .toml file")
    ->capture_default_str();
  app.add_option("--tokens", to.tokens, "file of access tokens, one a line, as `parley fixtures` writes it");
  app.add_option(times.flags, to.duration_s, "seconds that are measured")
    ->capture_default_str()
    ->check(CLI::Range(times.may_be_zero ? 0.0 : 0.1, day_s, "SECONDS"));
  app.add_option("--warmup", to.warmup_s, "seconds of the same load before them")
    ->capture_default_str()
    ->check(CLI::Range(0.0, day_s, "SECONDS"));
  app
    .add_option("--server-pid", to.server_pids,
                "process whose CPU and memory are shown with its children; again for more")
    ->allow_extra_args(false)
    ->check(CLI::Range(1, std::numeric_limits<pid_t>::max()));
  app.add_option("--processes", to.processes, "worker processes of this client")
    ->capture_default_str()
    ->check(CLI::Range(1U, 64U));
  app.add_option("--sources", to.sources, "loopback addresses to connect from; as many as needed without it")
    ->check(CLI::Range(1U, 250U));
  app.add_flag("--compress", to.compress,
               "offers permessage-deflate; messages come compressed where the server agrees");
  app
    .add_option("--assert", raw.assertions,
                "NAME<NUMBER, or <=, >, >=, ==: a figure that must come out so; NAME{stage=2} and the like for one "
                "of a part; again for more")
    ->allow_extra_args(false);
  app.add_flag("--json", to.json, "the run's document as JSON instead of a table");
  app.add_option("--report", to.report, "HTML file to write");
  app
    .add_option("--against", to.against,
                "kept document of an earlier run of the same load to compare with; again for more, from three on with "
                "statistics")
    ->allow_extra_args(false);
  app.add_option("--ndjson", to.ndjson, "file that gets a line of JSON a second while the run goes on");
  app.add_option("--junit", to.junit, "file for the result as JUnit's XML");
  app.add_option("--prometheus", to.prometheus, "file for the figures in Prometheus' text format");
  app.add_flag("--quiet", to.quiet, "no progress line");
  app.add_option("--config", raw.config, "TOML file with the names of these flags as keys; flags win");
}

/// Every flag but help and the file, with its value, given or default.
std::vector<std::pair<std::string, std::string>> effective(const CLI::App& app) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const CLI::Option* option : app.get_options()) {
    const std::string& name = option->get_lnames().empty() ? std::string() : option->get_lnames().front();
    if (name.empty() || name == "help" || name == "config")
      continue;
    std::string value = option->get_items_expected_max() == 0 ? "false" : option->get_default_str();
    if (option->count() > 0)
      value = CLI::detail::join(option->results(), " ");
    if (!value.empty())
      out.emplace_back(name, std::move(value));
  }
  return out;
}

/// Stages say how long a run lasts, and warm up by themselves unless told otherwise. One line for people where a flag
/// contradicts them.
std::string fit_to_stages(const scenario& what, const CLI::App& app, run_options& to) {
  const rate_plan rates = what.rates();
  if (!rates.staged())
    return {};
  if (app.get_option("--duration")->count() > 0)
    return "--duration is what --stages last together: leave it out";
  to.duration_s = rates.seconds();
  if (app.get_option("--warmup")->count() == 0)
    to.warmup_s = 0;
  for (auto& [name, value] : to.effective) {
    std::ostringstream text;
    text << (name == "duration" ? to.duration_s : to.warmup_s);
    if (name == "duration" || name == "warmup")
      value = text.str();
  }
  return {};
}

/// A figure that no run of this scenario has is found out before the run.
std::string assertion_fault(const scenario& what, const std::vector<assertion>& all) {
  const figures names = conclude_run(what, {}, {}).out.values;
  for (const assertion& each : all)
    if (names.find(each.name) == nullptr)
      return "--assert: " + std::string(what.name()) + " has no figure '" + each.name + "'";
  return {};
}

/// CLI11 takes what strtod takes, and no range holds it back.
bool is_no_finite_number(std::string_view value) {
  if (value.starts_with('-') || value.starts_with('+'))
    value.remove_prefix(1);
  std::string low(value);
  std::ranges::transform(low, low.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return low == "nan" || low.starts_with("nan(") || low == "inf" || low == "infinity";
}

/// The first word, or `--name=word`, that is no number though it is read as one; empty where there is none.
std::string infinite_word(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    const std::size_t at = word.starts_with("--") ? word.find('=') : std::string::npos;
    if (is_no_finite_number(std::string_view(word).substr(at == std::string::npos ? 0 : at + 1)))
      return word;
  }
  return {};
}

bool knows(const CLI::App& app, const std::string& name) {
  return !app.get_subcommands([&name](const CLI::App* each) { return each->get_name() == name; }).empty();
}

/// The subcommands that are no scenarios and take more than names.
struct tool_apps {
  CLI::App* compare;
  CLI::App* limit;
  CLI::App* selftest;
  CLI::App* lie;
};

tool_apps add_tools(CLI::App& app, compare_servers& compare, find_limit& limit, serve_lies& lies) {
  tool_apps made{};
  made.compare = app.add_subcommand("compare", "measures two servers by turns and says what differs for sure");
  made.compare->allow_extras();
  made.compare->add_option("a", compare.a, "TOML file of the one's run, as --config takes it")->required();
  made.compare->add_option("b", compare.b, "the other's")->required();
  made.compare->add_option("--rounds", compare.rounds, "runs of each")
    ->capture_default_str()
    ->check(CLI::Range(3U, 1000U));
  made.compare->add_flag("--json", compare.json, "a document instead of the table");
  made.limit = app.add_subcommand("limit", "looks for the highest rate at which something holds");
  made.limit->allow_extras();
  made.limit->add_option("run", limit.run, "TOML file of a run with a rate, as --config takes it")->required();
  made.limit->add_option("--slo", limit.slo, "NAME<NUMBER and the like, as --assert; again for more")
    ->required()
    ->allow_extra_args(false);
  made.limit->add_option("--from", limit.from, "messages a second to begin with")
    ->capture_default_str()
    ->check(CLI::Range(0.1, 1e7, "RATE"));
  made.limit->add_option("--to", limit.to, "and never more than these")
    ->capture_default_str()
    ->check(CLI::Range(0.1, 1e7, "RATE"));
  made.limit->add_flag("--json", limit.json, "a document instead of the table");
  made.selftest = app.add_subcommand("selftest", "runs against a server that lies and finds out whether it is noticed");
  made.lie = app.add_subcommand("lie", "serves lies, for this and other harnesses");
  made.lie->add_option("fault", lies.fault, "what the server does wrong")
    ->capture_default_str()
    ->check(CLI::Validator(
      [](const std::string& name) { return fault_named(name) ? std::string() : "there is no fault '" + name + "'"; },
      "FAULT"));
  made.lie->add_option("--port", lies.port, "of loopback; 0 takes a free one")->capture_default_str();
  return made;
}

tl::expected<command, early_exit> finish(entry_of_menu chosen) {
  const auto usage = [](std::string text) { return tl::unexpected(early_exit{exit_code::usage, std::move(text)}); };
  run_options& to = chosen.raw->run;
  for (const std::string& text : to.url_texts) {
    auto url = parse_url(text);
    if (!url)
      return usage("--url: " + url.error());
    to.urls.push_back(std::move(*url));
  }
  if ((!to.ca.empty() || to.insecure) && std::ranges::none_of(to.urls, &ws_url::secure))
    return usage(std::string(to.insecure ? "--insecure" : "--ca") + " is for wss://");
  auto speaks = find_dialect(chosen.raw->dialect);
  if (!speaks)
    return usage("--dialect: " + speaks.error());
  to.speaks = std::move(*speaks);
  if (chosen.what->uses_tokens(to.speaks) && to.tokens.empty())
    return usage("--tokens is required: " + (to.speaks.uses_tokens() ? "dialect " + to.speaks.name + " uses tokens"
                                                                     : std::string("the journey has {token}")));
  for (const std::string& text : chosen.raw->assertions) {
    auto parsed = parse_assertion(text);
    if (!parsed)
      return usage("--assert: " + parsed.error());
    to.assertions.push_back(std::move(*parsed));
  }
  if (std::string why = assertion_fault(*chosen.what, to.assertions); !why.empty())
    return usage(std::move(why));
  if (std::string why = chosen.what->conflict(to.speaks, {0, to.processes}); !why.empty())
    return usage(std::move(why));
  to.effective = effective(*chosen.app);
  if (std::string why = fit_to_stages(*chosen.what, *chosen.app, to); !why.empty())
    return usage(std::move(why));
  return run_command{std::move(chosen.what), std::move(to)};
}

} // namespace

tl::expected<command, early_exit> parse_options(std::vector<std::string> arguments) {
  CLI::App app("Load for a WebSocket server, and a judge of what it does under it.\n"
               "Exit codes: 0 good, 1 an assertion or the run failed, 2 usage, 3 the client was the limit.",
               "parley-load");
  bool version = false;
  app.add_flag("--version", version, "prints the version and ends");
  app.require_subcommand(0, 1);
  std::vector<entry_of_menu> menu;
  for (auto& each : all_scenarios()) {
    CLI::App* sub = app.add_subcommand(std::string(each->name()), std::string(each->summary()));
    menu.push_back({std::move(each), sub, std::make_unique<raw_options>()});
    menu.back().what->add_flags(*sub);
    add_common(*sub, *menu.back().raw, menu.back().what->times());
  }
  const CLI::App* scenarios = app.add_subcommand("scenarios", "lists the scenarios");
  show_dialects dialects;
  CLI::App* dialects_app = app.add_subcommand("dialects", "lists the built-in dialects, or prints one as TOML");
  dialects_app->add_option("name", dialects.name, "dialect to print");
  make_report report;
  CLI::App* report_app = app.add_subcommand("report", "makes a page from kept documents");
  report_app->add_option("run", report.run, "document that --json printed")->required();
  report_app->add_option("against", report.against, "document of an earlier run to compare with");
  report_app->add_option("--out", report.out, "HTML file to write")->required();
  compare_servers compare;
  find_limit limit;
  serve_lies lies;
  const tool_apps tools = add_tools(app, compare, limit, lies);
  if (!arguments.empty() && !arguments.front().starts_with('-') && !knows(app, arguments.front()))
    return tl::unexpected(early_exit{exit_code::usage, "there is no '" + arguments.front() + "' (see --help)"});
  try {
    auto words = with_options_file(app, std::move(arguments));
    if (!words)
      return tl::unexpected(early_exit{exit_code::usage, words.error()});
    if (const std::string word = infinite_word(*words); !word.empty())
      return tl::unexpected(early_exit{exit_code::usage, "'" + word + "' is not a finite number"});
    std::reverse(words->begin(), words->end()); // CLI11 takes them from the back
    app.parse(*words);
  } catch (const CLI::CallForHelp&) {
    return tl::unexpected(early_exit{exit_code::good, app.help()});
  } catch (const CLI::ParseError& fault) {
    return tl::unexpected(early_exit{exit_code::usage, fault.what()});
  }
  if (scenarios->parsed())
    return list_scenarios{};
  if (dialects_app->parsed())
    return dialects;
  if (report_app->parsed())
    return report;
  if (version)
    return show_version{};
  if (tools.compare->parsed()) {
    compare.more = tools.compare->remaining();
    return compare;
  }
  if (tools.limit->parsed()) {
    limit.more = tools.limit->remaining();
    return limit;
  }
  if (tools.selftest->parsed())
    return test_itself{};
  if (tools.lie->parsed())
    return lies;
  if (app.get_subcommands().empty())
    return tl::unexpected(early_exit{exit_code::usage, "a subcommand is required (see --help)"});
  const auto chosen =
    std::find_if(menu.begin(), menu.end(), [](const entry_of_menu& each) { return each.app->parsed(); });
  return finish(std::move(*chosen));
}

} // namespace parley::load
