#include "storage/sqlite/source_file.hpp"

#include <array>
#include <charconv>
#include <sqlite3.h>

namespace parley::storage::sqlite {
namespace {

[[noreturn]] void fail(sqlite3* db) {
  throw storage_error(std::string("the source cannot be read: ") + sqlite3_errmsg(db));
}

} // namespace

std::string quoted_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name)
    out.append(c == '"' ? 2 : 1, c);
  return out += '"';
}

std::string source_table::column_list() const {
  std::string out;
  for (const auto& x : columns)
    out.append(out.empty() ? "" : ", ").append(quoted_name(x));
  return out;
}

source_file::source_file(const std::filesystem::path& file, file_owner whose) : db_(nullptr, sqlite3_close) {
  sqlite3* raw = nullptr;
  const int flags = whose == file_owner::ours ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  const int outcome = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  db_.reset(raw);
  if (outcome != SQLITE_OK)
    throw storage_error("cannot open " + file.string() + ": " + sqlite3_errmsg(raw));
  if (sqlite3_exec(raw, "BEGIN", nullptr, nullptr, nullptr) != SQLITE_OK)
    fail(raw);
}

void source_file::each(const std::string& sql, const std::function<void(row_text&)>& take) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(db_.get(), sql.c_str(), -1, &raw, nullptr) != SQLITE_OK)
    fail(db_.get());
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
  row_text row;
  int outcome = sqlite3_step(raw);
  for (; outcome == SQLITE_ROW; outcome = sqlite3_step(raw)) {
    row.resize(static_cast<std::size_t>(sqlite3_column_count(raw))); // whoever took the last one may have changed it
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
  each("SELECT COUNT(*) FROM " + quoted_name(of.name), [&](const row_text& x) { out = std::stoll(*x[0]); });
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
  each("SELECT " + from.column_list() + ", rowid FROM " + quoted_name(from.name) + " WHERE rowid > " +
         std::to_string(last_row) + " ORDER BY rowid LIMIT " + std::to_string(limit),
       [&](row_text& row) {
         ++rows;
         last_row = std::stoll(*row.back());
         row.pop_back();
         take(row);
       });
  return {rows, last_row};
}

} // namespace parley::storage::sqlite
