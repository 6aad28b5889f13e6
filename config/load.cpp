#include "config/load.hpp"

#include "config/check.hpp"
#include "config/key.hpp"
#include "config/toml_reader.hpp"

#include <fstream>
#include <iterator>

namespace parley::config {

namespace {

using fault = std::optional<std::string>;

std::string join_sections() {
  std::string out;
  for (auto section : all_sections())
    (out += out.empty() ? "" : ", ") += section;
  return out;
}

/// `where` says who wrote it, for example `FILE line 3`.
std::string compose(std::string_view key, std::string_view what, std::string_view allowed, std::string_view where) {
  std::string out(key);
  ((out += ": ") += what) += "; allowed: ";
  return ((out += allowed) += " (") += std::string(where) + ')';
}

/// The words for a name that no key has, as the file and `--set` spell it.
std::string unknown_key(std::string_view name, std::string_view where) {
  auto section = name.substr(0, name.find('.'));
  for (auto known : all_sections())
    if (section == known)
      return compose(quote(name), "unknown key", list_keys(section) + " in section " + std::string(section), where);
  return compose(quote(name), "unknown key", list_keys("") + ", and keys of the sections " + join_sections(), where);
}

std::optional<std::string> read_whole(const std::filesystem::path& path) try {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open())
    return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
} catch (const std::ios_base::failure&) { // a folder opens well, and fails here
  return std::nullopt;
}

class loader {
public:
  fault read_file(const std::filesystem::path& path) {
    auto where = path.string();
    auto text = read_whole(path);
    if (!text)
      return "--config: cannot read " + quote(where) + "; allowed: a TOML file";
    auto document = read_toml(*text);
    if (!document)
      return "--config: " + quote(where) + " is not TOML, " + document.error();
    for (const auto& section : document->sections)
      if (list_keys(section.name).empty() || section.name.empty())
        return compose(quote(section.name), "unknown section", join_sections(), at_line(where, section.line));
    for (const auto& entry : document->entries) {
      auto key = find_key(entry.name);
      auto place = at_line(where, entry.line);
      if (!key)
        return unknown_key(entry.name, place);
      if (auto failed = put(*key, entry.written, origin::file, place))
        return failed;
    }
    return std::nullopt;
  }

  fault read_variables(const std::map<std::string, std::string>& environment) {
    std::map<std::string, const key*, std::less<>> known;
    for (const auto& key : all_keys())
      known.emplace(environment_variable(key), &key);
    for (const auto& [variable, text] : environment) {
      if (auto found = known.find(variable); found != known.end()) {
        if (auto failed =
              put(*found->second, parse_text(*found->second, text), origin::environment, "environment " + variable))
          return failed;
        continue;
      }
      // Only what can have been meant for us: others use the prefix too.
      std::string allowed;
      for (const auto& [other, key] : known) {
        auto prefix = other.substr(0, other.size() - key->leaf().size());
        if (!key->section().empty() && variable.starts_with(prefix))
          (allowed += allowed.empty() ? "" : ", ") += other;
      }
      if (!allowed.empty())
        return compose(quote(variable), "unknown variable", allowed, "environment");
    }
    return std::nullopt;
  }

  fault read_overrides(const std::vector<std::pair<std::string, std::string>>& overrides) {
    for (const auto& [name, text] : overrides) {
      auto key = find_key(name);
      if (!key)
        return unknown_key(name, "command line");
      if (auto failed = put(*key, parse_text(*key, text), origin::flag, "command line"))
        return failed;
    }
    return std::nullopt;
  }

  fault check_rules() const {
    auto broken = check(result_.values);
    if (!broken)
      return std::nullopt;
    return compose(broken->key, broken->what, broken->allowed, name(result_.origins.find(broken->key)->second));
  }

  loaded_settings& result() { return result_; }

  loader() {
    for (const auto& key : all_keys())
      result_.origins.emplace(key.name, origin::default_value);
  }

private:
  static std::string at_line(const std::string& file, unsigned line) {
    return quote(file) + " line " + std::to_string(line);
  }

  fault put(const key& k, const value& written, origin from, std::string_view where) {
    if (auto wrong = assign(k, written, result_.values))
      return compose(k.name, *wrong, allowed(k), where);
    result_.origins.find(k.name)->second = from;
    return std::nullopt;
  }

  loaded_settings result_;
};

} // namespace

std::string_view name(origin x) {
  switch (x) {
  case origin::default_value:
    return "default";
  case origin::file:
    return "file";
  case origin::environment:
    return "environment";
  case origin::flag:
    return "flag";
  }
  return {};
}

std::map<std::string, std::string> read_environment(const char* const* block) {
  std::map<std::string, std::string> out;
  for (; block != nullptr && *block != nullptr; ++block) {
    std::string_view line = *block;
    auto equals = line.find('=');
    if (line.starts_with("PARLEY_") && equals != std::string_view::npos)
      out.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return out;
}

tl::expected<loaded_settings, std::string> load(const sources& from) {
  loader all;
  if (from.file)
    if (auto failed = all.read_file(*from.file))
      return tl::unexpected(*failed);
  all.result().file = from.file;
  if (auto failed = all.read_variables(from.environment))
    return tl::unexpected(*failed);
  if (auto failed = all.read_overrides(from.overrides))
    return tl::unexpected(*failed);
  if (auto failed = all.check_rules())
    return tl::unexpected(*failed);
  return std::move(all.result());
}

} // namespace parley::config
