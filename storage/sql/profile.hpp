// A user's rooms with what is unread in each.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/notifications.hpp"
#include "storage/sql/query.hpp"
#include "storage/sql/rooms.hpp"
#include "storage/sql/unread.hpp"
#include "storage/sql/users.hpp"

namespace parley::storage::sql {

struct joined_room_row {
  room_row value;
  membership_row who;
  integer is_active = 0;
  integer last_read_id = 0;
  integer messages_deleted = 0;
  integer last_message = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    value.columns(visit);
    who.columns(visit);
    visit(is_active);
    visit(last_read_id);
    visit(messages_deleted);
    visit(last_message);
  }
};

struct room_place_row {
  room_access_row access;
  integer last_read_id = 0;
  integer messages_deleted = 0;
  integer last_message = 0;
  nullable<integer> pending_id;
  nullable<integer> pending_kind;

  template <class Visit>
  void columns(Visit&& visit) {
    access.columns(visit);
    visit(last_read_id);
    visit(messages_deleted);
    visit(last_message);
    visit(pending_id);
    visit(pending_kind);
  }
};

class profile_queries final : public profile_reader {
public:
  profile_queries(connection& link, user_queries& users, notification_queries& notifications);

  std::optional<own_profile> find(user_id id) override;
  std::optional<room_place> find_place(room_id room, user_id user) override;

private:
  std::vector<room_brief> rooms(user_id user, member_role role);
  integer unread(const room& value, const membership& who, unread_question asked);

  connection& link_;
  user_queries& users_;
  notification_queries& notifications_;
  query<joined_room_row, integer, integer, integer> rooms_;
  query<room_place_row, integer, integer> place_;
  unread_counter unread_;
};

} // namespace parley::storage::sql
