// A SQLite file that is read as text.
#pragma once

#include "storage/foreign.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

struct sqlite3;

namespace parley::storage::sqlite {

/// Text as a name of SQL.
std::string quoted_name(std::string_view name);

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
  explicit source_file(const std::filesystem::path& file, file_owner whose = file_owner::others);

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

  /// The answer to any question.
  void each(const std::string& sql, const std::function<void(row_text&)>& take);

private:
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> db_;
};

} // namespace parley::storage::sqlite
