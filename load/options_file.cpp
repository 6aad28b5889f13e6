#include "load/options_file.hpp"

#include <CLI/CLI.hpp>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <optional>

namespace parley::load {

namespace {

using words = std::vector<std::string>;

constexpr std::string_view config_flag = "--config";

/// Takes `--config FILE` or `--config=FILE` out. Empty where it has no FILE.
std::optional<std::string> take_config(words& arguments) {
  for (auto at = arguments.begin(); at != arguments.end(); ++at) {
    if (at->starts_with(std::string(config_flag) + "=")) {
      std::string file = at->substr(config_flag.size() + 1);
      arguments.erase(at);
      return file;
    }
    if (*at == config_flag) {
      std::string file = at + 1 != arguments.end() ? *(at + 1) : std::string();
      arguments.erase(at, std::min(at + 2, arguments.end()));
      return file;
    }
  }
  return std::nullopt;
}

bool given(const CLI::Option& option, const words& arguments) {
  const auto& names = option.get_lnames();
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::any_of(arguments.begin(), arguments.end(), [&](const std::string& word) {
      return word == "--" + name || word.starts_with("--" + name + "=");
    });
  });
}

/// As a flag takes it; nothing for a table, a date and the like.
std::optional<std::string> value_text(const toml::node& node) {
  if (const auto* text = node.as_string())
    return text->get();
  if (const auto* whole = node.as_integer())
    return std::to_string(whole->get());
  if (const auto* number = node.as_floating_point()) {
    std::ostringstream out;
    out << number->get();
    return out.str();
  }
  return std::nullopt;
}

/// Adds the words of one key. False where its value is none that a flag takes.
bool add_words(words& to, const CLI::Option& option, const std::string& key, const toml::node& node) {
  const bool is_flag = option.get_items_expected_max() == 0;
  if (const auto* flag = node.as_boolean()) {
    if (is_flag && flag->get())
      to.push_back("--" + key);
    return is_flag;
  }
  if (const auto* list = node.as_array())
    return std::all_of(list->begin(), list->end(),
                       [&](const toml::node& each) { return add_words(to, option, key, each); });
  const auto text = value_text(node);
  if (text && !is_flag)
    to.push_back("--" + key + "=" + *text);
  return text && !is_flag;
}

/// Null where there is no such scenario; other subcommands are none.
const CLI::App* find_scenario(const CLI::App& app, const std::string& name) {
  const auto found = app.get_subcommands([&name](const CLI::App* each) {
    return each->get_name() == name && each->get_option_no_throw("--url") != nullptr;
  });
  return found.empty() ? nullptr : found.front();
}

tl::expected<words, std::string> file_words(const CLI::App& scenario, const toml::table& file, const words& arguments) {
  words out;
  for (const auto& [toml_key, node] : file) {
    const std::string key(toml_key.str());
    if (key == "scenario")
      continue;
    const CLI::Option* option = key == "config" ? nullptr : scenario.get_option_no_throw("--" + key);
    if (option == nullptr)
      return tl::unexpected("'" + key + "' is no option of " + scenario.get_name());
    const auto& excluded = option->get_excludes();
    const bool overruled =
      given(*option, arguments) ||
      std::any_of(excluded.begin(), excluded.end(), [&](const CLI::Option* other) { return given(*other, arguments); });
    words added;
    if (!add_words(added, *option, key, node))
      return tl::unexpected("'" + key + "' has a value of a wrong type");
    if (!overruled)
      out.insert(out.end(), added.begin(), added.end());
  }
  return out;
}

} // namespace

tl::expected<words, std::string> with_options_file(const CLI::App& app, words arguments) {
  const auto file = take_config(arguments);
  if (!file)
    return arguments;
  if (file->empty())
    return tl::unexpected(std::string("--config wants a file"));
  if (std::filesystem::is_directory(*file))
    return tl::unexpected(*file + " is a folder");
  try {
    const toml::table table = toml::parse_file(*file);
    const bool named = !arguments.empty() && !arguments.front().starts_with('-');
    const std::string name = named ? arguments.front() : table["scenario"].value_or(std::string());
    if (name.empty())
      return tl::unexpected(*file + ": 'scenario' is missing, and the command line names none");
    const CLI::App* scenario = find_scenario(app, name);
    if (scenario == nullptr)
      return tl::unexpected((named ? std::string() : *file + ": ") + "there is no scenario '" + name + "'");
    if (named)
      arguments.erase(arguments.begin());
    auto out = file_words(*scenario, table, arguments);
    if (!out)
      return tl::unexpected(*file + ": " + out.error());
    out->insert(out->begin(), name);
    out->insert(out->end(), arguments.begin(), arguments.end());
    return out;
  } catch (const toml::parse_error& fault) {
    const auto line = fault.source().begin.line;
    return tl::unexpected(*file + ": " + (line > 0 ? "line " + std::to_string(line) + ": " : std::string()) +
                          std::string(fault.description()));
  }
}

} // namespace parley::load
