// The command line of parley-load, and the TOML file that may stand for it.
#pragma once

#include "load/report/assertion.hpp"
#include "load/report/verdict.hpp"
#include "load/scenario/registry.hpp"
#include "load/wire/endpoint.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <variant>
#include <vector>

namespace parley::load {

/// What every scenario takes.
struct run_options {
  std::vector<std::string> url_texts; ///< as they were given
  std::vector<ws_url> urls;
  std::string ca;        ///< file of certificates to trust; empty for those of the system
  bool insecure = false; ///< anybody is trusted
  dialect speaks;
  std::string tokens;                   ///< file, one token a line; empty for none
  std::vector<pid_t> server_pids;       ///< without one no CPU and memory of the server are shown
  std::uint32_t processes = 1;          ///< workers
  std::optional<std::uint32_t> sources; ///< loopback source addresses; as many as the connections need without it
  bool compress = false;                ///< offer permessage-deflate
  double duration_s = 0;
  double warmup_s = 0;
  std::vector<assertion> assertions;
  bool json = false;
  bool quiet = false;
  std::string report;                                         ///< file for the page; empty for none
  std::string ndjson;                                         ///< file that gets a line a second; empty for none
  std::string junit;                                          ///< file for JUnit's XML; empty for none
  std::string prometheus;                                     ///< file for Prometheus' text; empty for none
  std::vector<std::string> against;                           ///< documents of earlier runs to compare with
  std::vector<std::pair<std::string, std::string>> effective; ///< every flag with its value, defaults too
};

struct run_command {
  std::unique_ptr<scenario> what;
  run_options options;
};

/// `parley-load scenarios`: their names and summaries.
struct list_scenarios {};

/// `parley-load dialects [NAME]`: the built-in ones, or the TOML of one.
struct show_dialects {
  std::string name; ///< empty lists all
};

/// `parley-load report A.json [B.json] --out FILE.html`: a page from kept documents.
struct make_report {
  std::string run;
  std::string against; ///< empty for none
  std::string out;
};

/// `parley-load compare A.toml B.toml --rounds N`: two servers by turns.
struct compare_servers {
  std::string a;
  std::string b;
  std::uint32_t rounds = 7;
  bool json = false;
  std::vector<std::string> more; ///< flags of the scenario, for both
};

/// `parley-load limit RUN.toml --slo 'p99_ms<100'`: the highest rate at which that holds.
struct find_limit {
  std::string run;
  std::vector<std::string> slo; ///< assertions
  double from = 100;            ///< messages a second at which the search begins
  double to = 1e6;              ///< and never goes above
  bool json = false;
  std::vector<std::string> more; ///< flags of the scenario
};

/// `parley-load selftest`: this program against its own lying server.
struct test_itself {};

/// `parley-load lie FAULT --port P`: that server alone.
struct serve_lies {
  std::string fault = "none";
  std::uint16_t port = 0; ///< 0 takes a free one
};

struct show_version {};

using command = std::variant<run_command, list_scenarios, show_dialects, make_report, compare_servers, find_limit,
                             test_itself, serve_lies, show_version>;

/// The program ends before it began: a request for help, or a wrong flag.
struct early_exit {
  exit_code code = exit_code::usage;
  std::string text; ///< help, or one line for people
};

/// `arguments` are those of the command line without the program's name. May read the files of `--config` and
/// `--dialect`.
tl::expected<command, early_exit> parse_options(std::vector<std::string> arguments);

} // namespace parley::load
