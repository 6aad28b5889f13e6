// One server a data folder and a database: locks that the kernel gives back, however the process ends.
#pragma once

#include "config/settings.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace parley::app {

/// An exclusive lock (flock(2)) on a file that is made for it and stays; it holds the owner's process id, for people.
class lock_file {
public:
  /// `what` is what the lock stands for, in messages. Throws std::runtime_error, one line: who holds it, or why the
  /// file cannot be locked.
  lock_file(const std::filesystem::path& file, const std::string& what);
  lock_file(const lock_file&) = delete;
  lock_file& operator=(const lock_file&) = delete;
  ~lock_file();

private:
  int descriptor_;
};

/// Locks the data folder (`parley.lock` in it) and the SQLite file, wherever it lies and by whatever path or link it
/// is named (`FILE.lock` beside the file itself). Folders are made if they are missing.
class data_lock {
public:
  /// What to do with a data folder that is not there: a command on a database elsewhere needs none.
  enum class absent_folder : std::uint8_t { make, leave };

  /// Throws as lock_file does.
  explicit data_lock(const config::settings& s, absent_folder how = absent_folder::make);

private:
  std::optional<lock_file> folder_;
  std::optional<lock_file> database_;
};

} // namespace parley::app
