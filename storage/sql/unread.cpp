#include "storage/sql/unread.hpp"

#include <algorithm>
#include <functional>

namespace parley::storage::sql {

unread_counter::unread_counter(connection& link)
  : piece_(link,
           "SELECT COUNT(*), COALESCE(MAX(x.id), 0), "
           "COALESCE(SUM(CASE WHEN x.sender_id <> :user AND x.deleted = 0 THEN 1 ELSE 0 END), 0) FROM "
           "(SELECT id, sender_id, deleted FROM messages WHERE room_id = :room AND id > :after ORDER BY id "
           "LIMIT :limit) x",
           {"user", "room", "after", "limit"}) {}

std::size_t unread_counter::place_hash::operator()(const place& x) const noexcept {
  const std::hash<integer> hash;
  return hash(x.room.value * 0x9E3779B1 + x.user.value);
}

unread_counter::progress& unread_counter::recall(const unread_question& x) {
  if (known_.size() >= remembered_limit && !known_.contains({x.room, x.user}))
    known_.clear();
  auto& out = known_[{x.room, x.user}];
  if (out.after != x.after || out.deleted_yet != x.deleted_yet)
    out = {.after = x.after, .deleted_yet = x.deleted_yet, .counted_to = x.after, .count = 0};
  return out;
}

integer unread_counter::count(const unread_question& x) {
  if (x.last <= x.after)
    return 0;
  auto& sofar = recall(x);
  for (integer left = stretch; left > 0 && sofar.count < limits::unread_max && sofar.counted_to < x.last;) {
    const auto asked = std::min(left, limits::unread_max - sofar.count);
    const auto piece = piece_.one(x.user, x.room, sofar.counted_to, asked).value();
    sofar.count += piece.unread;
    sofar.counted_to = piece.looked_at < asked ? x.last : message_id{piece.last};
    left -= asked;
  }
  return sofar.count;
}

} // namespace parley::storage::sql
