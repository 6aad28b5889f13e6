// What a database does its own way. All other SQL in this folder is the part that SQLite (3.35 or newer) and
// PostgreSQL share, upserts (`ON CONFLICT`) and ids of new rows (`RETURNING`) included.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/statement.hpp"

#include <soci/session.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::storage::sql {

enum class access : std::uint8_t { read, write };

/// How long one question may take. While it runs, deleted content that it may still see cannot be erased; whoever
/// asked was told before that it takes too long.
inline constexpr std::chrono::seconds longest_question{10};

/// How long the server knows a client's own id of a message.
inline constexpr std::chrono::hours repeat_window{24};

/// Takes what was removed or replaced out of a database's files, for the one connection that changes them.
class eraser {
public:
  virtual ~eraser() = default;

  /// As `writer::erase`.
  virtual erasure erase(std::chrono::milliseconds patience) = 0;
  /// As `writer::gather`.
  virtual bool gather(std::chrono::milliseconds patience) = 0;
};

/// What one transaction at a time may decide, where several writers change the database.
enum class turn : std::uint8_t {
  user_names,   ///< who has which name and e-mail
  token_family, ///< which refresh token of a family is the last
};

/// What became of one draft of a batch.
struct placed {
  enum class how : std::uint8_t {
    stored,
    named_before, ///< the author used the client_msg_id in this room before; `id` is that message
    room_gone,
  };
  how outcome = how::room_gone;
  std::int64_t id = 0;
};

/// One connection. Not thread-safe. Throws `storage_error` or `soci::soci_error`.
class driver {
public:
  virtual ~driver() = default;

  soci::session& session() { return session_; }

  /// Begins a transaction that will not fail later because another connection wrote in between.
  virtual void begin_write() = 0;
  /// Begins a transaction in which all questions see one state.
  virtual void begin_read() = 0;
  /// Begins a transaction that one process at a time can be in.
  virtual void begin_migration() = 0;
  /// Throws where a server works on the database whose newest migration is older than `version`: the schema must not
  /// change below it. Nothing to do where the file is locked by whoever uses it.
  virtual void require_no_server_before(int version) = 0;
  /// When it returns, the transaction is committed. When it throws, it is not, and never will be.
  virtual void commit() = 0;
  virtual void rollback() = 0;
  /// False also where the database gave a transaction up by itself, as SQLite does on a full disk.
  virtual bool in_transaction() = 0;

  /// Waits until no other open transaction has the turn for `key`; this one then has it to its end. False where there
  /// is but one writer, so that nothing can have changed.
  virtual bool take_turn(turn what, std::string_view key) = 0;

  /// Null where SOCI prepares its statements.
  virtual std::unique_ptr<statement> prepare(const std::string& text) = 0;
  /// Runs many statements, separated by `;`.
  virtual void run_script(const std::string& text) = 0;
  /// Writes something that nobody reads, so that the commit of the open transaction has to reach the disk.
  virtual void touch() = 0;

  /// As `reader::find_standby`.
  virtual standby find_standby() = 0;

  /// False where the database does best by a statement a message: then `append` is not called.
  virtual bool appends_batches() const = 0;
  /// Stores drafts of which no two have the same author, room and client_msg_id, in their order and by one statement;
  /// outside of a transaction the statement is one. One answer a draft.
  virtual std::vector<placed> append(std::span<const message_draft> drafts) = 0;

  /// The connection outlives it. It may read and commit before.
  virtual std::unique_ptr<eraser> make_eraser() = 0;

  /// True where the connection is of no use any more. Nothing prepared on it is.
  virtual bool is_broken() = 0;
  /// Connects a broken connection again, or throws. Statements that were prepared are unknown afterwards.
  virtual void reopen() = 0;

  /// `forget` is called before a broken connection is made again: what was prepared on it must be given up.
  void before_reopening(std::function<void()> forget) { forget_ = std::move(forget); }

  /// Around each call that waits for the database.
  virtual void call_begins() {}
  virtual void call_ends() {}

protected:
  driver() = default;

  void forget_statements() {
    if (forget_)
      forget_();
  }

private:
  std::function<void()> forget_;
  soci::session session_;
};

/// One database of one kind. Stateless after construction: any thread, each with its own driver.
class dialect {
public:
  virtual ~dialect() = default;

  /// As the folder of its own migrations: `sqlite`, `postgres`.
  virtual std::string_view name() const = 0;

  /// False where nothing was ever stored under this name; asking creates nothing.
  virtual bool exists() const = 0;

  /// Makes an empty database where there is none. Safe while other processes do the same.
  virtual void create() const = 0;

  /// Connects with all settings that a connection needs. A connection for `access::read` cannot write, and ends each
  /// of its statements that runs for longer than `longest_question`: its caller hears of a failure.
  virtual std::unique_ptr<driver> connect(access how) const = 0;

  /// As `database::join`.
  virtual std::unique_ptr<lease> join(std::function<void()> lost) const = 0;

  /// Type and constraints of a primary key that counts up by itself and never returns to a value.
  virtual std::string_view identity_column() const = 0;

  /// Asks for the highest id that such a key of the table was ever given; no row or 0 for none.
  virtual std::string last_id_question(const std::string& table) const = 0;
  /// After rows with ids of their own came into the table: makes the key go on behind them. Empty where it does so.
  virtual std::string raise_ids(const std::string& table) const = 0;
  /// Run in a transaction that may wait long between its statements. May be empty.
  virtual std::string_view allow_pauses() const = 0;
};

} // namespace parley::storage::sql
