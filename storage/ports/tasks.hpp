// The last status of each task.
#pragma once

#include "storage/ports/result.hpp"

namespace parley::storage {

struct owned_task {
  user_id owner;
  task_status value;
  std::int64_t version = 1; ///< how often it was saved
};

class task_reader {
public:
  virtual ~task_reader() = default;

  virtual std::optional<owned_task> find(std::string_view connection) = 0;
  /// The tasks of that owner, the one that was saved last first.
  virtual page<task_status> list(user_id owner, page_request at) = 0;
};

class task_writer : public virtual task_reader {
public:
  /// The first to save a status under a connection owns it. Returns its version. `not_task_owner`.
  virtual result<std::int64_t> save(user_id by, const task_status& x) = 0;
};

} // namespace parley::storage
