// How SQLite is opened, locked and set up.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/dialect.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace parley::storage::sqlite {

/// One SQLite file in WAL mode. `durability::full` is synchronous=FULL: a commit returns after the WAL is on disk.
class sqlite_dialect final : public sql::dialect {
public:
  /// A relative path is taken from the working directory of this moment.
  sqlite_dialect(const std::filesystem::path& file, durability how);

  bool exists() const override;
  void create() const override;
  void open(soci::session& session, sql::access how) const override;
  void begin_write(soci::session& session) const override;
  void begin_migration(soci::session& session) const override;
  bool in_transaction(soci::session& session) const override;
  void run_script(soci::session& session, const std::string& text) const override;
  void touch(soci::session& session) const override;
  std::shared_ptr<void> bound(soci::session& session, std::chrono::milliseconds longest) const override;
  std::unique_ptr<sql::eraser> make_eraser(soci::session& session) const override;
  std::string_view identity_column() const override;

private:
  void connect(soci::session& session, sql::access how) const;

  std::filesystem::path file_;
  durability how_;
  bool ended_badly_; ///< whoever had the file last did not close it
};

} // namespace parley::storage::sqlite
