#include "storage/sqlite/statement.hpp"

#include "storage/ports.hpp"

#include <sqlite3.h>

namespace parley::storage::sqlite {
namespace {

class sqlite_statement final : public sql::statement {
public:
  sqlite_statement(sqlite3* db, const std::string& text) : db_(db) {
    // It is kept as long as the connection, so SQLite takes its memory out of the heap and not out of its small pool.
    const int outcome = sqlite3_prepare_v3(db_, text.c_str(), static_cast<int>(text.size() + 1),
                                           SQLITE_PREPARE_PERSISTENT, &it_, nullptr);
    if (outcome != SQLITE_OK)
      throw storage_error(std::string(sqlite3_errmsg(db_)) + " in: " + text);
  }
  ~sqlite_statement() override { sqlite3_finalize(it_); }

  sqlite_statement(const sqlite_statement&) = delete;
  sqlite_statement& operator=(const sqlite_statement&) = delete;

  int place_of(const char* name) const override {
    const int place = sqlite3_bind_parameter_index(it_, (std::string(":") + name).c_str());
    if (place == 0)
      throw storage_error(std::string("no parameter :") + name + " in: " + sqlite3_sql(it_));
    return place;
  }

  void bind(int place, std::int64_t x) override { require(sqlite3_bind_int64(it_, place, x)); }
  void bind(int place, double x) override { require(sqlite3_bind_double(it_, place, x)); }
  void bind(int place, std::string_view x) override {
    // An empty view may point nowhere, which SQLite would take for NULL.
    const char* bytes = x.data() ? x.data() : "";
    require(sqlite3_bind_text64(it_, place, bytes, x.size(), SQLITE_STATIC, SQLITE_UTF8));
  }
  void bind_null(int place) override { require(sqlite3_bind_null(it_, place)); }

  bool step() override {
    const int outcome = sqlite3_step(it_);
    if (outcome == SQLITE_ROW)
      return true;
    if (outcome != SQLITE_DONE)
      fail();
    sqlite3_reset(it_);
    return false;
  }

  bool is_null(int column) override { return is_null(at(column)); }
  std::int64_t integer_at(int column) override {
    sqlite3_value* const from = at(column);
    const std::int64_t out = sqlite3_value_int64(from);
    if (out == 0) // as it is read where there is none
      require_value(from);
    return out;
  }
  double real_at(int column) override {
    sqlite3_value* const from = at(column);
    const double out = sqlite3_value_double(from);
    if (out == 0)
      require_value(from);
    return out;
  }
  std::string_view text_at(int column) override {
    sqlite3_value* const from = at(column);
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(from));
    if (!bytes) {
      require_value(from);
      fail(); // no memory to convert it
    }
    return {bytes, static_cast<std::size_t>(sqlite3_value_bytes(from))};
  }

  std::int64_t rows_changed() override { return sqlite3_changes(db_); }

private:
  /// The connection's last error is the statement's.
  [[noreturn]] void fail() { throw storage_error(std::string(sqlite3_errmsg(db_)) + " in: " + sqlite3_sql(it_)); }
  void require(int outcome) {
    if (outcome != SQLITE_OK)
      fail();
  }
  /// Its own functions look for a mutex at each call. That a value may be read without is so where a connection stays
  /// on one thread.
  sqlite3_value* at(int column) { return sqlite3_column_value(it_, column); }
  static bool is_null(sqlite3_value* x) { return sqlite3_value_type(x) == SQLITE_NULL; }
  void require_value(sqlite3_value* x) {
    if (is_null(x))
      throw storage_error("NULL where a value must be in: " + std::string(sqlite3_sql(it_)));
  }

  sqlite3* db_;
  sqlite3_stmt* it_ = nullptr;
};

} // namespace

std::unique_ptr<sql::statement> prepare(void* db, const std::string& text) {
  return std::make_unique<sqlite_statement>(static_cast<sqlite3*>(db), text);
}

} // namespace parley::storage::sqlite
