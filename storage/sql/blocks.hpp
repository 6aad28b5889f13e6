// Table blocks.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/query.hpp"
#include "storage/sql/users.hpp"

namespace parley::storage::sql {

class block_queries : public virtual block_reader {
public:
  explicit block_queries(connection& link);

  bool has(user_id by, user_id whom) override;
  page<user_brief> list(user_id by, page_request at) override;
  integer count(user_id by) override;

private:
  connection& link_;
  query<scalar<integer>, integer, integer> has_;
  query<user_brief_row, integer, integer, integer> list_;
  query<scalar<integer>, integer> count_;
};

class block_changes final : public block_queries, public block_writer {
public:
  block_changes(connection& link, user_queries& users);

  result<void> add(user_id by, user_id whom, timestamp now) override;
  void remove(user_id by, user_id whom) override;

private:
  user_queries& users_;
  change<integer, integer, integer> insert_;
  change<integer, integer> delete_;
};

} // namespace parley::storage::sql
