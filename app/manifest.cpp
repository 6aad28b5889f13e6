#include "app/manifest.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace parley::app {

namespace {

constexpr int known_form = 1;

nlohmann::json to_json(const file_facts& x) {
  return {{"bytes", x.bytes}, {"sha256", x.sha256}};
}

file_facts facts_in(const nlohmann::json& x) {
  return {x.at("bytes").get<std::uintmax_t>(), x.at("sha256").get<std::string>()};
}

/// The secret, or a plain name in one of the folders: nothing else is written by a restore.
bool is_path_of_a_backup(std::string_view path) {
  if (path == backup_names::secret)
    return true;
  const auto slash = path.find('/');
  if (slash == std::string_view::npos)
    return false;
  constexpr auto& folders = backup_names::folders;
  const auto name = path.substr(slash + 1);
  return std::ranges::find(folders, path.substr(0, slash)) != folders.end() && !name.empty() && name.front() != '.' &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

} // namespace

void write_manifest(const manifest& what, const std::filesystem::path& folder) {
  nlohmann::json files = nlohmann::json::object();
  for (const auto& [path, facts] : what.files)
    files[path] = to_json(facts);
  auto database = to_json(what.database);
  database["schema"] = what.schema;
  database["rows"] = what.rows;
  const nlohmann::json out{{"form", known_form},
                           {"made_at", what.made_at},
                           {"version", what.version},
                           {"database", database},
                           {"files", files}};
  const auto path = folder / backup_names::manifest;
  std::ofstream file(path);
  file << out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  file.close();
  if (!file)
    throw std::runtime_error("cannot write " + path.string());
}

manifest read_manifest(const std::filesystem::path& folder) {
  const auto path = folder / backup_names::manifest;
  std::ifstream file(path);
  if (!file)
    throw std::runtime_error("there is no backup in " + folder.string() + ": no " + backup_names::manifest +
                             "; name a folder that parley backup made");
  try {
    const auto in = nlohmann::json::parse(file);
    if (in.at("form").get<int>() != known_form)
      throw std::runtime_error(path.string() + " is of a form that this version does not know; use a newer parley");
    const auto& database = in.at("database");
    manifest out{in.at("made_at").get<std::string>(),
                 in.at("version").get<std::string>(),
                 database.at("schema").get<int>(),
                 facts_in(database),
                 database.at("rows").get<std::map<std::string, std::int64_t>>(),
                 {}};
    for (const auto& [name, facts] : in.at("files").items()) {
      if (!is_path_of_a_backup(name))
        throw std::runtime_error(path.string() + " names a path that no backup has: \"" + name + '"');
      out.files.emplace(name, facts_in(facts));
    }
    return out;
  } catch (const nlohmann::json::exception& reason) {
    throw std::runtime_error(path.string() + " is no manifest of a backup: " + reason.what());
  }
}

} // namespace parley::app
