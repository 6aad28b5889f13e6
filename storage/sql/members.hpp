// Tables members and bans.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/query.hpp"
#include "storage/sql/rooms.hpp"
#include "storage/sql/users.hpp"

namespace parley::storage::sql {

struct member_row {
  integer user_id = 0;
  std::string username;
  nullable<std::string> avatar_url;
  integer role = 0;
  integer joined_at = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(user_id);
    visit(username);
    visit(avatar_url);
    visit(role);
    visit(joined_at);
  }
};

class member_queries {
public:
  explicit member_queries(connection& link);

  std::vector<member_view> list(room_id room);

private:
  query<member_row, integer> list_;
};

/// The members of `writer` with similar names say what each call answers.
class member_changes {
public:
  member_changes(connection& link, room_queries& rooms, user_queries& users);

  result<membership> add(room_id room, user_id user, member_role role, timestamp now);
  result<void> remove(room_id room, user_id user, bool ban, timestamp now);

private:
  room_queries& rooms_;
  user_queries& users_;
  change<integer, integer, integer, integer, integer> insert_;
  change<integer, integer> delete_;
  change<integer, integer, integer> ban_;
};

} // namespace parley::storage::sql
