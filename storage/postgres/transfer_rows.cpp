#include "storage/postgres/transfer_rows.hpp"

#include "storage/postgres/link.hpp"

#include <charconv>
#include <sqlite3.h>

namespace parley::storage::postgres {
namespace {

[[noreturn]] void fail(sqlite3* db) {
  throw storage_error(std::string("the source cannot be read: ") + sqlite3_errmsg(db));
}

std::string column_name(const std::string& name) {
  return '"' + name + '"';
}

/// A field of COPY's text format (PostgreSQL's manual, COPY).
void append_field(std::string& out, const std::optional<std::string>& value) {
  if (!value) {
    out += "\\N";
    return;
  }
  for (const char c : *value) {
    switch (c) {
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      out += c;
    }
  }
}

char unescaped(char c) {
  switch (c) {
  case 'b':
    return '\b';
  case 'f':
    return '\f';
  case 'n':
    return '\n';
  case 'r':
    return '\r';
  case 't':
    return '\t';
  case 'v':
    return '\v';
  default:
    return c;
  }
}

row_text parse_line(std::string_view line) {
  row_text out;
  std::optional<std::string> field = std::string();
  for (std::size_t i = 0; i < line.size() && line[i] != '\n'; ++i) {
    if (line[i] == '\t') {
      out.push_back(std::move(field));
      field = std::string();
    } else if (line[i] == '\\' && i + 1 < line.size()) {
      ++i;
      if (line[i] == 'N')
        field.reset();
      else
        field->push_back(unescaped(line[i]));
    } else {
      field->push_back(line[i]);
    }
  }
  out.push_back(std::move(field));
  return out;
}

/// The same for every text of one number.
std::string canonical(const std::string& real) {
  double value = 0;
  std::from_chars(real.data(), real.data() + real.size(), value);
  std::array<char, 40> out{};
  return {out.data(), std::to_chars(out.data(), out.data() + out.size(), value, std::chars_format::hex).ptr};
}

/// FNV-1a, https://datatracker.ietf.org/doc/html/draft-eastlake-fnv.
std::uint64_t hash_of(std::string_view bytes, std::uint64_t basis) {
  for (const char c : bytes) {
    basis ^= static_cast<unsigned char>(c);
    basis *= 0x100000001b3;
  }
  return basis;
}

} // namespace

std::string source_table::column_list() const {
  std::string out;
  for (const auto& x : columns)
    out.append(out.empty() ? "" : ", ").append(column_name(x));
  return out;
}

source_file::source_file(const std::filesystem::path& file) : db_(nullptr, sqlite3_close) {
  sqlite3* raw = nullptr;
  const int outcome = sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READONLY, nullptr);
  db_.reset(raw);
  if (outcome != SQLITE_OK || sqlite3_exec(raw, "BEGIN", nullptr, nullptr, nullptr) != SQLITE_OK)
    fail(raw);
}

void source_file::each(const std::string& sql, const std::function<void(const row_text&)>& take) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(db_.get(), sql.c_str(), -1, &raw, nullptr) != SQLITE_OK)
    fail(db_.get());
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
  row_text row(static_cast<std::size_t>(sqlite3_column_count(raw)));
  int outcome = sqlite3_step(raw);
  for (; outcome == SQLITE_ROW; outcome = sqlite3_step(raw)) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const int column = static_cast<int>(i);
      if (sqlite3_column_type(raw, column) == SQLITE_FLOAT) { // its text has 15 digits
        std::array<char, 40> text{};
        const auto end = std::to_chars(text.data(), text.data() + text.size(), sqlite3_column_double(raw, column)).ptr;
        row[i].emplace(text.data(), end);
      } else if (const void* bytes = sqlite3_column_blob(raw, column); bytes != nullptr) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(raw, column)); // of unsigned char
        row[i].emplace(text, static_cast<std::size_t>(sqlite3_column_bytes(raw, column)));
      } else if (sqlite3_column_type(raw, column) == SQLITE_NULL) {
        row[i].reset();
      } else {
        row[i].emplace();
      }
    }
    take(row);
  }
  if (outcome != SQLITE_DONE)
    fail(db_.get());
}

std::vector<std::string> source_file::tables() {
  std::vector<std::string> out;
  each("SELECT name FROM sqlite_master WHERE type = 'table'", [&](const row_text& x) { out.push_back(*x[0]); });
  return out;
}

std::vector<std::string> source_file::referenced_by(const std::string& table) {
  std::vector<std::string> out;
  each("SELECT \"table\" FROM pragma_foreign_key_list('" + table + "')",
       [&](const row_text& x) { out.push_back(*x[0]); });
  return out;
}

std::vector<int> source_file::migrations() {
  std::vector<int> out;
  each("SELECT version FROM schema_migrations", [&](const row_text& x) { out.push_back(std::stoi(*x[0])); });
  return out;
}

source_table source_file::table(const std::string& name) {
  source_table out{.name = name, .columns = {}, .is_real = {}};
  each("SELECT name, type FROM pragma_table_info('" + name + "')", [&](const row_text& x) {
    out.columns.push_back(*x[0]);
    out.is_real.push_back(x[1]->starts_with("DOUBLE"));
  });
  if (out.columns.empty())
    throw storage_error("the source has no table " + name);
  return out;
}

std::int64_t source_file::count(const source_table& of) {
  std::int64_t out = 0;
  each("SELECT COUNT(*) FROM " + column_name(of.name), [&](const row_text& x) { out = std::stoll(*x[0]); });
  return out;
}

std::optional<std::int64_t> source_file::last_id(const std::string& table) {
  std::optional<std::int64_t> out;
  each("SELECT seq FROM sqlite_sequence WHERE name = '" + table + "'",
       [&](const row_text& x) { out = std::stoll(*x[0]); });
  return out;
}

std::pair<std::int64_t, std::int64_t> source_file::read(const source_table& from, std::int64_t last_row,
                                                        std::int64_t limit,
                                                        const std::function<void(const row_text&)>& take) {
  std::int64_t rows = 0;
  each("SELECT " + from.column_list() + ", rowid FROM " + column_name(from.name) + " WHERE rowid > " +
         std::to_string(last_row) + " ORDER BY rowid LIMIT " + std::to_string(limit),
       [&](const row_text& row) {
         ++rows;
         last_row = std::stoll(*row.back());
         take({row.begin(), row.end() - 1});
       });
  return {rows, last_row};
}

copy_in::copy_in(PGconn* to, const source_table& table) : to_(to), name_(table.name) {
  const answer begun(PQexec(to, ("COPY " + table.name + " (" + table.column_list() + ") FROM STDIN").c_str()), PQclear);
  if (PQresultStatus(begun.get()) != PGRES_COPY_IN)
    throw storage_error("COPY of " + name_ + ": " + one_line(PQerrorMessage(to)));
}

void copy_in::put(const row_text& row) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    line += i == 0 ? "" : "\t";
    append_field(line, row[i]);
  }
  line += '\n';
  if (PQputCopyData(to_, line.data(), static_cast<int>(line.size())) != 1)
    throw storage_error("COPY of " + name_ + ": " + one_line(PQerrorMessage(to_)));
}

void copy_in::end() {
  PQputCopyEnd(to_, nullptr);
  check(to_, PQgetResult(to_));
  while (PGresult* rest = PQgetResult(to_))
    PQclear(rest);
}

void row_sum::add(const row_text& row, const source_table& table) {
  std::string bytes;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto value = row[i] && table.is_real[i] ? std::optional(canonical(*row[i])) : row[i];
    bytes += value ? std::to_string(value->size()) + ":" + *value : "N";
  }
  ++rows;
  hash[0] += hash_of(bytes, 0xcbf29ce484222325);
  hash[1] += hash_of(bytes, 0x84222325cbf29ce4);
}

row_sum sum_of(PGconn* from, const source_table& table) {
  const answer begun(PQexec(from, ("COPY " + table.name + " (" + table.column_list() + ") TO STDOUT").c_str()),
                     PQclear);
  if (PQresultStatus(begun.get()) != PGRES_COPY_OUT)
    throw storage_error("COPY of " + table.name + ": " + one_line(PQerrorMessage(from)));
  row_sum out;
  char* line = nullptr;
  for (int size = PQgetCopyData(from, &line, 0); size > 0; size = PQgetCopyData(from, &line, 0)) {
    out.add(parse_line({line, static_cast<std::size_t>(size)}), table);
    PQfreemem(line);
  }
  while (PGresult* rest = PQgetResult(from))
    check(from, rest);
  return out;
}

} // namespace parley::storage::postgres
