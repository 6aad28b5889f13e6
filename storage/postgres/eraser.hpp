// What PostgreSQL takes away in pieces.
#pragma once

#include "storage/sql/dialect.hpp"

#include <memory>

namespace parley::storage::postgres {

class postgres_driver;

/// Removes the messages of rooms that were dissolved with more messages than go at once. What transactions removed or
/// replaced leaves the files by PostgreSQL's own vacuum (docs/operations.md).
std::unique_ptr<sql::eraser> make_eraser(postgres_driver& link);

} // namespace parley::storage::postgres
