// A user's rooms with what is unread in each.
#pragma once

#include "protocol/policy.hpp"
#include "storage/ports.hpp"
#include "storage/sql/messages.hpp"
#include "storage/sql/notifications.hpp"
#include "storage/sql/query.hpp"
#include "storage/sql/rooms.hpp"
#include "storage/sql/unread.hpp"
#include "storage/sql/users.hpp"

namespace parley::storage::sql {

/// What a profile tells of a room, and what that hangs on.
struct joined_room_row {
  integer id = 0;
  std::string name;
  integer history = 0;
  integer role = 0;
  integer joined_after = 0;
  integer is_active = 0;
  integer last_read_id = 0;
  integer messages_deleted = 0;
  integer last_message = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(id);
    visit(name);
    visit(history);
    visit(role);
    visit(joined_after);
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

struct own_room_row {
  room_row value;
  membership_row who;
  integer last_read_id = 0;
  integer messages_deleted = 0;
  nullable<integer> pending_id;
  nullable<integer> pending_kind;
  last_message_row last;

  template <class Visit>
  void columns(Visit&& visit) {
    value.columns(visit);
    who.columns(visit);
    visit(last_read_id);
    visit(messages_deleted);
    visit(pending_id);
    visit(pending_kind);
    last.columns(visit);
  }
};

class profile_queries final : public profile_reader {
public:
  profile_queries(connection& link, user_queries& users, notification_queries& notifications, file_queries& files);

  std::optional<own_profile> find(user_id id) override;
  std::optional<room_place> find_place(room_id room, user_id user) override;
  page<own_room> list_rooms(user_id user, std::string_view search, page_request at) override;

private:
  own_room take(own_room_row& row, user_id user);
  integer unread(const visibility& visible, unread_question asked);

  connection& link_;
  user_queries& users_;
  notification_queries& notifications_;
  file_queries& files_;
  query<joined_room_row, integer, integer> rooms_;
  query<room_place_row, integer, integer> place_;
  query<own_room_row, integer, integer, integer> own_;
  query<scalar<integer>, integer> count_own_;
  query<own_room_row, integer, std::string, integer, integer> own_found_;
  query<scalar<integer>, integer, std::string> count_own_found_;
  unread_counter unread_;
};

} // namespace parley::storage::sql
