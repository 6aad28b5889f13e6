// One connection to PostgreSQL. SOCI asks questions and makes rare changes on it; transactions and batches of messages
// go past SOCI, by libpq.
#pragma once

#include "storage/postgres/link.hpp"
#include "storage/postgres/watchdog.hpp"
#include "storage/postgres/writer_name.hpp"
#include "storage/sql/dialect.hpp"

#include <memory>
#include <string>

namespace parley::storage::postgres {

/// A transaction that writes begins by locking its writer's row in `nodes` and ends by a row in `commits`: see
/// docs/adr/0035.
class postgres_driver final : public sql::driver {
public:
  /// `address` as `connection_string` gives it.
  postgres_driver(const std::string& address, sql::access how, durability promise, std::shared_ptr<writer_name> name);
  ~postgres_driver() override;

  postgres_driver(const postgres_driver&) = delete;
  postgres_driver& operator=(const postgres_driver&) = delete;

  void begin_write() override;
  void begin_read() override;
  void begin_migration() override;
  void require_no_server_before(int version) override;
  void commit() override;
  void rollback() override;
  bool in_transaction() override;

  bool take_turn(sql::turn what, std::string_view key) override;
  std::unique_ptr<sql::statement> prepare(const std::string&) override { return nullptr; }
  void run_script(const std::string& text) override;
  void touch() override {} // the row in `commits` is written in any case

  standby find_standby() override;

  bool appends_batches() const override { return true; }
  std::vector<sql::placed> append(std::span<const message_draft> drafts) override;

  std::unique_ptr<sql::eraser> make_eraser() override;

  bool is_broken() override;
  void reopen() override;

  void call_begins() override { leash_.begin(PQsocket(conn())); }
  void call_ends() override { leash_.end(); }

  PGconn* conn();

private:
  struct watched;

  void set_up();
  /// The row of `nodes` that the transactions of this connection lock.
  std::int64_t node();
  [[noreturn]] void throw_fenced();
  std::vector<sql::placed> append_alone(std::span<const message_draft> drafts);
  /// Sends the batch; throws where it was refused or the answer is lost.
  std::vector<sql::placed> send(std::span<const message_draft> drafts, std::int64_t batch, bool alone);
  /// Whether the transaction of that name is committed, after its answer was lost. Connects again. From then on, one
  /// that is not can never be. With `ids`, what its row says.
  bool find_out(std::int64_t batch, std::string* ids);
  void forget_old_commits();

  sql::access how_;
  durability promise_;
  std::shared_ptr<writer_name> name_;
  std::int64_t own_node_ = 0; ///< of a command: its own row, gone with the connection
  std::int64_t batch_ = 0;    ///< name of the last transaction
  bool named_ = false;        ///< the open transaction ends by a row in `commits`
  bool append_prepared_ = false;
  watchdog::leash leash_;
};

} // namespace parley::storage::postgres
