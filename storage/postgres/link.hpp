// A thin hold on libpq: results that free themselves, failures with their SQLSTATE.
#pragma once

#include "storage/ports/result.hpp"

#include <cstdint>
#include <initializer_list>
#include <libpq-fe.h>
#include <memory>
#include <string>
#include <string_view>

namespace parley::storage::postgres {

/// What PostgreSQL or the way to it refused, on one line.
class failure : public storage_error {
public:
  failure(const std::string& text, std::string state) : storage_error(text), state_(std::move(state)) {}

  /// Five characters of SQLSTATE (PostgreSQL's appendix A); empty where the connection broke.
  const std::string& state() const { return state_; }

private:
  std::string state_;
};

/// This process was declared dead by another one: nothing that it writes can be committed any more.
class fenced : public storage_error {
public:
  fenced() : storage_error("another server has declared this one dead: it may not write any more") {}
};

using answer = std::unique_ptr<PGresult, void (*)(PGresult*)>;

/// What libpq says, without line breaks, the word ERROR and what it hints at.
std::string one_line(const char* message);

using own_connection = std::unique_ptr<PGconn, void (*)(PGconn*)>;

/// Connects to the database of a URL. Throws `storage_error`, one line with what to do.
own_connection connect(std::string_view url);

/// Notices are not printed, and errors show no value that was stored. Once a connection; it outlasts PQreset.
void make_quiet(PGconn* conn);

/// Throws `failure` where the statement failed. A result is never null.
answer check(PGconn* conn, PGresult* raw);

/// Statements without parameters, separated by `;`: the answer of the last. In a transaction of their own where none is
/// open.
answer execute(PGconn* conn, const std::string& sql);

/// One statement, its parameters `$1`, `$2`… as text.
answer execute(PGconn* conn, const char* sql, std::initializer_list<std::string> parameters);

/// The whole number in a column of the answer's first row; 0 where there is no row or NULL.
std::int64_t number_in(const answer& from, int row = 0, int column = 0);

} // namespace parley::storage::postgres
