// Transactions and savepoints of one SOCI session.
#include "storage/sql/connection.hpp"

#include <soci/soci.h>

namespace parley::storage::sql {

connection::connection(std::shared_ptr<const dialect> kind, access how) : kind_(std::move(kind)) {
  translated("open", [&] { kind_->open(session_, how); });
  if (how == access::read)
    bound_ = kind_->bound(session_, longest_question);
}

void connection::begin() {
  translated("BEGIN", [&] { kind_->begin_write(session_); });
}

void connection::begin_migration() {
  translated("BEGIN", [&] { kind_->begin_migration(session_); });
}

void connection::begin_read() {
  translated("BEGIN", [&] { session_.begin(); });
}

void connection::commit() {
  require_transaction();
  translated("COMMIT", [&] { session_.commit(); });
}

void connection::rollback() noexcept {
  try {
    if (kind_->in_transaction(session_))
      session_.rollback();
  } catch (const std::exception&) {
    // The connection is broken. The database drops its open transaction, and the next `begin` reports the fault.
  }
}

bool connection::in_transaction() {
  return kind_->in_transaction(session_);
}

void connection::run_script(const std::string& text) {
  translated("script", [&] { kind_->run_script(session_, text); });
}

void connection::touch() {
  require_transaction();
  translated("touch", [&] { kind_->touch(session_); });
}

void connection::require_transaction() {
  if (!in_transaction())
    throw storage_error("the database gave up the transaction");
}

std::int64_t connection::last_id(const std::string& table) {
  long long id = 0;
  const bool known = translated("last id of " + table, [&] { return session_.get_last_insert_id(table, id); });
  if (!known)
    throw storage_error("no id was made in " + table);
  return id;
}

std::unique_ptr<eraser> connection::make_eraser() {
  return kind_->make_eraser(session_);
}

void connection::savepoint() {
  require_transaction();
  translated("SAVEPOINT", [&] { session_ << "SAVEPOINT guarded"; });
}

void connection::release_savepoint() {
  translated("RELEASE", [&] { session_ << "RELEASE SAVEPOINT guarded"; });
}

void connection::rollback_to_savepoint() {
  require_transaction();
  translated("ROLLBACK TO", [&] {
    session_ << "ROLLBACK TO SAVEPOINT guarded";
    session_ << "RELEASE SAVEPOINT guarded";
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
