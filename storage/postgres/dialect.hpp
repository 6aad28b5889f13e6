// How PostgreSQL is reached.
#pragma once

#include "storage/ports/nodes.hpp"
#include "storage/postgres/writer_name.hpp"
#include "storage/sql/dialect.hpp"

#include <memory>
#include <string>

namespace parley::storage::postgres {

/// A database of PostgreSQL 15 or newer. It must exist. `durability::normal` is synchronous_commit=off.
class postgres_dialect final : public sql::dialect {
public:
  /// Throws `storage_error` on a URL that libpq does not take.
  postgres_dialect(std::string_view url, durability how);

  std::string_view name() const override { return "postgres"; }
  bool exists() const override;
  void create() const override {}
  std::unique_ptr<sql::driver> connect(sql::access how) const override;
  std::unique_ptr<lease> join(std::function<void()> lost) const override;
  std::string_view identity_column() const override;
  std::string last_id_question(const std::string& table) const override;
  std::string raise_ids(const std::string& table) const override;
  std::string_view allow_pauses() const override { return "SET LOCAL idle_in_transaction_session_timeout = 0"; }

  /// As `storage::join_nodes` and `storage::open_node_table`.
  std::unique_ptr<lease> join_nodes(const node_wish& wish, std::function<void()> lost) const;
  std::unique_ptr<node_table> open_node_table() const;

private:
  std::string address_;
  durability how_;
  std::shared_ptr<writer_name> name_ = std::make_shared<writer_name>();
};

} // namespace parley::storage::postgres
