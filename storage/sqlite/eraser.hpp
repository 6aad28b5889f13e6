// Takes what was removed or replaced out of SQLite's files: out of the log, and out of the gaps of its pages.
#pragma once

#include "storage/sql/dialect.hpp"

#include <memory>

namespace parley::storage::sqlite {

/// Pages that one `erase` looks at: so many are read in some milliseconds.
inline constexpr std::size_t pages_at_once = 8192;

/// For the one connection that changes the database. `secure_delete` overwrites what a page no longer holds, but leaves
/// two places: the log, which keeps older versions of pages until it is truncated; and the gap between the cell
/// pointers and the cells of a B-tree page (SQLite's file format, section 1.6), where a cell that moved to another page
/// leaves a copy. So this remembers which pages were written, truncates the log, and overwrites the gaps of those
/// pages, of which no reader takes notice.
///
/// `db` is the connection's `sqlite3*` (SOCI's headers and SQLite's name that type differently); it outlives the
/// eraser, which takes over its automatic checkpoints: every `checkpoint_pages` pages of the log. `all` where any page
/// may have been written since the last erasure.
std::unique_ptr<sql::eraser> make_eraser(void* db, int checkpoint_pages, bool all);

} // namespace parley::storage::sqlite
