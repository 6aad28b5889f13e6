// Table notifications.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/event_book.hpp"
#include "storage/sql/query.hpp"
#include "storage/sql/rooms.hpp"
#include "storage/sql/users.hpp"

namespace parley::storage::sql {

struct notification_row {
  integer id = 0;
  integer receiver_id = 0;
  integer kind = 0;
  integer status = 0;
  integer room_id = 0;
  std::string room_name;
  user_brief_row from;
  std::string token;
  integer created_at = 0;
  integer withdrawn = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(id);
    visit(receiver_id);
    visit(kind);
    visit(status);
    visit(room_id);
    visit(room_name);
    from.columns(visit);
    visit(token);
    visit(created_at);
    visit(withdrawn);
  }
  notification take();
};

class notification_queries : public virtual notification_reader {
public:
  explicit notification_queries(connection& link);

  std::optional<notification> find(notification_id id) override;
  page<notification> list(user_id receiver, std::optional<notification_status> status, page_request at) override;
  /// At most `limits::unread_max`, which means as many or more.
  integer count_unread(user_id receiver);
  integer count_rejections(room_id room, user_id from, user_id by, timestamp since) override;
  /// Join requests that wait for an answer, oldest first.
  std::vector<notification> pending_requests(room_id room);

private:
  connection& link_;
  query<notification_row, integer> by_id_;
  query<notification_row, integer, integer, integer> list_all_;
  query<scalar<integer>, integer> count_all_;
  query<notification_row, integer, integer, integer, integer> list_by_status_;
  query<scalar<integer>, integer, integer> count_by_status_;
  query<scalar<integer>, integer, integer, integer> count_unread_;
  query<notification_row, integer, integer> requests_;
  query<scalar<integer>, integer, integer, integer, integer> count_rejections_;
};

class notification_changes final : public notification_queries, public notification_writer {
public:
  notification_changes(connection& link, room_queries& rooms, user_queries& users, event_book& book);

  result<notification> add(const new_notification& x) override;
  result<notification> mark(notification_id id, user_id receiver, bool read) override;
  result<notification> answer(notification_id id, bool accept, timestamp now) override;
  result<void> withdraw(room_id room, user_id by) override;
  /// Join requests of the room that wait for an answer go to `to`, who has not read them yet.
  std::vector<notification> hand_over(room_id room, user_id to);

private:
  room_queries& rooms_;
  user_queries& users_;
  event_book& book_;
  query<new_id, integer, integer, integer, integer, integer, std::string, integer, integer> insert_;
  change<integer, integer, integer> mark_;
  change<integer, integer, integer> answer_;
  change<integer, integer, integer, integer> withdraw_;
  change<integer, integer, integer, integer> hand_over_;
};

} // namespace parley::storage::sql
