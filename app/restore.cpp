#include "app/backup.hpp"
#include "app/data_lock.hpp"
#include "app/database.hpp"
#include "app/manifest.hpp"
#include "app/terminal.hpp"
#include "config/database_url.hpp"
#include "storage/sqlite/copy.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace parley::app {

namespace {

namespace fs = std::filesystem;

/// Nothing is there, or what locks leave behind.
bool is_unused(const fs::path& folder) {
  if (!fs::exists(folder))
    return true;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() != ".lock")
      return false;
  return true;
}

/// One of the folders of files that holds something; none if they are empty or not there.
std::optional<fs::path> find_used_folder(const fs::path& files) {
  for (const auto* name : backup_names::folders)
    if (fs::exists(files / name) && !fs::is_empty(files / name))
      return files / name;
  return std::nullopt;
}

/// What a restore that fails has made goes again.
class provisional_files {
public:
  provisional_files() = default;
  provisional_files(const provisional_files&) = delete;
  provisional_files& operator=(const provisional_files&) = delete;
  ~provisional_files() {
    std::error_code ignored; // the failure itself is what is told
    for (auto at = made_.rbegin(); at != made_.rend(); ++at)
      fs::remove(*at, ignored);
  }
  void make_folder(const fs::path& folder) {
    if (fs::create_directory(folder))
      made_.push_back(folder);
  }
  /// Copies the file, which must hold what the manifest says.
  void bring(const fs::path& from, const fs::path& to, const file_facts& expected) {
    made_.push_back(to);
    const auto facts = copy_file(from, to, sharing::never);
    if (!facts)
      throw std::runtime_error("the backup is not whole: it lacks " + from.string());
    if (*facts != expected)
      throw std::runtime_error("the backup is damaged: " + from.string() + " is not what its manifest says");
  }
  void keep() { made_.clear(); }

private:
  std::vector<fs::path> made_;
};

/// The newest migration that this program knows.
int newest_schema(storage::database& absent) {
  int out = 0;
  for (const auto& x : absent.migrations())
    out = std::max(out, x.version);
  return out;
}

} // namespace

int restore(const config::loaded_settings& loaded, const std::string& folder) {
  const auto& s = loaded.values;
  const auto database = config::database_path(s);
  if (!database)
    return refuse("only SQLite is restored by this command; use pg_restore for the database of storage.url, then copy "
                  "the folders avatars, videos and files into files.dir, which is the data folder if it is not set");
  const fs::path backup(folder);
  const auto what = read_manifest(backup);
  if (!is_unused(s.data_dir))
    return refuse("the data folder " + s.data_dir.string() + " is not empty; name a new one with --data-dir");
  const auto& files = config::files_folder(s);
  if (const auto used = find_used_folder(files))
    return refuse("the folder " + used->string() + " is not empty; name a new one with --set files.dir=…");
  if (fs::exists(*database))
    return refuse("there is a database already: " + database->string() + "; name another place with --db");
  if (const int known = newest_schema(*open(s)); what.schema > known)
    return refuse("the backup has schema " + std::to_string(what.schema) + " (parley " + what.version +
                  "), this parley knows those up to " + std::to_string(known) + "; use a newer one");
  const data_lock alone(s);
  provisional_files made;
  fs::create_directories(files);
  for (const auto* name : backup_names::folders)
    made.make_folder(files / name);
  for (const auto& [path, facts] : what.files)
    made.bring(backup / path, (path == backup_names::secret ? s.data_dir : files) / path, facts);
  // Last: what has no database yet, no server takes for a data folder.
  made.bring(backup / backup_names::database, *database, what.database);
  if (const auto found = storage::sqlite::inspect(*database); found.rows != what.rows || found.schema != what.schema)
    throw std::runtime_error("the backup is damaged: its database does not have the rows that its manifest counts");
  for (const auto* name : backup_names::folders)
    sync_folder(files / name);
  for (const auto& place : {files, s.data_dir, fs::absolute(*database).parent_path()})
    sync_folder(place);
  made.keep();
  std::printf("%s: schema %d, %zu files, state of %s\n", s.data_dir.c_str(), what.schema, what.files.size(),
              what.made_at.c_str());
  return 0;
}

} // namespace parley::app
