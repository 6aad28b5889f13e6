// One connection to the database and where it stands in a transaction.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/dialect.hpp"

#include <soci/session.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace parley::storage::sql {

/// A statement that is prepared on a connection and is not to be used on the next one.
class prepared {
public:
  virtual ~prepared() = default;

  virtual void forget() = 0;
};

/// Not thread-safe. Every failure is a `storage_error`; its text names no bound value, so that no secret is logged. A
/// connection that broke is made again before the next transaction or question, at most every 50 ms at first and every
/// second in the end; what is asked meanwhile fails.
class connection {
public:
  connection(const std::shared_ptr<const dialect>& kind, access how);

  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  soci::session& session() { return driver_->session(); }
  /// As `driver::prepare`.
  std::unique_ptr<statement> prepare(const std::string& text) { return driver_->prepare(text); }

  void begin();
  void begin_migration();
  /// As `driver::require_no_server_before`.
  void require_no_server_before(int version);
  void commit();
  /// Ends the transaction, if there is one, without its changes.
  void rollback() noexcept;
  bool in_transaction();
  /// Throws where the database gave up the transaction by itself: what follows would be stored without the rest.
  void require_transaction();
  /// As `driver::take_turn`, inside a transaction.
  bool take_turn(turn what, std::string_view key = {});
  void run_script(const std::string& text);
  /// Makes the commit of the open transaction reach the disk.
  void touch();

  standby find_standby();

  bool appends_batches() const { return driver_->appends_batches(); }
  /// As `driver::append`.
  std::vector<placed> append(std::span<const message_draft> drafts);

  /// The id that the last insert into `table` made. A statement with `RETURNING` costs SQLite half as much again.
  std::int64_t last_id(const std::string& table);

  std::unique_ptr<eraser> make_eraser();

  /// From now on `owes_erasure`: something that somebody wrote is about to be removed or replaced.
  void owe_erasure() { owes_erasure_ = true; }
  bool owes_erasure() const { return owes_erasure_; }
  void erased() { owes_erasure_ = false; }

  void savepoint();
  void release_savepoint();
  void rollback_to_savepoint();

  bool is_broken() { return driver_->is_broken(); }
  /// Outside of a transaction: makes a broken connection again.
  void revive();
  void enrol(prepared& one) { prepared_.push_back(&one); }
  void strike(prepared& one);

  /// A call that waits for the database, for as long as the object lives.
  class call {
  public:
    explicit call(connection& link) : driver_(*link.driver_) { driver_.call_begins(); }
    ~call() { driver_.call_ends(); }

    call(const call&) = delete;
    call& operator=(const call&) = delete;

  private:
    driver& driver_;
  };

private:
  friend class snapshot;

  void begin_read();
  /// Once more on a new connection, where the old one turns out to be broken.
  template <class Begin>
  void begin_by(Begin begin_it);

  std::unique_ptr<driver> driver_;
  std::vector<prepared*> prepared_;
  std::chrono::steady_clock::time_point next_attempt_; ///< to make a broken connection again
  std::chrono::milliseconds pause_;                    ///< after the next attempt that fails
  bool owes_erasure_ = true;                           ///< what was before this object may not have been erased
};

/// All that is read in the life of this object shows one state of the database.
class snapshot {
public:
  explicit snapshot(connection& link);
  ~snapshot();

  snapshot(const snapshot&) = delete;
  snapshot& operator=(const snapshot&) = delete;

private:
  connection* own_; ///< null within a transaction, which is a snapshot already
};

/// Runs `step`, which may call SOCI; what SOCI throws becomes a `storage_error` that names `what`.
template <class Step>
decltype(auto) translated(std::string_view what, Step&& step) {
  try {
    return step();
  } catch (const soci::soci_error& e) {
    throw storage_error(e.get_error_message() + " in: " + std::string(what));
  }
}

} // namespace parley::storage::sql
