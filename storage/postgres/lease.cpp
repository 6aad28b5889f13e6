#include "storage/postgres/lease.hpp"

#include "storage/postgres/address.hpp"
#include "storage/postgres/link.hpp"
#include "storage/postgres/node_table.hpp"
#include "storage/postgres/watchdog.hpp"
#include "storage/sql/migrations.hpp"

#include <cerrno>
#include <csignal>
#include <unistd.h>

namespace parley::storage::postgres {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds longest_beat{2000};

struct other_server {
  std::int64_t node = 0;
  std::int64_t beats = 0;
  std::int64_t process = 0;
  std::string host;
};

std::optional<other_server> find_server(PGconn* conn, const std::string& name) {
  const auto found = execute(conn, "SELECT id, beats, process, host FROM nodes WHERE name = $1", {name});
  if (PQntuples(found.get()) == 0)
    return std::nullopt;
  return other_server{number_in(found, 0, 0), number_in(found, 0, 1), number_in(found, 0, 2),
                      PQgetvalue(found.get(), 0, 3)};
}

/// True where the process was on this machine and is no more: nobody need wait whether it beats.
bool is_known_dead(const other_server& x) {
  return x.host == host_name() && x.process != ::getpid() && ::kill(static_cast<pid_t>(x.process), 0) != 0 &&
         errno == ESRCH;
}

/// What the operator can do about the server of that name.
std::string_view remedy_for(const std::string& name, bool joins_others) {
  if (name == server_name)
    return joins_others ? "it has no cluster.enabled; stop it first" : "stop it first";
  return joins_others ? "each node needs a cluster.name of its own"
                      : "it has cluster.enabled: set it here too, or stop it";
}

/// Returns when the place of that name is free.
void take_over(PGconn* conn, const std::string& name, std::chrono::milliseconds term, bool joins_others) {
  const auto first = find_server(conn, name);
  if (!first)
    return;
  if (is_known_dead(*first) && fence(conn, first->node, first->beats))
    return;
  // "Dead" means that the beats stand still, by this process's clock: no clocks are compared.
  const auto until = clock::now() + term + postgres_lease::between_beats;
  while (clock::now() < until) {
    std::this_thread::sleep_for(postgres_lease::between_beats);
    const auto now = find_server(conn, name);
    if (!now)
      return;
    if (now->node != first->node || now->beats != first->beats)
      throw_beside(now->process, now->host, remedy_for(name, joins_others));
  }
  if (!fence(conn, first->node, first->beats))
    throw_beside(first->process, first->host, remedy_for(name, joins_others));
}

/// Adds the row of a server that is alone; its id, or 0 where somebody was faster.
std::int64_t add_alone(PGconn* conn) {
  return number_in(execute(
    conn,
    "INSERT INTO nodes (name, host, process, version, started_at) VALUES ($4, $1, $2, "
    "$3, (extract(epoch FROM clock_timestamp()) * 1000)::bigint) "
    "ON CONFLICT (name) DO NOTHING RETURNING id",
    {host_name(), std::to_string(::getpid()), std::to_string(sql::newest_migration()), std::string(server_name)}));
}

/// Names of servers of the other kind, which keep this one out for as long as they live.
std::vector<std::string> find_other_kind(PGconn* conn, bool joins_others) {
  const auto found = execute(conn, joins_others ? "SELECT name FROM nodes WHERE name = 'server'"
                                                : "SELECT name FROM nodes WHERE slot IS NOT NULL");
  std::vector<std::string> out;
  out.reserve(static_cast<std::size_t>(PQntuples(found.get())));
  for (int row = 0; row < PQntuples(found.get()); ++row)
    out.emplace_back(PQgetvalue(found.get(), row, 0));
  return out;
}

} // namespace

bool fence(PGconn* conn, std::int64_t node, std::int64_t beats) {
  // First its connections: one that is frozen amid a transaction holds the row.
  execute(conn, "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE application_name = $1",
          {"parley/" + std::to_string(node)});
  const auto gone =
    execute(conn, "DELETE FROM nodes WHERE id = $1 AND beats = $2", {std::to_string(node), std::to_string(beats)});
  return std::string_view(PQcmdTuples(gone.get())) == "1";
}

/// The connection of the beats.
class postgres_lease::line {
public:
  explicit line(const std::string& address) : conn_(PQconnectdb(address.c_str()), PQfinish) { set_up(); }

  PGconn* conn() { return conn_.get(); }
  bool is_broken() const { return PQstatus(conn_.get()) != CONNECTION_OK; }

  void reopen() {
    PQreset(conn());
    set_up();
  }

  /// Whose row is whose: the lock that stands for a living connection. What is written from here on are beats, which a
  /// crash of PostgreSQL may take; a place that was taken, or taken over, is on its disk.
  void lock(std::int64_t node) {
    execute(conn(), "SET synchronous_commit = off");
    execute(conn(), "SELECT pg_try_advisory_lock($1::int, $2::int)",
            {std::to_string(lock_space), std::to_string(node)});
  }

  /// False where the row is gone.
  bool beat(std::int64_t node) {
    leash_.begin(PQsocket(conn()), longest_beat);
    try {
      const auto done = execute(conn(), "UPDATE nodes SET beats = beats + 1 WHERE id = $1", {std::to_string(node)});
      leash_.end();
      return std::string_view(PQcmdTuples(done.get())) == "1";
    } catch (...) {
      leash_.end();
      throw;
    }
  }

private:
  void set_up() {
    if (is_broken())
      throw_unconnected(PQerrorMessage(conn()));
    make_quiet(conn());
    execute(conn(), "SET statement_timeout = 4000; SET lock_timeout = 2000");
  }

  std::unique_ptr<PGconn, void (*)(PGconn*)> conn_;
  watchdog::leash leash_;
};

postgres_lease::postgres_lease(std::string address, std::shared_ptr<writer_name> name,
                               const std::optional<node_wish>& wish, std::function<void()> lost)
  : address_(std::move(address)), name_(std::move(name)), lost_(std::move(lost)),
    line_(std::make_unique<line>(address_)) {
  const auto shown = wish ? node_prefix + wish->name : std::string(server_name);
  const auto dead_after = wish ? wish->term : term;
  for (const auto& other : find_other_kind(line_->conn(), wish.has_value()))
    take_over(line_->conn(), other, dead_after, wish.has_value());
  while (name_->node == 0) { // until nobody is faster
    take_over(line_->conn(), shown, dead_after, wish.has_value());
    held_at_ = clock::now();
    name_->node = wish ? add_node(line_->conn(), *wish) : add_alone(line_->conn());
  }
  line_->lock(name_->node);
  thread_ = std::jthread([this](const std::stop_token& until) { beat(until); });
}

postgres_lease::~postgres_lease() {
  thread_.request_stop();
  thread_.join();
  try {
    if (!line_->is_broken())
      leave(line_->conn(), name_->node);
  } catch (const std::exception&) {
    // whoever comes next finds the process gone, or the beats standing still
  }
}

void postgres_lease::beat(const std::stop_token& until) {
  const auto node = name_->node.load();
  std::unique_lock lock(mutex_);
  while (!until.stop_requested()) {
    try {
      if (line_->is_broken()) {
        line_->reopen();
        line_->lock(node);
      }
      const auto sent = clock::now();
      if (!line_->beat(node) || name_->fenced) {
        name_->fenced = true;
        lost_();
        return;
      }
      held_at_ = sent;
      beat_took_ = clock::now() - sent;
    } catch (const storage_error&) {
      // Nobody is dead for having been silent while PostgreSQL was away: the row tells, as soon as it answers.
    }
    ended_.wait_for(lock, until, between_beats, [] { return false; });
  }
}

} // namespace parley::storage::postgres
