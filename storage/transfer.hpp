// A SQLite database is copied into PostgreSQL.
#pragma once

#include "storage/ports.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace parley::storage {

struct transfer_progress {
  std::string table;
  std::int64_t done = 0; ///< rows of the table
  std::int64_t all = 0;
};

/// Copies all rows of the SQLite file `source`, which no server may use meanwhile and which stays as it is, into the
/// database of a PostgreSQL URL, which must be new or have been left by a copy that did not end: then it goes on there.
/// Ids stay the same, and new ones go on behind them. In the end both sides are read again and compared, by the number
/// of rows and a sum over their contents. Throws `storage_error`. `tell` is called often.
void transfer_to_postgresql(const std::filesystem::path& source, std::string_view url, timestamp now,
                            const std::function<void(const transfer_progress&)>& tell);

} // namespace parley::storage
