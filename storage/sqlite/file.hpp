// The database file itself, before SQLite sees it.
#pragma once

#include <filesystem>

namespace parley::storage::sqlite {

/// Makes `file` (mode 0600) and the folders above it (mode 0700) where they are missing; what exists is left alone,
/// mode included. SQLite gives its WAL the mode of the file. Throws std::system_error.
void create_private_file(const std::filesystem::path& file);

} // namespace parley::storage::sqlite
