// Tables members and bans.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/event_book.hpp"
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

class member_queries : public virtual member_reader {
public:
  explicit member_queries(connection& link);

  std::vector<member_view> list(room_id room) override;
  std::vector<user_id> list_ids(room_id room) override;
  page<user_brief> list_bans(room_id room, page_request at) override;

private:
  connection& link_;
  query<member_row, integer> list_;
  query<scalar<integer>, integer> ids_;
  query<user_brief_row, integer, integer, integer> bans_;
  query<scalar<integer>, integer> count_bans_;
};

class member_changes final : public member_queries, public member_writer {
public:
  member_changes(connection& link, room_queries& rooms, user_queries& users, event_book& book);

  result<membership> add(room_id room, user_id user, member_role role, timestamp now) override;
  result<void> remove(room_id room, user_id user, bool ban, timestamp now) override;
  result<membership> change(room_id room, user_id user, const member_patch& x) override;
  result<void> lift_ban(room_id room, user_id user) override;
  void mute_guests(room_id room, std::optional<timestamp> until) override;
  /// Roles alone: whoever owned the room is a moderator then. `to` is a member.
  void hand_over(room_id room, user_id to);

private:
  room_queries& rooms_;
  user_queries& users_;
  event_book& book_;
  sql::change<integer, integer, integer, integer, integer> insert_;
  sql::change<integer, integer> count_;
  sql::change<integer, integer> delete_;
  sql::change<integer, std::optional<integer>, integer, integer> update_;
  sql::change<integer, integer, integer> demote_owner_;
  sql::change<integer, integer, integer> ban_;
  sql::change<integer, integer> lift_ban_;
  sql::change<integer, integer> mute_guests_;
  sql::change<integer> unmute_guests_;
};

} // namespace parley::storage::sql
