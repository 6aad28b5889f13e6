// Invitations and requests to join.
#pragma once

#include "storage/ports/result.hpp"

namespace parley::storage {

struct new_notification {
  notification_kind kind = notification_kind::join_request;
  user_id receiver;
  user_id from;
  room_id room;
  std::string token;
  timestamp created_at{};
};

class notification_reader {
public:
  virtual ~notification_reader() = default;

  /// The receiver's but those that were withdrawn, newest first; of every status where none is given. Costs an entry of
  /// an index for each, for `total` is exact.
  virtual page<notification> list(user_id receiver, std::optional<notification_status> status, page_request at) = 0;
  virtual std::optional<notification> find(notification_id id) = 0;
  /// How often `by` has rejected since then what `from` asked it about the room.
  virtual std::int64_t count_rejections(room_id room, user_id from, user_id by, timestamp since) = 0;
};

class notification_writer : public virtual notification_reader {
public:
  /// `already_pending` where one of any kind about the same candidate and room waits for an answer; `room_not_found`,
  /// `user_not_found`.
  virtual result<notification> add(const new_notification& x) = 0;
  /// `notification_not_found` where it is not the receiver's, `already_answered`, `gone` where it was withdrawn.
  virtual result<notification> mark(notification_id id, user_id receiver, bool read) = 0;
  /// `notification_not_found`, `already_answered`, `gone` where it was withdrawn.
  virtual result<notification> answer(notification_id id, bool accept, timestamp now) = 0;
  /// Takes the user's own request to join back. `notification_not_found` where none waits for an answer.
  virtual result<void> withdraw(room_id room, user_id by) = 0;
};

} // namespace parley::storage
