// A statement of SQLite's own interface.
#pragma once

#include "storage/sql/statement.hpp"

#include <memory>
#include <string>

namespace parley::storage::sqlite {

/// `db` is the connection's `sqlite3*`, as in eraser.hpp. Throws `storage_error`, whose text names the statement.
std::unique_ptr<sql::statement> prepare(void* db, const std::string& text);

} // namespace parley::storage::sqlite
