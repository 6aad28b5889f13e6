// Who belongs to a room, who may not come back, and who may not speak.
#pragma once

#include "storage/ports/result.hpp"

namespace parley::storage {

class member_reader {
public:
  virtual ~member_reader() = default;

  /// In the order in which they joined; `online` is left false. All of them: the details of a room have no pages.
  virtual std::vector<member_view> list(room_id room) = 0;
  /// The same by their ids alone, in rising order.
  virtual std::vector<user_id> list_ids(room_id room) = 0;
  /// Who is banned, the latest first. Costs an entry of an index for each, for `total` is exact.
  virtual page<user_brief> list_bans(room_id room, page_request at) = 0;
};

class member_writer : public virtual member_reader {
public:
  /// `already_member`, `banned`, `room_not_found`.
  virtual result<membership> add(room_id room, user_id user, member_role role, timestamp now) = 0;
  /// `not_a_member`, `owner_cannot_leave`. With `ban`, the user cannot come back until unbanned.
  virtual result<void> remove(room_id room, user_id user, bool ban, timestamp now) = 0;
  /// `not_a_member`.
  virtual result<membership> change(room_id room, user_id user, const member_patch& x) = 0;
  /// `user_not_found` where the user is not banned.
  virtual result<void> lift_ban(room_id room, user_id user) = 0;
  /// Guests are no members. The room exists.
  virtual void mute_guests(room_id room, std::optional<timestamp> until) = 0;
};

} // namespace parley::storage
