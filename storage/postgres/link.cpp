#include "storage/postgres/link.hpp"

#include "storage/postgres/address.hpp"

#include <charconv>
#include <string_view>
#include <vector>

namespace parley::storage::postgres {

std::string one_line(const char* message) {
  std::string_view rest = message == nullptr ? "no answer" : message;
  std::string out;
  while (!rest.empty()) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    for (const std::string_view word : {"ERROR:  ", "FATAL:  "})
      if (line.starts_with(word))
        line.remove_prefix(word.size());
    if (!line.empty())
      out.append(out.empty() ? "" : " ").append(line);
  }
  return out;
}

own_connection connect(std::string_view url) {
  own_connection out(PQconnectdb(connection_string(url).c_str()), PQfinish);
  if (PQstatus(out.get()) != CONNECTION_OK)
    throw_unconnected(PQerrorMessage(out.get()));
  make_quiet(out.get());
  return out;
}

void make_quiet(PGconn* conn) {
  PQsetNoticeReceiver(
    conn, [](void*, const PGresult*) {}, nullptr);
  PQsetErrorVerbosity(conn, PQERRORS_TERSE);
}

answer check(PGconn* conn, PGresult* raw) {
  answer out(raw, PQclear);
  const auto status = PQresultStatus(out.get());
  if (out && (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK))
    return out;
  const char* state = PQstatus(conn) == CONNECTION_BAD ? nullptr : PQresultErrorField(out.get(), PG_DIAG_SQLSTATE);
  throw failure(one_line(PQerrorMessage(conn)), state == nullptr ? "" : state);
}

answer execute(PGconn* conn, const std::string& sql) {
  return check(conn, PQexec(conn, sql.c_str()));
}

answer execute(PGconn* conn, const char* sql, std::initializer_list<std::string> parameters) {
  std::vector<const char*> values;
  for (const auto& x : parameters)
    values.push_back(x.c_str());
  return check(conn,
               PQexecParams(conn, sql, static_cast<int>(values.size()), nullptr, values.data(), nullptr, nullptr, 0));
}

std::int64_t number_in(const answer& from, int row, int column) {
  std::int64_t out = 0;
  if (row >= PQntuples(from.get()) || PQgetisnull(from.get(), row, column) != 0)
    return out;
  const char* text = PQgetvalue(from.get(), row, column);
  std::from_chars(text, text + PQgetlength(from.get(), row, column), out);
  return out;
}

} // namespace parley::storage::postgres
