// By which row of `nodes` this process writes.
#pragma once

#include <atomic>
#include <cstdint>
#include <libpq-fe.h>
#include <memory>
#include <string>
#include <string_view>

namespace parley::storage::postgres {

/// The process's name on one database; any thread may look. 0 until the process has joined.
struct writer_name {
  std::atomic<std::int64_t> node{0};
  std::atomic<bool> fenced{false};
};

/// The first key of the session advisory locks that stand for a living process; the second is the node's id.
inline constexpr int lock_space = 7001;

/// The name in `nodes` of a server that is alone, and what stands before the names of those that serve together.
inline constexpr std::string_view server_name = "server";
inline const std::string node_prefix = "node ";

/// Adds a row for a command, which lives as long as the connection: the advisory lock tells. Rows of commands that are
/// gone are taken away. The new row's id.
std::int64_t join_as_command(PGconn* conn);

/// The name of this machine, with what its numbers of processes belong to.
std::string host_name();

/// What is said to whoever comes second.
[[noreturn]] void throw_beside(std::int64_t process, const std::string& host,
                               std::string_view remedy = "stop it first");

/// Throws `storage_error` where a server with a living connection has the database, and its newest migration is older
/// than `version`. The table `nodes` must be there.
void refuse_beside_server(PGconn* conn, int version);

/// Takes the row away.
void leave(PGconn* conn, std::int64_t node);

} // namespace parley::storage::postgres
