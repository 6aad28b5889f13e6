// Table read_marks.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/query.hpp"
#include "storage/sql/users.hpp"

namespace parley::storage::sql {

class read_mark_queries : public virtual read_mark_reader {
public:
  explicit read_mark_queries(connection& link);

  /// 0 where there is none.
  message_id find(room_id room, user_id user);
  page<user_brief> list_readers(room_id room, message_id id, page_request at) override;

private:
  connection& link_;
  query<scalar<integer>, integer, integer> find_;
  query<user_brief_row, integer, integer, integer, integer> readers_;
  query<scalar<integer>, integer, integer> count_readers_;
};

class read_mark_changes final : public read_mark_queries, public read_mark_writer {
public:
  explicit read_mark_changes(connection& link);

  read_mark raise(room_id room, user_id user, message_id id) override;

private:
  change<integer, integer, integer> raise_;
};

} // namespace parley::storage::sql
