// How far the members of a room have read.
#include "storage/sql/read_marks.hpp"

#include "storage/sql/paging.hpp"

namespace parley::storage::sql {
namespace {

/// The mark of somebody who left stays, but only members are readers.
const std::string readers_of = " FROM read_marks k JOIN members m ON m.room_id = k.room_id AND m.user_id = k.user_id "
                               "WHERE k.room_id = :room AND k.last_read_id >= :message";

} // namespace

read_mark_queries::read_mark_queries(connection& link)
  : link_(link),
    find_(link, "SELECT last_read_id FROM read_marks WHERE room_id = :room AND user_id = :user", {"room", "user"}),
    readers_(link,
             "SELECT " + user_brief_columns + " FROM (SELECT k.user_id AS user_id" + readers_of +
               " ORDER BY k.user_id" + one_page + ") x JOIN users u ON u.id = x.user_id ORDER BY u.id",
             {"room", "message", "size", "offset"}),
    count_readers_(link, "SELECT COUNT(*)" + readers_of, {"room", "message"}),
    // SQLite looks at the members first, as this is written: marks of those who left are many where people come and go.
    marks_(link,
           "SELECT k.user_id, k.last_read_id FROM members m CROSS JOIN read_marks k WHERE m.room_id = :room "
           "AND k.room_id = m.room_id AND k.user_id = m.user_id AND k.last_read_id > 0 ORDER BY m.user_id",
           {"room"}) {}

message_id read_mark_queries::find(room_id room, user_id user) {
  const auto row = find_.one(room, user);
  return message_id{row ? row->value : 0};
}

page<user_brief> read_mark_queries::list_readers(room_id room, message_id id, page_request at) {
  return read_page<user_brief>(link_, count_readers_, readers_, at, room, id);
}

std::vector<read_mark> read_mark_queries::list(room_id room) {
  std::vector<read_mark> out;
  marks_.each(
    [&](const read_mark_row& x) {
      out.push_back({room, user_id{x.user_id}, message_id{x.last_read_id}});
    },
    room);
  return out;
}

read_mark_changes::read_mark_changes(connection& link)
  : read_mark_queries(link),
    raise_(link,
           "INSERT INTO read_marks (room_id, user_id, last_read_id) "
           "SELECT m.room_id, m.user_id, :message FROM members m WHERE m.room_id = :room AND m.user_id = :user "
           "ON CONFLICT (room_id, user_id) DO UPDATE SET last_read_id = excluded.last_read_id "
           "WHERE excluded.last_read_id > read_marks.last_read_id",
           {"message", "room", "user"}) {}

read_mark read_mark_changes::raise(room_id room, user_id user, message_id id) {
  raise_.run(id, room, user);
  return {.room = room, .user = user, .last_read = find(room, user)};
}

} // namespace parley::storage::sql
