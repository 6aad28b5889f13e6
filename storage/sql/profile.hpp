// A user's rooms with what is unread in each.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/notifications.hpp"
#include "storage/sql/query.hpp"
#include "storage/sql/rooms.hpp"
#include "storage/sql/users.hpp"

namespace parley::storage::sql {

struct joined_room_row {
  room_row value;
  membership_row who;
  integer is_active = 0;
  integer last_read_id = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    value.columns(visit);
    who.columns(visit);
    visit(is_active);
    visit(last_read_id);
  }
};

class profile_queries final : public profile_reader {
public:
  profile_queries(connection& link, user_queries& users, notification_queries& notifications);

  std::optional<own_profile> find(user_id id) override;

private:
  integer unread(const room& value, const membership& who, message_id last_read);

  connection& link_;
  user_queries& users_;
  notification_queries& notifications_;
  query<joined_room_row, integer> rooms_;
  query<scalar<integer>, integer, integer, integer> unread_;
};

} // namespace parley::storage::sql
