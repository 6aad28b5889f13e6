#include "app/backup.hpp"

#include "app/data_lock.hpp"
#include "app/manifest.hpp"
#include "app/terminal.hpp"
#include "app/version.hpp"
#include "config/database_url.hpp"
#include "net/http/files_access.hpp"
#include "protocol/time.hpp"
#include "storage/sqlite/copy.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <regex>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace parley::app {

namespace {

namespace fs = std::filesystem;
using storage::sqlite::frozen_database;
using storage::sqlite::named_files;

/// A file may be deleted between the moment of the copy and its turn; that it happens again and again is no chance.
constexpr int tries_max = 3;
constexpr const char* lock_name = "parley.lock";

/// What has been done, for somebody who looks.
void show_progress(const char* what, std::int64_t done, std::int64_t all) {
  if (::isatty(STDERR_FILENO) != 0 && all > 0)
    std::fprintf(stderr, "\r%-9s %3lld %%%s", what, static_cast<long long>(100 * done / all), done == all ? "\n" : "");
}

struct wanted_file {
  std::string path; ///< below the folder of files, and in the backup
  sharing how;
};

std::vector<wanted_file> list_wanted(const named_files& named) {
  std::vector<wanted_file> out;
  const auto add = [&](const std::string& folder, const std::vector<std::string>& names, sharing how) {
    for (const auto& name : names)
      out.push_back({std::string(folder).append(1, '/').append(name), how});
  };
  add(backup_names::pictures, named.pictures, sharing::if_possible);
  add(backup_names::videos, named.videos, sharing::if_possible);
  add(backup_names::videos, named.uploads, sharing::never);
  add(backup_names::files, named.files, sharing::if_possible);
  for (const auto& name : named.previews)
    out.push_back(
      {std::string(backup_names::files) + '/' + name + std::string(net::thumbnail_suffix), sharing::if_possible});
  return out;
}

/// Copies or links what the rows name into `to`; the paths of those that are not there.
std::vector<std::string> take_files(const named_files& named, const config::settings& from, const fs::path& to,
                                    manifest& out) {
  const auto& folder_of_files = config::files_folder(from);
  for (const auto* folder : backup_names::folders)
    fs::create_directory(to / folder);
  std::vector<std::string> absent;
  const auto wanted = list_wanted(named);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (auto facts = copy_file(folder_of_files / wanted[i].path, to / wanted[i].path, wanted[i].how))
      out.files.emplace(wanted[i].path, std::move(*facts));
    else
      absent.push_back(wanted[i].path);
    show_progress("files", static_cast<std::int64_t>(i + 1), static_cast<std::int64_t>(wanted.size()));
  }
  if (auto facts = copy_file(from.data_dir / backup_names::secret, to / backup_names::secret, sharing::never))
    out.files.emplace(backup_names::secret, std::move(*facts));
  return absent;
}

/// Those of `absent` that a row of this moment still names: they are lost. An upload's file is made with its first
/// byte.
std::vector<std::string> list_lost(const std::vector<std::string>& absent, const fs::path& database) {
  auto named = frozen_database(database).files();
  named.uploads.clear();
  const auto wanted = list_wanted(named);
  std::vector<std::string> out;
  for (const auto& path : absent)
    if (std::ranges::find(wanted, path, &wanted_file::path) != wanted.end())
      out.push_back(path);
  return out;
}

void empty_but_for_the_lock(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename() != lock_name)
      fs::remove_all(entry.path());
}

struct taken {
  manifest what;
  std::vector<std::string> absent;
};

/// Files and database of one moment. The files are linked first: later they may be gone, and the copy takes its time.
taken take(const fs::path& database, const config::settings& from, const fs::path& to) {
  taken out;
  frozen_database source(database);
  out.what.made_at = format_time(system_now());
  out.what.version = version;
  out.absent = take_files(source.files(), from, to, out.what);
  source.copy_to(to / backup_names::database, [](int done, int all) { show_progress("database", done, all); });
  return out;
}

/// Fills the folder `to`, which holds nothing but its lock.
manifest fill(const fs::path& database, const config::settings& from, const fs::path& to) {
  auto out = take(database, from, to);
  for (int tries = 1; !out.absent.empty(); ++tries) {
    const auto lost = list_lost(out.absent, database);
    if (lost.size() == out.absent.size() || tries == tries_max) {
      for (const auto& path : lost)
        std::fprintf(stderr, "parley: the data folder has lost %s, and so has the backup\n", path.c_str());
      break;
    }
    empty_but_for_the_lock(to);
    out = take(database, from, to);
  }
  auto checked = storage::sqlite::inspect(to / backup_names::database);
  out.what.schema = checked.schema;
  out.what.rows = std::move(checked.rows);
  out.what.database = read_facts(to / backup_names::database);
  return std::move(out.what);
}

/// Removes all but the newest backups of a folder that `--keep` made.
void prune(const fs::path& folder, int keep) {
  static const std::regex form(R"(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z)");
  std::vector<fs::path> backups;
  for (const auto& entry : fs::directory_iterator(folder))
    if (std::regex_match(entry.path().filename().string(), form) && fs::exists(entry.path() / backup_names::manifest))
      backups.push_back(entry.path());
  std::sort(backups.rbegin(), backups.rend()); // the newest first
  for (std::size_t i = static_cast<std::size_t>(keep); i < backups.size(); ++i)
    fs::remove_all(backups[i]);
}

/// Where the backup comes to lie.
fs::path place_of(const backup_wish& wish) {
  auto folder = fs::absolute(wish.folder).lexically_normal();
  if (!folder.has_filename())
    folder = folder.parent_path(); // it was written with a slash at its end
  if (wish.keep == 0)
    return folder;
  auto name = format_time(system_now());
  std::ranges::replace(name, ':', '-'); // which other systems do not take in names
  return folder / name;
}

} // namespace

int back_up(const config::loaded_settings& loaded, const backup_wish& wish) {
  const auto& s = loaded.values;
  const auto database = config::database_path(s);
  if (!database)
    return refuse(
      "only SQLite is backed up by this command; use pg_dump for the database of storage.url, then copy the "
      "folders avatars, videos and files of files.dir, which is the data folder if it is not set");
  std::error_code unreadable; // opening it says what is wrong
  if (!fs::exists(*database, unreadable) && !unreadable)
    return refuse(not_there(words::no_database, *database));
  if (frozen_database(*database).schema() == 0)
    return refuse(not_there(words::no_database, *database));
  const auto place = place_of(wish);
  if (fs::exists(place) && (!fs::is_directory(place) || !fs::is_empty(place)))
    return refuse(place.string() + " is not empty; name a new folder, or keep several backups in one with --keep");
  fs::create_directories(place.parent_path());
  auto unfinished = place.parent_path() / (wish.keep == 0 ? place.filename() : fs::path("backup"));
  unfinished += ".unfinished";
  fs::create_directory(unfinished);
  const lock_file alone(unfinished / lock_name, "the unfinished backup " + unfinished.string());
  empty_but_for_the_lock(unfinished); // of a backup that was broken off
  const auto made = fill(*database, s, unfinished);
  write_manifest(made, unfinished);
  for (const auto* folder : backup_names::folders)
    sync_folder(unfinished / folder);
  fs::remove(unfinished / lock_name);
  sync_folder(unfinished);
  fs::rename(unfinished, place);
  sync_folder(place.parent_path());
  if (wish.keep > 0)
    prune(place.parent_path(), wish.keep);
  std::printf("%s: schema %d, %zu files, state of %s\n", place.c_str(), made.schema, made.files.size(),
              made.made_at.c_str());
  return 0;
}

} // namespace parley::app
