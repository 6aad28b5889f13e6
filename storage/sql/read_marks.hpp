// Table read_marks.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/query.hpp"
#include "storage/sql/users.hpp"

namespace parley::storage::sql {

struct read_mark_row {
  integer user_id = 0;
  integer last_read_id = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(user_id);
    visit(last_read_id);
  }
};

class read_mark_queries : public virtual read_mark_reader {
public:
  explicit read_mark_queries(connection& link);

  message_id find(room_id room, user_id user) override;
  page<user_brief> list_readers(room_id room, message_id id, page_request at) override;
  std::vector<read_mark> list(room_id room) override;

private:
  connection& link_;
  query<scalar<integer>, integer, integer> find_;
  query<user_brief_row, integer, integer, integer, integer> readers_;
  query<scalar<integer>, integer, integer> count_readers_;
  query<read_mark_row, integer> marks_;
};

class read_mark_changes final : public read_mark_queries, public read_mark_writer {
public:
  explicit read_mark_changes(connection& link);

  read_mark raise(room_id room, user_id user, message_id id) override;

private:
  change<integer, integer, integer> raise_;
};

} // namespace parley::storage::sql
