#include "config/command_line.hpp"

#include "config/key.hpp"

#include <CLI/CLI.hpp>

#include <utility>
#include <variant>
#include <vector>

namespace parley::config {

namespace {

/// An option that stands for `--set key=…`. It runs as it is met, so that the order of the command line is kept.
void add_shorthand(CLI::App& command, sources& into, const std::string& flag, const std::string& key,
                   const std::string& placeholder, const std::string& help) {
  command
    .add_option_function<std::string>(
      flag, [&into, key](const std::string& text) { into.overrides.emplace_back(key, text); }, help)
    ->option_text(placeholder)
    ->trigger_on_parse();
}

/// `--host` may be repeated: each adds to those before it. A list that it names counts as its items.
void add_hosts(CLI::App& command, sources& into) {
  auto gather = [&into, all = std::vector<std::string>()](const std::string& text) mutable {
    const auto written = parse_text(*find_key("server.host"), text);
    if (const auto* list = std::get_if<std::vector<std::string>>(&written))
      all.insert(all.end(), list->begin(), list->end());
    else if (const auto* one = std::get_if<std::string>(&written))
      all.push_back(*one);
    into.overrides.emplace_back("server.host", all.size() == 1 ? all.front() : render_list(all));
  };
  command
    .add_option_function<std::string>("--host", std::move(gather),
                                      "Where to listen: an address, a name, localhost, unix:PATH. May be repeated")
    ->option_text("HOST")
    ->trigger_on_parse();
}

} // namespace

void add_common_options(CLI::App& command, sources& into) {
  command
    .add_option_function<std::string>(
      "--config", [&into](const std::string& path) { into.file = path; }, "Configuration file (TOML)")
    ->option_text("FILE");
  add_shorthand(command, into, "--data-dir", "data_dir", "DIR", "Folder of the database, the made secret and uploads");
  add_shorthand(command, into, "--db", "storage.url", "URL", "sqlite:///FILE or postgresql://…");
  command
    .add_option_function<std::string>(
      "--set",
      [&into](const std::string& text) {
        auto equals = text.find('=');
        if (equals == std::string::npos || equals == 0)
          throw CLI::ValidationError("--set", "wants section.key=value");
        into.overrides.emplace_back(text.substr(0, equals), text.substr(equals + 1));
      },
      "Any setting; lists in TOML form. May be repeated")
    ->option_text("section.key=value")
    ->trigger_on_parse();
}

void add_server_options(CLI::App& command, sources& into) {
  add_hosts(command, into);
  add_shorthand(command, into, "--port", "server.port", "PORT", "TCP port; 0 takes a free one");
  add_shorthand(command, into, "--threads", "server.threads", "N",
                "I/O threads; 0 = one fewer than cores, at least one");
}

} // namespace parley::config
