// Where the rows of another chat come from.
#pragma once

#include "moving/fields.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::moving {

/// What the ids of a kind are.
struct id_survey {
  std::int64_t rows = 0;
  bool numeric = true;                     ///< all are positive whole numbers
  std::optional<std::int64_t> least_after; ///< the lowest behind the one that was asked for
  std::int64_t most = 0;

  /// One row more, whose id is `id`.
  void count(const std::optional<std::string>& id, std::int64_t after);
};

/// What of the source no rule takes: a table, a column, a line.
struct leftover {
  std::string what; ///< `table x`, `column x.y`, `line 7`
  std::string why;
};

/// One state of it. One thread. Throws storage::storage_error, std::runtime_error; each is one line.
class source {
public:
  virtual ~source() = default;

  virtual id_survey survey(kind of, std::int64_t after) = 0;
  /// Calls `take` with each row: in the order of the ids where they are numbers, else of the times. It may move out of
  /// the record.
  virtual void read(kind of, const std::function<void(record&)>& take) = 0;
  virtual std::vector<leftover> find_leftovers() = 0;
};

/// `sqlite:///…` or `postgresql://…`, also with the driver that SQLAlchemy names (`sqlite+aiosqlite:///…`); anything
/// else is the path of a file of NDJSON.
std::unique_ptr<source> open_source(const std::string& url);

} // namespace parley::moving
