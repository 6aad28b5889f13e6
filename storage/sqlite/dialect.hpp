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

  std::string_view name() const override { return "sqlite"; }
  bool exists() const override;
  void create() const override;
  std::unique_ptr<sql::driver> connect(sql::access how) const override;
  std::unique_ptr<lease> join(std::function<void()>) const override { return nullptr; }
  std::string_view identity_column() const override;
  std::string last_id_question(const std::string& table) const override;
  std::string raise_ids(const std::string&) const override { return {}; }
  std::string_view allow_pauses() const override { return {}; }

private:
  std::filesystem::path file_;
  durability how_;
  bool ended_badly_; ///< whoever had the file last did not close it
};

} // namespace parley::storage::sqlite
