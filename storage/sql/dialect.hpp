// What a database does its own way. All other SQL in this folder is the part that SQLite (3.35 or newer) and
// PostgreSQL share, upserts (`ON CONFLICT`) and ids of new rows (`RETURNING`) included.
#pragma once

#include "storage/ports.hpp"

#include <soci/session.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace parley::storage::sql {

enum class access : std::uint8_t { read, write };

/// Takes what was removed or replaced out of a database's files, for the one connection that changes them.
class eraser {
public:
  virtual ~eraser() = default;

  /// As `writer::erase`.
  virtual erasure erase(std::chrono::milliseconds patience) = 0;
  /// As `writer::gather`.
  virtual bool gather(std::chrono::milliseconds patience) = 0;
};

/// One database of one kind. Stateless after construction: any thread, each with its own session.
/// Throws `storage_error` or `soci::soci_error`.
class dialect {
public:
  virtual ~dialect() = default;

  /// False where nothing was ever stored under this name; asking creates nothing.
  virtual bool exists() const = 0;

  /// Makes an empty database where there is none. Safe while other processes do the same.
  virtual void create() const = 0;

  /// Connects `session` with all settings that a connection needs. A session for `access::read` cannot write.
  virtual void open(soci::session& session, access how) const = 0;

  /// Begins a transaction that will not fail later because another connection wrote in between.
  virtual void begin_write(soci::session& session) const = 0;

  /// Begins a transaction that one process at a time can be in.
  virtual void begin_migration(soci::session& session) const = 0;

  /// False also where the database gave a transaction up by itself, as SQLite does on a full disk.
  virtual bool in_transaction(soci::session& session) const = 0;

  /// Runs many statements, separated by `;`.
  virtual void run_script(soci::session& session, const std::string& text) const = 0;

  /// Writes something that nobody reads, so that the commit of the open transaction has to reach the disk.
  virtual void touch(soci::session& session) const = 0;

  /// Ends each statement of the session that runs for longer than `longest`; its caller hears of a failure. What is
  /// returned outlives the session.
  virtual std::shared_ptr<void> bound(soci::session& session, std::chrono::milliseconds longest) const = 0;

  /// For a session of `access::write`, which outlives it. It may read and commit before.
  virtual std::unique_ptr<eraser> make_eraser(soci::session& session) const = 0;

  /// Type and constraints of a primary key that counts up by itself and never returns to a value.
  virtual std::string_view identity_column() const = 0;
};

} // namespace parley::storage::sql
