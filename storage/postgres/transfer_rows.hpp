// Rows on their way from a SQLite file to PostgreSQL.
#pragma once

#include "storage/sqlite/source_file.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <libpq-fe.h>
#include <string>
#include <string_view>

namespace parley::storage::postgres {

using sqlite::source_file;
using sqlite::source_table;

/// COPY … FROM STDIN, in the open transaction.
class copy_in {
public:
  copy_in(PGconn* to, const source_table& table);

  void put(const row_text& row);
  void end();

private:
  PGconn* to_;
  std::string name_;
};

/// COPY (question) TO STDOUT: calls `take` with each row.
void copy_out(PGconn* from, const std::string& question, const std::function<void(row_text&)>& take);

/// A sum over rows in any order: equal where the rows are.
struct row_sum {
  std::int64_t rows = 0;
  std::array<std::uint64_t, 2> hash{};

  void add(const row_text& row, const source_table& table);
  bool operator==(const row_sum&) const = default;
};

/// The sum over a table in PostgreSQL.
row_sum sum_of(PGconn* from, const source_table& table);

} // namespace parley::storage::postgres
