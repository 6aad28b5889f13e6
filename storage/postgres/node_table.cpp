#include "storage/postgres/node_table.hpp"

#include "protocol/time.hpp"
#include "storage/postgres/address.hpp"
#include "storage/postgres/lease.hpp"
#include "storage/postgres/link.hpp"
#include "storage/sql/migrations.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <unistd.h>

namespace parley::storage::postgres {
namespace {

/// A node's clock may differ by so much from the database's: names of its messages' times would be noticed.
constexpr std::chrono::milliseconds longest_offset{2000};

constexpr std::chrono::milliseconds longest_call{4000};

/// Enough for a number that nobody guesses.
std::string random_key() {
  std::random_device source;
  std::string out;
  for (int i = 0; i < 4; ++i)
    out += std::to_string(source()) + '.';
  return out;
}

void require_clock(PGconn* conn) {
  const auto before = system_now();
  const auto there = number_in(execute(conn, "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"));
  const auto after = system_now();
  const auto middle = before.time_since_epoch().count() + (after - before).count() / 2;
  if (std::llabs(there - middle) > longest_offset.count() + (after - before).count())
    throw storage_error("this machine's clock is " + std::to_string(std::llabs(there - middle)) +
                        " ms off the database's; nodes of a cluster need NTP on every machine");
}

void require_alike(PGconn* conn, const node_wish& wish, const char* column, const std::string& mark,
                   std::string_view remedy) {
  const auto others =
    execute(conn,
            (std::string("SELECT name FROM nodes WHERE slot IS NOT NULL AND name <> $1 AND ") + column +
             " <> $2 AND NOT pg_try_advisory_xact_lock_shared(" + std::to_string(lock_space) + ", id::int) LIMIT 1")
              .c_str(),
            {node_prefix + wish.name, mark});
  if (PQntuples(others.get()) != 0)
    throw storage_error(std::string(PQgetvalue(others.get(), 0, 0)) + " of this cluster " + std::string(remedy));
}

node_row row_in(const answer& from, int row) {
  node_row out;
  out.id = number_in(from, row, 0);
  out.slot = number_in(from, row, 1);
  out.name = std::string_view(PQgetvalue(from.get(), row, 2)).substr(node_prefix.size());
  out.address = PQgetvalue(from.get(), row, 3);
  out.link_key = PQgetvalue(from.get(), row, 4);
  out.state = static_cast<node_row::phase>(number_in(from, row, 5));
  out.beats = number_in(from, row, 6);
  out.connections = number_in(from, row, 7);
  out.is_gone = number_in(from, row, 8) != 0;
  return out;
}

/// The lock is asked for and given back with the statement's transaction: nobody else could take it for that time.
const std::string select_rows = "SELECT id, slot, name, address, link_key, state, beats, connections, "
                                "pg_try_advisory_xact_lock_shared(" +
                                std::to_string(lock_space) + ", id::int)::int FROM nodes WHERE slot IS NOT NULL";

const std::string select_home =
  "SELECT r.id, COALESCE(h.node_id, 0), (n.id IS NULL)::int FROM rooms r LEFT JOIN room_homes h ON h.room_id = r.id "
  "LEFT JOIN nodes n ON n.id = h.node_id WHERE r.id = $1";

/// Compared with the home that was seen dead: whether it is would be answered from before the statement.
/// Whoever was in the room at the dead home is not until it comes here.
const std::string claim_it =
  "WITH f AS MATERIALIZED (SELECT id FROM nodes WHERE id = $2 FOR KEY SHARE), "
  "c AS (INSERT INTO room_homes (room_id, node_id, epoch) SELECT r.id, f.id, nextval('home_epochs') FROM rooms r, f "
  "WHERE r.id = $1 ON CONFLICT (room_id) DO UPDATE SET node_id = excluded.node_id, epoch = excluded.epoch "
  "WHERE room_homes.node_id = $3 RETURNING room_id, epoch), "
  "v AS (UPDATE rooms SET is_active = 0 FROM c WHERE rooms.id = c.room_id AND rooms.is_active = 1) "
  "SELECT epoch FROM c";

const std::string forget_them =
  "WITH g AS (DELETE FROM room_homes WHERE node_id = ANY (SELECT node_id FROM room_homes EXCEPT SELECT id FROM nodes) "
  "RETURNING room_id) UPDATE rooms SET is_active = 0 FROM g WHERE rooms.id = g.room_id AND is_active = 1";

const std::string vacate_homeless =
  "UPDATE rooms SET is_active = 0 WHERE is_active = 1 AND NOT EXISTS (SELECT 1 FROM room_homes h WHERE h.room_id = "
  "rooms.id)";

const std::string give_them_up =
  "WITH g AS (DELETE FROM room_homes WHERE node_id = $1 RETURNING room_id) UPDATE rooms SET is_active = 0 FROM g WHERE "
  "rooms.id = g.room_id AND is_active = 1";

const std::string database_time = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/// A bucket is one instant: when it will be full again, a minute after the last that it holds was taken at the latest.
const std::string take_a_turn =
  "WITH n AS MATERIALIZED (SELECT " + database_time +
  " AS now) INSERT INTO attempts AS a (what, who, full_at) SELECT $1, $2, n.now + $3::bigint FROM n ON CONFLICT (what, "
  "who) DO UPDATE SET full_at = GREATEST(a.full_at, excluded.full_at - $3::bigint) + $3::bigint WHERE "
  "GREATEST(a.full_at, excluded.full_at - $3::bigint) <= excluded.full_at - 2 * $3::bigint + 60000 RETURNING full_at";

const std::string turn_left = "SELECT COALESCE(MAX(full_at), 0) + $3::bigint - 60000 - " + database_time +
                              " FROM attempts WHERE what = $1 AND who = $2";

const std::string select_hold = "SELECT h.node_id, (n.id IS NULL)::int FROM held_uploads h LEFT JOIN nodes n ON n.id = "
                                "h.node_id WHERE h.upload = $1";

/// As `claim_it`.
const std::string hold_it = "WITH f AS MATERIALIZED (SELECT id FROM nodes WHERE id = $2 FOR KEY SHARE) INSERT INTO "
                            "held_uploads (upload, node_id) "
                            "SELECT $1, f.id FROM f ON CONFLICT (upload) DO UPDATE SET node_id = excluded.node_id "
                            "WHERE held_uploads.node_id = $3 "
                            "RETURNING 1";

} // namespace

std::int64_t add_node(PGconn* conn, const node_wish& wish) {
  require_clock(conn);
  require_alike(conn, wish, "secret_mark", wish.secret_mark,
                "signs access tokens with another auth.secret: set the same one on every node");
  require_alike(conn, wish, "folder_mark", wish.folder_mark,
                "has another folder of files: set files.dir to one folder that all nodes share");
  const auto made =
    execute(conn,
            "INSERT INTO nodes (name, host, process, version, started_at, slot, link_key, secret_mark, folder_mark) "
            "SELECT $1, $2, $3::bigint, $4, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, "
            "nextval('node_slots'), $5, $6, $7 ON CONFLICT DO NOTHING RETURNING id",
            {node_prefix + wish.name, host_name(), std::to_string(::getpid()), std::to_string(sql::newest_migration()),
             random_key(), wish.secret_mark, wish.folder_mark});
  return number_in(made);
}

postgres_node_table::postgres_node_table(std::string address, std::shared_ptr<writer_name> name)
  : address_(std::move(address)), name_(std::move(name)), conn_(PQconnectdb(address_.c_str()), PQfinish) {
  open();
}

void postgres_node_table::open() {
  if (PQstatus(conn_.get()) != CONNECTION_OK)
    throw_unconnected(PQerrorMessage(conn_.get()));
  make_quiet(conn_.get());
  execute(conn_.get(), "SET statement_timeout = 4000; SET lock_timeout = 2000; SET application_name = 'parley/" +
                         std::to_string(name_->node.load()) + "'");
}

template <class Step>
decltype(auto) postgres_node_table::guarded(Step step) {
  if (PQstatus(conn_.get()) != CONNECTION_OK) {
    PQreset(conn_.get());
    open();
  }
  struct watch {
    watchdog::leash& on;
    ~watch() { on.end(); }
  };
  leash_.begin(PQsocket(conn_.get()), longest_call);
  const watch until_then{leash_};
  return step(conn_.get());
}

std::vector<node_row> postgres_node_table::list() {
  return guarded([](PGconn* conn) {
    const auto rows = execute(conn, select_rows + " ORDER BY id");
    std::vector<node_row> out;
    out.reserve(static_cast<std::size_t>(PQntuples(rows.get())));
    for (int row = 0; row < PQntuples(rows.get()); ++row)
      out.push_back(row_in(rows, row));
    return out;
  });
}

node_row postgres_node_table::self() {
  for (auto& x : list())
    if (x.id == name_->node)
      return std::move(x);
  throw storage_error("this server's row is gone: another one has declared it dead");
}

void postgres_node_table::announce(const std::string& address, node_row::phase state) {
  guarded([&](PGconn* conn) {
    execute(conn, "UPDATE nodes SET address = $2, state = $3::smallint WHERE id = $1::bigint",
            {std::to_string(name_->node.load()), address, std::to_string(static_cast<int>(state))});
  });
}

void postgres_node_table::show(std::int64_t connections) {
  // It waits for no standby: whoever reads the table next must not be held up by a figure.
  guarded([&](PGconn* conn) {
    execute(conn, "SET LOCAL synchronous_commit = off; UPDATE nodes SET connections = " + std::to_string(connections) +
                    " WHERE id = " + std::to_string(name_->node.load()));
  });
}

std::int64_t postgres_node_table::count_homes() {
  return guarded([&](PGconn* conn) {
    return number_in(
      execute(conn, "SELECT COUNT(*) FROM room_homes WHERE node_id = $1", {std::to_string(name_->node.load())}));
  });
}

std::optional<std::chrono::milliseconds> postgres_node_table::take_turn(const std::string& what, const std::string& who,
                                                                        std::int64_t per_minute) {
  return guarded([&](PGconn* conn) -> std::optional<std::chrono::milliseconds> {
    const auto token = std::to_string(std::chrono::milliseconds(std::chrono::minutes(1)).count() / per_minute);
    if (PQntuples(execute(conn, take_a_turn.c_str(), {what, who, token}).get()) != 0)
      return std::nullopt;
    const auto left = number_in(execute(conn, turn_left.c_str(), {what, who, token}));
    return std::chrono::milliseconds(std::max<std::int64_t>(left, 1));
  });
}

bool postgres_node_table::hold_upload(const std::string& id) {
  return guarded([&](PGconn* conn) {
    const auto me = name_->node.load();
    const auto seen = execute(conn, select_hold.c_str(), {id});
    const auto holder = PQntuples(seen.get()) == 0 ? 0 : number_in(seen, 0, 0);
    if (holder == me)
      return true;
    if (holder != 0 && number_in(seen, 0, 1) == 0)
      return false;
    const auto mine = execute(conn, hold_it.c_str(), {id, std::to_string(me), std::to_string(holder)});
    return PQntuples(mine.get()) != 0; // somebody else was faster
  });
}

void postgres_node_table::release_upload(const std::string& id) {
  guarded([&](PGconn* conn) {
    execute(conn, "DELETE FROM held_uploads WHERE upload = $1 AND node_id = $2::bigint",
            {id, std::to_string(name_->node.load())});
  });
}

void postgres_node_table::sweep() {
  guarded([&](PGconn* conn) {
    execute(conn, "DELETE FROM attempts WHERE full_at < " + database_time +
                    "; DELETE FROM held_uploads WHERE node_id = ANY (SELECT node_id FROM held_uploads EXCEPT SELECT id "
                    "FROM nodes)");
  });
}

std::optional<room_home> postgres_node_table::claim(room_id room) {
  return guarded([&](PGconn* conn) -> std::optional<room_home> {
    const auto me = name_->node.load();
    const auto id = std::to_string(room.value);
    for (;;) {
      const auto seen = execute(conn, select_home.c_str(), {id});
      if (PQntuples(seen.get()) == 0)
        return std::nullopt;
      const auto home = number_in(seen, 0, 1);
      const bool is_dead = number_in(seen, 0, 2) != 0;
      if (home == me && !is_dead)
        return room_home{me, true};
      if (home != 0 && !is_dead)
        return room_home{home, false};
      const auto mine = execute(conn, claim_it.c_str(), {id, std::to_string(me), std::to_string(home)});
      if (PQntuples(mine.get()) != 0)
        return room_home{me, true, is_dead};
      if (is_dead && number_in(execute(conn, "SELECT COUNT(*) FROM nodes WHERE id = $1", {std::to_string(me)})) == 0)
        throw storage_error("this server was declared dead: it may not claim a room");
    }
  });
}

bool postgres_node_table::is_home_of(room_id room) {
  return guarded([&](PGconn* conn) {
    return number_in(execute(conn, "SELECT COUNT(*) FROM room_homes WHERE room_id = $1 AND node_id = $2",
                             {std::to_string(room.value), std::to_string(name_->node.load())})) != 0;
  });
}

void postgres_node_table::release(room_id room) {
  guarded([&](PGconn* conn) {
    execute(conn, "DELETE FROM room_homes WHERE room_id = $1 AND node_id = $2",
            {std::to_string(room.value), std::to_string(name_->node.load())});
  });
}

bool postgres_node_table::fence(const node_row& seen) {
  return guarded([&](PGconn* conn) { return postgres::fence(conn, seen.id, seen.beats); });
}

void postgres_node_table::forget_dead_homes(bool all) {
  guarded([&](PGconn* conn) { execute(conn, all ? forget_them + "; " + vacate_homeless : forget_them); });
}

void postgres_node_table::give_up_homes() {
  guarded([&](PGconn* conn) { execute(conn, give_them_up.c_str(), {std::to_string(name_->node.load())}); });
}

} // namespace parley::storage::postgres
