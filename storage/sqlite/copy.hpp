// One consistent copy of a SQLite database that others go on to read and write, and what a copy holds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace parley::storage::sqlite {

/// The files that rows name. Names only, without folders.
struct named_files {
  std::vector<std::string> pictures; ///< in the avatars' folder
  std::vector<std::string> videos;   ///< in the videos' folder; whole, and never written again
  std::vector<std::string> uploads;  ///< in the videos' folder; they may grow
  std::vector<std::string> files;    ///< of messages, in the files' folder
  std::vector<std::string> previews; ///< files that have a thumbnail beside them
};

/// What a database holds.
struct contents {
  int schema = 0;                           ///< of the newest migration; 0 where none was ever applied
  std::map<std::string, std::int64_t> rows; ///< by the table's name
};

/// One state of the database at `file`, which others may write meanwhile: they wait for nothing, but the log cannot be
/// shortened, and what was deleted stays in it, while this object lives. One thread. Every call throws storage_error.
class frozen_database {
public:
  /// `file` must be there: nothing is made but what SQLite itself puts beside a database in use.
  explicit frozen_database(const std::filesystem::path& file);
  frozen_database(const frozen_database&) = delete;
  frozen_database& operator=(const frozen_database&) = delete;
  ~frozen_database();

  /// See `contents::schema`.
  int schema();
  named_files files();
  /// Writes the state to a new file `to` (by SQLite's online backup) and brings it to the disk. `seen` hears of pages
  /// done and of pages in all.
  void copy_to(const std::filesystem::path& to, const std::function<void(int done, int all)>& seen);

private:
  void* db_; ///< a sqlite3*: SOCI's headers and SQLite's name that type differently
};

/// Reads all of a copy that nobody has open and leaves nothing beside it. Throws storage_error where SQLite finds
/// damage (`integrity_check`, `foreign_key_check`).
contents inspect(const std::filesystem::path& copy);

} // namespace parley::storage::sqlite
