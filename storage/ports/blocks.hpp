// Who blocks whom.
#pragma once

#include "storage/ports/result.hpp"

namespace parley::storage {

class block_reader {
public:
  virtual ~block_reader() = default;

  virtual bool has(user_id by, user_id whom) = 0;
  /// Whom the user blocks, the latest first.
  virtual page<user_brief> list(user_id by, page_request at) = 0;
  virtual std::int64_t count(user_id by) = 0;
};

class block_writer : public virtual block_reader {
public:
  /// `user_not_found`. Blocking again changes nothing.
  virtual result<void> add(user_id by, user_id whom, timestamp now) = 0;
  virtual void remove(user_id by, user_id whom) = 0;
};

} // namespace parley::storage
