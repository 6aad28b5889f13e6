// What a backup says of itself: manifest.json in its folder.
#pragma once

#include "app/file_copy.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace parley::app {

/// Beside the manifest: the database, whatever its name was; the folders of files, and the secret of tokens where the
/// server had made one.
struct backup_names {
  static constexpr const char* manifest = "manifest.json";
  static constexpr const char* database = "parley.db";
  static constexpr const char* secret = "secret";
  static constexpr const char* pictures = "avatars";
  static constexpr const char* videos = "videos";
  static constexpr const char* files = "files";
  static constexpr std::array folders{pictures, videos, files}; ///< which lie in `files.dir`
};

struct manifest {
  std::string made_at; ///< RFC 3339: the state is that of this moment
  std::string version; ///< of the program that made it
  int schema = 0;      ///< of the newest migration in the database
  file_facts database;
  std::map<std::string, std::int64_t> rows; ///< of the database, by table
  std::map<std::string, file_facts> files;  ///< by their path in the backup, as below `files.dir` or the data folder
};

/// Throws std::runtime_error, one line, where it cannot be written.
void write_manifest(const manifest& what, const std::filesystem::path& folder);

/// Throws std::runtime_error, one line that says what to mend: there is none, it is of a form that this program does
/// not know, or it names a path that no backup has.
manifest read_manifest(const std::filesystem::path& folder);

} // namespace parley::app
