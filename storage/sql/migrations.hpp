// The numbered migrations that the build embedded, and how a database is brought up to them.
#pragma once

#include "protocol/time.hpp"
#include "storage/ports.hpp"
#include "storage/sql/connection.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace parley::storage::sql {

/// One file of storage/schema. All views are static.
struct migration {
  int version;               ///< from 1, rising
  int breaks;                ///< programs that do not know it and whose newest is older than this cannot go on
  std::string_view dialect;  ///< the only one that it is for; empty for all
  std::string_view name;     ///< of the file, without number and extension
  std::string_view checksum; ///< SHA-256 of the file, hexadecimal
  std::string_view text;     ///< with placeholders
};

/// The newest migration that this program knows, of any dialect.
int newest_migration();

/// The migrations of every dialect, defined in a source file that the build makes.
std::span<const migration> embedded_migrations();

/// Those of a dialect, in rising order of versions: its own stands in place of one for all with the same number.
std::vector<migration> migrations_of(std::string_view dialect);

/// Applies what is missing, all in one transaction that no other process can be in at the same time. Throws
/// `storage_error`, and changes nothing, where an applied migration has another checksum, where
/// one that this program does not know breaks it, or where a server is at work that the missing ones would break.
void apply_migrations(connection& link, const dialect& kind, timestamp now);

/// Every known migration, then those that only the database knows.
std::vector<migration_status> read_migrations(connection& link, const dialect& kind);

/// What `read_migrations` answers for a database that does not exist.
std::vector<migration_status> unapplied_migrations(const dialect& kind);

} // namespace parley::storage::sql
