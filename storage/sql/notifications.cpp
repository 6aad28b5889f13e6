// Invitations and requests. Whether one was answered is decided by the statement that changes it.
#include "storage/sql/notifications.hpp"

#include "protocol/limits.hpp"
#include "storage/sql/paging.hpp"

namespace parley::storage::sql {
namespace {

const std::string select_notifications =
  "SELECT n.id, n.receiver_id, n.kind, n.status, n.room_id, n.room_name, u.id, u.username, u.avatar_url, n.token, "
  "n.created_at, n.withdrawn FROM notifications n JOIN users u ON u.id = n.from_id WHERE ";
const std::string of_receiver = "n.receiver_id = :receiver AND n.withdrawn = 0";
const std::string of_receiver_and_status = of_receiver + " AND n.status = :status";
const std::string newest_first = " ORDER BY n.id DESC" + one_page;
const std::string count_notifications = "SELECT COUNT(*) FROM notifications n WHERE ";

/// Waits for an answer: unread or read. The same words as in the index `notifications_pending`.
const std::string pending = "status < 2";

} // namespace

notification notification_row::take() {
  return {.id = notification_id{id},
          .receiver = user_id{receiver_id},
          .kind = static_cast<notification_kind>(kind),
          .status = static_cast<notification_status>(status),
          .room = parley::room_id{room_id},
          .room_name = std::move(room_name),
          .from = from.take(),
          .token = std::move(token),
          .created_at = to_time(created_at),
          .withdrawn = withdrawn != 0};
}

notification_queries::notification_queries(connection& link)
  : link_(link), by_id_(link, select_notifications + "n.id = :id", {"id"}),
    list_all_(link, select_notifications + of_receiver + newest_first, {"receiver", "size", "offset"}),
    count_all_(link, count_notifications + of_receiver, {"receiver"}),
    list_by_status_(link, select_notifications + of_receiver_and_status + newest_first,
                    {"receiver", "status", "size", "offset"}),
    count_by_status_(link, count_notifications + of_receiver_and_status, {"receiver", "status"}),
    // What is unread was not withdrawn: the index alone tells.
    count_unread_(link,
                  "SELECT COUNT(*) FROM (SELECT 1 AS one FROM notifications WHERE receiver_id = :receiver AND "
                  "status = :status LIMIT :limit) x",
                  {"receiver", "status", "limit"}),
    requests_(link, select_notifications + "n.room_id = :room AND n.kind = :kind AND n." + pending + " ORDER BY n.id",
              {"room", "kind"}),
    count_rejections_(link,
                      "SELECT COUNT(*) FROM notifications WHERE status = 3 AND room_id = :room AND from_id = :from "
                      "AND receiver_id = :by AND answered_at > :since",
                      {"room", "from", "by", "since"}) {}

std::optional<notification> notification_queries::find(notification_id id) {
  auto row = by_id_.one(id);
  return row ? std::optional(row->take()) : std::nullopt;
}

page<notification> notification_queries::list(user_id receiver, std::optional<notification_status> status,
                                              page_request at) {
  return status ? read_page<notification>(link_, count_by_status_, list_by_status_, at, receiver, *status)
                : read_page<notification>(link_, count_all_, list_all_, at, receiver);
}

integer notification_queries::count_unread(user_id receiver) {
  return count_unread_.one(receiver, notification_status::unread, limits::unread_max).value().value;
}

integer notification_queries::count_rejections(room_id room, user_id from, user_id by, timestamp since) {
  return count_rejections_.one(room, from, by, since).value().value;
}

std::vector<notification> notification_queries::pending_requests(room_id room) {
  std::vector<notification> out;
  requests_.each([&](notification_row& row) { out.push_back(row.take()); }, room, notification_kind::join_request);
  return out;
}

notification_changes::notification_changes(connection& link, room_queries& rooms, user_queries& users, event_book& book)
  : notification_queries(link), rooms_(rooms), users_(users), book_(book),
    insert_(link,
            "INSERT INTO notifications (receiver_id, from_id, candidate_id, kind, status, room_id, room_name, token, "
            "created_at) SELECT :receiver, :from, :candidate, :kind, :status, r.id, r.name, :token, :created_at "
            "FROM rooms r WHERE r.id = :room ON CONFLICT (room_id, candidate_id) WHERE " +
              pending + " DO NOTHING RETURNING id",
            {"receiver", "from", "candidate", "kind", "status", "token", "created_at", "room"}),
    mark_(link, "UPDATE notifications SET status = :status WHERE id = :id AND receiver_id = :receiver AND " + pending,
          {"status", "id", "receiver"}),
    answer_(link, "UPDATE notifications SET status = :status, answered_at = :now WHERE id = :id AND " + pending,
            {"status", "now", "id"}),
    withdraw_(link,
              "UPDATE notifications SET status = :status, withdrawn = 1 WHERE room_id = :room AND candidate_id = :by "
              "AND kind = :kind AND " +
                pending,
              {"status", "room", "by", "kind"}),
    hand_over_(link,
               "UPDATE notifications SET receiver_id = :to, status = :status WHERE room_id = :room AND kind = :kind "
               "AND " +
                 pending,
               {"to", "status", "room", "kind"}) {}

result<notification> notification_changes::add(const new_notification& x) {
  if (!rooms_.find(x.room))
    return tl::unexpected(error_code::room_not_found);
  if (!users_.exists(x.receiver) || !users_.exists(x.from))
    return tl::unexpected(error_code::user_not_found);
  const auto candidate = x.kind == notification_kind::join_request ? x.from : x.receiver;
  const auto made =
    insert_.one(x.receiver, x.from, candidate, x.kind, notification_status::unread, x.token, x.created_at, x.room);
  if (!made)
    return tl::unexpected(error_code::already_pending);
  auto out = find(notification_id{made->value}).value();
  book_.tell(webhook_kind::notification_created, out.room,
             [&](timestamp at) { return encode_event(webhook_kind::notification_created, at, out); });
  return out;
}

result<notification> notification_changes::mark(notification_id id, user_id receiver, bool read) {
  const auto status = read ? notification_status::read : notification_status::unread;
  const bool changed = mark_.run(status, id, receiver) != 0;
  auto now = find(id);
  if (!now || now->receiver != receiver)
    return tl::unexpected(error_code::notification_not_found);
  if (!changed)
    return tl::unexpected(now->withdrawn ? error_code::gone : error_code::already_answered);
  return std::move(*now);
}

result<notification> notification_changes::answer(notification_id id, bool accept, timestamp now) {
  const auto status = accept ? notification_status::accepted : notification_status::rejected;
  const bool changed = answer_.run(status, now, id) != 0;
  auto out = find(id);
  if (!out)
    return tl::unexpected(error_code::notification_not_found);
  if (!changed)
    return tl::unexpected(out->withdrawn ? error_code::gone : error_code::already_answered);
  return std::move(*out);
}

result<void> notification_changes::withdraw(room_id room, user_id by) {
  if (withdraw_.run(notification_status::rejected, room, by, notification_kind::join_request) == 0)
    return tl::unexpected(error_code::notification_not_found);
  return {};
}

std::vector<notification> notification_changes::hand_over(room_id room, user_id to) {
  hand_over_.run(to, notification_status::unread, room, notification_kind::join_request);
  return pending_requests(room);
}

} // namespace parley::storage::sql
