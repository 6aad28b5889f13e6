// Somebody else's SQLite file.
#pragma once

#include "storage/foreign.hpp"

#include <filesystem>
#include <memory>

namespace parley::storage::sqlite {

std::unique_ptr<foreign_database> open_foreign(const std::filesystem::path& file, file_owner whose);

} // namespace parley::storage::sqlite
