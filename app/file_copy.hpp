// Files that are brought elsewhere, with what they hold.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace parley::app {

/// What a file holds.
struct file_facts {
  std::uintmax_t bytes = 0;
  std::string sha256; ///< hexadecimal

  friend bool operator==(const file_facts&, const file_facts&) = default;
};

/// Throws std::runtime_error, one line, where the file cannot be read.
file_facts read_facts(const std::filesystem::path& file);

/// Whether the copy may be the same file under a second name.
enum class sharing : std::uint8_t {
  never,
  if_possible, ///< for files that are never written again; across file systems it is a copy all the same
};

/// Makes `to` (mode 0600), which must not be there, and brings it to the disk. The facts are those that reading `to`
/// again gave. Nullopt where there is no `from`. Throws std::runtime_error, one line.
std::optional<file_facts> copy_file(const std::filesystem::path& from, const std::filesystem::path& to, sharing how);

/// Makes the names in the folder survive a crash. Throws std::runtime_error, one line.
void sync_folder(const std::filesystem::path& folder);

} // namespace parley::app
