// Transactions and savepoints of one SOCI session.
#include "storage/sql/connection.hpp"

#include <soci/soci.h>

#include <algorithm>

namespace parley::storage::sql {
namespace {

constexpr std::chrono::milliseconds first_pause{50};
constexpr std::chrono::milliseconds longest_pause{1000};

} // namespace

connection::connection(const std::shared_ptr<const dialect>& kind, access how) : pause_(first_pause) {
  translated("open", [&] { driver_ = kind->connect(how); });
  driver_->before_reopening([this] {
    for (prepared* one : prepared_)
      one->forget();
  });
}

void connection::revive() {
  if (!driver_->is_broken())
    return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_attempt_)
    throw storage_error("the connection to the database is lost");
  try {
    translated("connect again", [&] { driver_->reopen(); });
  } catch (const storage_error&) {
    next_attempt_ = std::chrono::steady_clock::now() + pause_;
    pause_ = std::min(2 * pause_, longest_pause);
    throw;
  }
  pause_ = first_pause;
}

void connection::strike(prepared& one) {
  std::erase(prepared_, &one);
}

template <class Begin>
void connection::begin_by(Begin begin_it) {
  for (bool again = false;; again = true) {
    revive();
    try {
      const call waits(*this);
      translated("BEGIN", begin_it);
      return;
    } catch (const storage_error&) {
      if (again || !driver_->is_broken()) // it may have been broken for long, and nothing was asked yet
        throw;
    }
  }
}

void connection::begin() {
  begin_by([&] { driver_->begin_write(); });
}

void connection::begin_migration() {
  revive();
  const call waits(*this);
  translated("BEGIN", [&] { driver_->begin_migration(); });
}

void connection::require_no_server_before(int version) {
  const call waits(*this);
  translated("look for a server", [&] { driver_->require_no_server_before(version); });
}

void connection::begin_read() {
  begin_by([&] { driver_->begin_read(); });
}

void connection::commit() {
  require_transaction();
  translated("COMMIT", [&] { driver_->commit(); });
}

void connection::rollback() noexcept {
  try {
    const call waits(*this);
    if (driver_->in_transaction())
      driver_->rollback();
  } catch (const std::exception&) {
    // The connection is broken. The database drops its open transaction, and the next `begin` reports the fault.
  }
}

bool connection::in_transaction() {
  return driver_->in_transaction();
}

bool connection::take_turn(turn what, std::string_view key) {
  require_transaction();
  const call waits(*this);
  return translated("turn", [&] { return driver_->take_turn(what, key); });
}

void connection::run_script(const std::string& text) {
  translated("script", [&] { driver_->run_script(text); });
}

void connection::touch() {
  require_transaction();
  const call waits(*this);
  translated("touch", [&] { driver_->touch(); });
}

void connection::require_transaction() {
  if (!in_transaction())
    throw storage_error("the database gave up the transaction");
}

standby connection::find_standby() {
  revive();
  const call waits(*this);
  return translated("look for a standby", [&] { return driver_->find_standby(); });
}

std::vector<placed> connection::append(std::span<const message_draft> drafts) {
  if (!in_transaction())
    revive();
  return translated("append", [&] { return driver_->append(drafts); });
}

std::int64_t connection::last_id(const std::string& table) {
  long long id = 0;
  const bool known = translated("last id of " + table, [&] { return session().get_last_insert_id(table, id); });
  if (!known)
    throw storage_error("no id was made in " + table);
  return id;
}

std::unique_ptr<eraser> connection::make_eraser() {
  return driver_->make_eraser();
}

void connection::savepoint() {
  require_transaction();
  const call waits(*this);
  translated("SAVEPOINT", [&] { session() << "SAVEPOINT guarded"; });
}

void connection::release_savepoint() {
  const call waits(*this);
  translated("RELEASE", [&] { session() << "RELEASE SAVEPOINT guarded"; });
}

void connection::rollback_to_savepoint() {
  require_transaction();
  const call waits(*this);
  translated("ROLLBACK TO", [&] {
    session() << "ROLLBACK TO SAVEPOINT guarded";
    session() << "RELEASE SAVEPOINT guarded";
  });
}

snapshot::snapshot(connection& link) : own_(link.in_transaction() ? nullptr : &link) {
  if (own_)
    own_->begin_read();
}

snapshot::~snapshot() {
  if (own_)
    own_->rollback();
}

} // namespace parley::storage::sql
