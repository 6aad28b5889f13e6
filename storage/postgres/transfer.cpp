#include "storage/transfer.hpp"

#include "storage/postgres/link.hpp"
#include "storage/postgres/transfer_rows.hpp"
#include "storage/sql/database.hpp"
#include "storage/sql/migrations.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace parley::storage {
namespace {

using namespace postgres;

constexpr std::int64_t rows_at_once = 5000;

/// What the databases keep for themselves.
constexpr std::string_view own_tables[] = {"schema_migrations", "sqlite_sequence"};

/// The source's tables, each behind those that its foreign keys name.
std::vector<source_table> tables_of(source_file& from) {
  auto names = from.tables();
  std::erase_if(names, [](const auto& x) { return std::ranges::find(own_tables, x) != std::end(own_tables); });
  std::vector<source_table> out;
  const auto is_there = [&](const std::string& name) {
    return std::ranges::find(out, name, &source_table::name) != out.end();
  };
  while (!names.empty()) {
    const auto ready = std::ranges::find_if(names, [&](const std::string& name) {
      return std::ranges::all_of(from.referenced_by(name), [&](const auto& x) { return x == name || is_there(x); });
    });
    if (ready == names.end())
      throw storage_error("the tables of the source need each other: " + names.front());
    out.push_back(from.table(*ready));
    names.erase(ready);
  }
  return out;
}

/// What the program does not know would be left behind.
void check_source(source_file& from) {
  auto applied = from.migrations();
  for (const auto& x : sql::migrations_of("sqlite"))
    if (std::erase(applied, x.version) == 0)
      throw storage_error("the source is of an older version: bring it up with parley migrate first");
  if (!applied.empty())
    throw storage_error("the source is of a newer version than this program");
}

void check_target(PGconn* to, const std::vector<source_table>& all) {
  for (const auto& x : all)
    if (number_in(execute(to, "SELECT COUNT(*) FROM pg_tables WHERE tablename = $1", {x.name})) == 0)
      throw storage_error("the copy does not know the table " + x.name);
  const bool goes_on =
    number_in(execute(to, "SELECT COUNT(*) FROM pg_tables WHERE tablename = 'transfer_progress'")) != 0;
  if (!goes_on && number_in(execute(to, "SELECT COUNT(*) FROM users")) > 1)
    throw storage_error("the target has users already; the copy needs a database of its own");
  execute(to, "CREATE TABLE IF NOT EXISTS transfer_progress (name TEXT PRIMARY KEY, last_row BIGINT NOT NULL, "
              "rows BIGINT NOT NULL)");
}

/// Rows behind `last_row`, as many as go at once: how many, and the last one's.
std::pair<std::int64_t, std::int64_t> copy_some(source_file& from, PGconn* to, const source_table& table,
                                                std::int64_t last_row) {
  copy_in into(to, table);
  const auto out = from.read(table, last_row, rows_at_once, [&](const row_text& row) { into.put(row); });
  into.end();
  return out;
}

void copy_table(source_file& from, PGconn* to, const source_table& table,
                const std::function<void(const transfer_progress&)>& tell) {
  const auto known = execute(to, "SELECT last_row, rows FROM transfer_progress WHERE name = $1", {table.name});
  const bool fresh = PQntuples(known.get()) == 0;
  std::int64_t last_row = fresh ? 0 : number_in(known, 0, 0);
  transfer_progress now{table.name, fresh ? 0 : number_in(known, 0, 1), from.count(table)};
  for (bool first = fresh;; first = false) {
    execute(to, "BEGIN");
    if (first)
      execute(to, "DELETE FROM " + table.name); // the reserved user, whom the copy brings along
    const auto [rows, last] = copy_some(from, to, table, last_row);
    last_row = last;
    now.done += rows;
    execute(to,
            "INSERT INTO transfer_progress (name, last_row, rows) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET "
            "last_row = excluded.last_row, rows = excluded.rows",
            {table.name, std::to_string(last_row), std::to_string(now.done)});
    execute(to, "COMMIT");
    tell(now);
    if (rows < rows_at_once)
      return;
  }
}

/// New ids go on behind those that were ever given out.
void set_sequence(source_file& from, PGconn* to, const source_table& table) {
  const auto last = from.last_id(table.name);
  if (last)
    execute(to, "SELECT setval(pg_get_serial_sequence($1, 'id'), GREATEST($2::bigint, 1), $2::bigint > 0)",
            {table.name, std::to_string(*last)});
}

void compare(source_file& from, PGconn* to, const source_table& table) {
  row_sum here;
  std::int64_t last = 0;
  for (std::int64_t rows = rows_at_once; rows == rows_at_once;)
    std::tie(rows, last) = from.read(table, last, rows_at_once, [&](const row_text& row) { here.add(row, table); });
  const auto there = sum_of(to, table);
  if (here != there)
    throw storage_error("the copy of " + table.name + " differs from its source: " + std::to_string(here.rows) +
                        " rows there, " + std::to_string(there.rows) + " here");
}

} // namespace

void transfer_to_postgresql(const std::filesystem::path& source, std::string_view url, timestamp now,
                            const std::function<void(const transfer_progress&)>& tell) {
  source_file from(source);
  check_source(from);
  open_database(url, durability::full)->migrate(now);
  const auto to = connect(url);
  const auto all = tables_of(from);
  check_target(to.get(), all);
  for (const auto& x : all)
    copy_table(from, to.get(), x, tell);
  for (const auto& x : all) {
    set_sequence(from, to.get(), x);
    compare(from, to.get(), x);
  }
  execute(to.get(), "DROP TABLE transfer_progress");
  execute(to.get(), "ANALYZE");
}

} // namespace parley::storage
