// A database that is not ours to write, read as text.
#pragma once

#include "storage/ports/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::storage {

/// The columns of a row as text; none for NULL. A truth value is what the database writes for it: `1` or `t`.
using row_text = std::vector<std::optional<std::string>>;

struct foreign_table {
  std::string name;
  std::vector<std::string> columns;
};

/// One state of it, whatever others write meanwhile. One thread. Throws `storage_error`; no text shows a password.
class foreign_database {
public:
  virtual ~foreign_database() = default;

  /// In the order of their names.
  virtual std::vector<foreign_table> tables() = 0;
  /// Calls `take` with each row, in the order of the columns `order`; `take` may move out of the row.
  virtual void read(const std::string& table, const std::vector<std::string>& columns,
                    const std::vector<std::string>& order, const std::function<void(row_text&)>& take) = 0;
};

/// Whose a SQLite file is. A connection that may not write leaves the log and its index beside the file when it closes:
/// ours is opened to be written, although nothing is.
enum class file_owner : std::uint8_t { others, ours };

/// `sqlite:///relative` and `sqlite:////absolute`, which must be there, or `postgresql://…`. Times are told in UTC.
std::unique_ptr<foreign_database> open_foreign(std::string_view url, file_owner whose = file_owner::others);

} // namespace parley::storage
