#include "config/command_line.hpp"

#include <CLI/CLI.hpp>

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
  add_shorthand(command, into, "--host", "server.host", "HOST", "Where to listen");
  add_shorthand(command, into, "--port", "server.port", "PORT", "TCP port; 0 takes a free one");
  add_shorthand(command, into, "--threads", "server.threads", "N",
                "I/O threads; 0 = one fewer than cores, at least one");
}

} // namespace parley::config
