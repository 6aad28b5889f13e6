// Rows on their way from a SQLite file to PostgreSQL.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <libpq-fe.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct sqlite3;

namespace parley::storage::postgres {

/// The columns of a row as text; none for NULL.
using row_text = std::vector<std::optional<std::string>>;

struct source_table {
  std::string name;
  std::vector<std::string> columns;
  std::vector<bool> is_real; ///< a floating-point number, whose text is not the same on both sides

  /// Separated by commas.
  std::string column_list() const;
};

/// A SQLite file that is only read, in one transaction. Throws `storage_error`.
class source_file {
public:
  explicit source_file(const std::filesystem::path& file);

  std::vector<std::string> tables();
  /// The tables that foreign keys of this one name.
  std::vector<std::string> referenced_by(const std::string& table);
  /// The versions of those that were applied.
  std::vector<int> migrations();
  source_table table(const std::string& name);
  std::int64_t count(const source_table& of);
  /// The highest id that was ever given out; none where the table counts none.
  std::optional<std::int64_t> last_id(const std::string& table);
  /// At most `limit` rows behind `last_row`: how many, and the last one's number.
  std::pair<std::int64_t, std::int64_t> read(const source_table& from, std::int64_t last_row, std::int64_t limit,
                                             const std::function<void(const row_text&)>& take);

private:
  void each(const std::string& sql, const std::function<void(const row_text&)>& take);

  std::unique_ptr<sqlite3, int (*)(sqlite3*)> db_;
};

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
