#include "storage/postgres/driver.hpp"

#include "storage/postgres/address.hpp"
#include "storage/postgres/append.hpp"
#include "storage/postgres/eraser.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace parley::storage::postgres {
namespace {

constexpr int oldest_version = 150000;

/// How long a statement of the writer may take; a reader's may take `sql::longest_question`.
constexpr std::chrono::milliseconds longest_change{4000};

/// What the fate of a transaction is asked for after its answer was lost: a server that fails over needs a while.
constexpr std::chrono::seconds patience_for_fate{30};
constexpr std::chrono::milliseconds first_pause{50};
constexpr std::chrono::milliseconds longest_pause{1000};

/// Rows of `commits` that are kept of a writer, and how often the rest goes.
constexpr std::int64_t commits_kept = 1000;

// SQLSTATEs of PostgreSQL's appendix A.
constexpr std::string_view no_right = "42501";
constexpr std::string_view no_schema = "3F000";

/// How many tables there are that the role may not use as it has to.
constexpr const char* count_closed_tables =
  "SELECT COUNT(*) FROM pg_tables WHERE schemaname = ANY (current_schemas(false)) AND tablename IN "
  "('schema_migrations', 'users', 'messages', 'nodes') AND NOT (SELECT bool_and(has_table_privilege(quote_ident("
  "schemaname) || '.' || quote_ident(tablename), x)) FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) x)";

bool may_repeat(const std::string& state) {
  return state == "40001" || state == "40P01" || state == "55P03"; // serialization, deadlock, lock not available
}

} // namespace

/// The watchdog looks at what is called in its life.
struct postgres_driver::watched {
  explicit watched(postgres_driver& one) : one_(one) { one_.call_begins(); }
  ~watched() { one_.call_ends(); }

  watched(const watched&) = delete;
  watched& operator=(const watched&) = delete;

private:
  postgres_driver& one_;
};

postgres_driver::postgres_driver(const std::string& address, sql::access how, durability promise,
                                 std::shared_ptr<writer_name> name)
  : how_(how), promise_(promise), name_(std::move(name)) {
  try {
    session().open(soci::postgresql, address);
  } catch (const soci::soci_error& e) {
    constexpr std::string_view prefix = "Cannot establish connection to the database.";
    std::string why = e.get_error_message();
    if (why.starts_with(prefix))
      why.erase(0, prefix.size());
    throw_unconnected(why);
  }
  set_up();
}

postgres_driver::~postgres_driver() {
  try {
    if (own_node_ != 0 && !is_broken())
      leave(conn(), own_node_);
  } catch (const std::exception&) {
    // the next command takes the row away
  }
}

PGconn* postgres_driver::conn() {
  return static_cast<soci::postgresql_session_backend*>(session().get_backend())->conn_;
}

void postgres_driver::set_up() {
  append_prepared_ = false;
  named_ = false;
  if (PQserverVersion(conn()) < oldest_version)
    throw storage_error("PostgreSQL 15 or newer is needed; this server is " +
                        std::string(PQparameterStatus(conn(), "server_version")));
  if (const std::string_view encoding = PQparameterStatus(conn(), "server_encoding"); encoding != "UTF8")
    throw storage_error("the database must have the encoding UTF8, not " + std::string(encoding) +
                        "; create it with createdb --encoding UTF8 --template template0");
  const char* follows = PQparameterStatus(conn(), "in_hot_standby");
  if (follows != nullptr && std::string_view(follows) == "on") // the URL may ask for any server
    throw storage_error("this PostgreSQL is a standby: name the primary, or all hosts, in storage.url");
  make_quiet(conn());
  const bool reads = how_ == sql::access::read;
  const auto longest = reads ? std::chrono::milliseconds(sql::longest_question) : longest_change;
  std::string sql = "SET statement_timeout = " + std::to_string(longest.count()) +
                    "; SET lock_timeout = 2000; SET idle_in_transaction_session_timeout = 10000";
  if (reads)
    sql += "; SET default_transaction_read_only = on";
  if (promise_ == durability::normal)
    sql += "; SET synchronous_commit = off";
  // All that it looks for is found by an index: a plan made for an empty table is kept when that has grown, and reads
  // all of it at each call.
  sql += "; SET enable_seqscan = off";
  if (!reads)
    sql += "; SET enable_hashjoin = off; SET enable_mergejoin = off";
  if (const auto node = name_->node.load(); node != 0)
    sql += "; SET application_name = 'parley/" + std::to_string(node) + "'";
  const watched now(*this);
  execute(conn(), sql);
}

bool postgres_driver::is_broken() {
  return PQstatus(conn()) != CONNECTION_OK;
}

void postgres_driver::reopen() {
  forget_statements();
  PQreset(conn());
  if (is_broken())
    throw_unconnected(PQerrorMessage(conn()));
  set_up();
  if (own_node_ != 0) { // its lock went with the connection, and its row may have
    own_node_ = 0;
    batch_ = 0;
  }
}

bool postgres_driver::in_transaction() {
  const auto state = PQtransactionStatus(conn());
  return state == PQTRANS_INTRANS || state == PQTRANS_INERROR || state == PQTRANS_ACTIVE;
}

void postgres_driver::throw_fenced() {
  name_->fenced = true;
  throw fenced();
}

std::int64_t postgres_driver::node() {
  if (const auto joined = name_->node.load(); joined != 0)
    return joined;
  if (own_node_ == 0)
    own_node_ = join_as_command(conn());
  return own_node_;
}

void postgres_driver::begin_write() {
  const auto me = std::to_string(node());
  const auto locked = execute(conn(), "BEGIN; SELECT id FROM nodes WHERE id = " + me + " FOR KEY SHARE");
  named_ = true;
  if (PQntuples(locked.get()) == 0) {
    rollback();
    throw_fenced();
  }
}

void postgres_driver::begin_read() {
  execute(conn(), "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  named_ = false;
}

void postgres_driver::begin_migration() {
  execute(conn(), "BEGIN; SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; "
                  "SELECT pg_advisory_xact_lock(" +
                    std::to_string(lock_space) + ", 0)");
  named_ = false;
  if (number_in(execute(conn(), count_closed_tables)) != 0) {
    rollback();
    throw storage_error("the tables of this database belong to another role; the tables must belong to the role, or it "
                        "needs the rights to read and change them");
  }
}

void postgres_driver::require_no_server_before(int version) {
  if (number_in(execute(conn(), "SELECT COUNT(*) FROM pg_tables WHERE tablename = 'nodes' "
                                "AND schemaname = ANY (current_schemas(false))")) != 0)
    refuse_beside_server(conn(), version);
}

void postgres_driver::rollback() {
  execute(conn(), "ROLLBACK");
}

void postgres_driver::commit() {
  if (PQtransactionStatus(conn()) == PQTRANS_INERROR)
    throw storage_error("the transaction failed before and cannot be committed");
  if (!named_) {
    const watched now(*this);
    execute(conn(), "COMMIT");
    return;
  }
  const auto batch = ++batch_;
  const auto row = std::to_string(node()) + ", " + std::to_string(batch);
  try {
    const watched now(*this);
    const auto ended = execute(conn(), "INSERT INTO commits (node_id, batch) VALUES (" + row + "); COMMIT");
    if (std::string_view(PQcmdStatus(ended.get())) != "COMMIT")
      throw storage_error("PostgreSQL rolled the transaction back");
  } catch (const failure& reason) {
    if (!is_broken() || !find_out(batch, nullptr))
      throw;
  }
  forget_old_commits();
}

bool postgres_driver::take_turn(sql::turn what, std::string_view key) {
  execute(conn(), "SELECT pg_advisory_xact_lock($1::int, hashtext($2))",
          {std::to_string(lock_space + 1 + static_cast<int>(what)), std::string(key)});
  return true;
}

standby postgres_driver::find_standby() {
  // Any role may see these; of pg_stat_replication only some may.
  const auto found = execute(conn(), "SELECT (current_setting('synchronous_standby_names') <> '' AND "
                                     "current_setting('synchronous_commit') NOT IN ('off', 'local'))::int");
  return number_in(found) != 0 ? standby::synchronous : standby::none;
}

void postgres_driver::run_script(const std::string& text) {
  try {
    execute(conn(), text);
  } catch (const failure& reason) {
    if (reason.state() == no_right || reason.state() == no_schema)
      throw storage_error(std::string(reason.what()) +
                          "; the role needs the rights to use the schema public and to create in it");
    throw;
  }
}

std::unique_ptr<sql::eraser> postgres_driver::make_eraser() {
  return postgres::make_eraser(*this);
}

// -- batches of messages -------------------------------------------------------------------

std::vector<sql::placed> postgres_driver::append(std::span<const message_draft> drafts) {
  return in_transaction() ? send(drafts, 0, false) : append_alone(drafts);
}

std::vector<sql::placed> postgres_driver::append_alone(std::span<const message_draft> drafts) {
  node();
  bool repeated = false;
  for (;;) {
    const auto batch = ++batch_;
    try {
      auto out = send(drafts, batch, true);
      forget_old_commits();
      return out;
    } catch (const failure& reason) {
      if (!is_broken()) {
        if (repeated || !may_repeat(reason.state()))
          throw;
        repeated = true;
        continue;
      }
    }
    std::string ids;
    if (find_out(batch, &ids))
      return placed_by(ids, drafts);
    // It is not stored and never will be: once more, in its order.
  }
}

std::vector<sql::placed> postgres_driver::send(std::span<const message_draft> drafts, std::int64_t batch, bool alone) {
  const watched now(*this);
  if (!append_prepared_) {
    prepare_append(conn());
    append_prepared_ = true;
  }
  auto out = send_append(conn(), drafts, node(), batch, alone);
  if (!out)
    throw_fenced();
  return std::move(*out);
}

// -- what became of a transaction ----------------------------------------------------------

bool postgres_driver::find_out(std::int64_t batch, std::string* ids) {
  const auto me = std::to_string(name_->node.load());
  if (me == "0") // a command's row went with its connection: whoever started it looks
    throw storage_error("the connection broke amid a commit: look whether it is there");
  const auto name = std::to_string(batch);
  const auto give_up = std::chrono::steady_clock::now() + patience_for_fate;
  for (auto pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
    try {
      if (is_broken())
        reopen();
      const watched now(*this);
      // It waits for the old transaction, where that still runs.
      const auto mine = execute(conn(),
                                "INSERT INTO commits (node_id, batch) SELECT $1, $2 WHERE EXISTS "
                                "(SELECT 1 FROM nodes WHERE id = $1 FOR KEY SHARE) ON CONFLICT DO NOTHING RETURNING 1",
                                {me, name});
      if (PQntuples(mine.get()) != 0)
        return false;
      const auto row = execute(conn(), "SELECT ids::text FROM commits WHERE node_id = $1 AND batch = $2", {me, name});
      if (PQntuples(row.get()) == 0)
        throw_fenced();
      if (ids != nullptr)
        ids->assign(PQgetvalue(row.get(), 0, 0));
      return true;
    } catch (const fenced&) {
      throw;
    } catch (const storage_error&) {
      if (std::chrono::steady_clock::now() >= give_up)
        throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

void postgres_driver::forget_old_commits() {
  if (batch_ % commits_kept != 0)
    return;
  try {
    const watched now(*this);
    execute(conn(), "DELETE FROM commits WHERE node_id = $1 AND batch < $2",
            {std::to_string(node()), std::to_string(batch_ - commits_kept)});
  } catch (const failure&) {
    // the next time takes them along
  }
}

} // namespace parley::storage::postgres
