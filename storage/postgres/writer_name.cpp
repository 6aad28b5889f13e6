#include "storage/postgres/writer_name.hpp"

#include "storage/postgres/link.hpp"

#include <array>
#include <string>
#include <unistd.h>

namespace parley::storage::postgres {
namespace {

constexpr const char* insert_command =
  "INSERT INTO nodes (name, host, process, version, started_at) "
  "VALUES ('command ' || gen_random_uuid(), $1, $2, '', (extract(epoch FROM clock_timestamp()) * 1000)::bigint) "
  "RETURNING id";

/// A lock that can be taken is held by nobody: whoever had the row is gone.
const std::string delete_gone_commands =
  "DELETE FROM nodes WHERE name LIKE 'command %' AND pg_try_advisory_xact_lock(" + std::to_string(lock_space) +
  ", id::int)";

} // namespace

std::string host_name() {
  std::array<char, 256> name{};
  std::string out = ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
  // Processes of two containers may have one number and one host's name.
  if (const auto size = ::readlink("/proc/self/ns/pid", name.data(), name.size()); size > 0)
    out.append("/").append(name.data(), static_cast<std::size_t>(size));
  return out;
}

std::int64_t join_as_command(PGconn* conn) {
  execute(conn, delete_gone_commands);
  // The lock comes with the row: nobody can take one without the other for dead.
  execute(conn, "BEGIN");
  try {
    const auto id = number_in(execute(conn, insert_command, {host_name(), std::to_string(::getpid())}));
    execute(conn, "SELECT pg_advisory_lock($1::int, $2::int)", {std::to_string(lock_space), std::to_string(id)});
    execute(conn, "COMMIT");
    return id;
  } catch (...) {
    if (PQtransactionStatus(conn) != PQTRANS_IDLE)
      PQclear(PQexec(conn, "ROLLBACK"));
    throw;
  }
}

void refuse_beside_server(PGconn* conn, int version) {
  const auto found = execute(conn,
                             "SELECT process, host FROM nodes WHERE (name = 'server' OR name LIKE 'node %') "
                             "AND NOT pg_try_advisory_xact_lock($1::int, id::int) "
                             "AND COALESCE(NULLIF(version, ''), '0')::int < $2::int LIMIT 1",
                             {std::to_string(lock_space), std::to_string(version)});
  if (PQntuples(found.get()) != 0)
    throw_beside(number_in(found), PQgetvalue(found.get(), 0, 1));
}

void throw_beside(std::int64_t process, const std::string& host, std::string_view remedy) {
  throw storage_error("another server runs on this database (process " + std::to_string(process) + " on " +
                      host.substr(0, host.find('/')) + "): " + std::string(remedy));
}

void leave(PGconn* conn, std::int64_t node) {
  execute(conn, "DELETE FROM nodes WHERE id = $1", {std::to_string(node)});
}

} // namespace parley::storage::postgres
