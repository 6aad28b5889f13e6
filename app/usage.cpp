#include "app/usage.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::app {

namespace {

/// Letters that may be missing, too many or wrong in a word for it to be taken for another.
constexpr std::size_t slips_max = 2;

/// The Levenshtein distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

std::string suggest(std::string_view word, const std::vector<std::string>& known) {
  const std::string* best = nullptr;
  std::size_t least = std::min(slips_max, word.size() / 2) + 1;
  for (const auto& one : known) {
    if (const auto slips = distance(word, one); slips < least) {
      best = &one;
      least = slips;
    }
  }
  return best != nullptr ? "; did you mean " + *best + "?" : std::string();
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> out;
  for (const auto* one : app.get_subcommands([](const CLI::App* x) { return !x->get_name().empty(); }))
    out.push_back(one->get_name());
  return out;
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> out;
  for (const auto* one : app.get_options()) {
    for (const auto& name : one->get_lnames())
      out.push_back("--" + name);
  }
  return out;
}

} // namespace

std::string explain_usage(const CLI::App& cli, const CLI::ParseError& why) {
  const auto* at = &cli;
  std::string path;
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().back();
    (path += path.empty() ? "" : " ") += at->get_name();
  }
  const auto commands = commands_of(*at);
  const auto extra = cli.remaining(true);
  std::string what = why.what();
  if (!extra.empty() && extra[0].starts_with("-")) {
    const auto word = extra[0].substr(0, extra[0].find('='));
    what = "unknown option " + word + suggest(word, options_of(*at));
  } else if (!extra.empty()) {
    what = (commands.empty() ? "unexpected word " : "unknown command ") + extra[0] + suggest(extra[0], commands);
  } else if (!commands.empty()) {
    what = "a command is missing, one of";
    for (const auto& one : commands)
      what += ' ' + one;
  }
  return path + (path.empty() ? "" : ": ") + what + " (" + cli.get_name() + (path.empty() ? "" : " ") + path +
         " --help tells more)";
}

} // namespace parley::app
