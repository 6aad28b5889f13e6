// A node with a room that asks its owner, for tests of invitations and of what moderators do.
#pragma once

#include "tests/support/small_node.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::test {

/// Ann owns the room, Mia moderates it, Cal is a plain member; Bob and Dan are strangers.
class invitation_suite : public ::testing::Test {
protected:
  invitation_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    cal_ = node_.store.add_user("cal");
    dan_ = node_.store.add_user("dan");
    mia_ = node_.store.add_user("mia");
    room_ = node_.store.add_room(ann_);
    node_.store.add_member(room_, cal_);
    node_.store.add_member(room_, mia_, member_role::moderator);
    auto live = node_.ask<room_actor>(node_.rooms, find_room{room_});
    node_.settle();
    actor_ = live->value.value();
  }

  template <class T>
  using answer_of = std::shared_ptr<const answer<T>>;

  // -- what somebody asks of the room; look at the answer after `settle` --
  answer_of<admission> ask_to_join(user_id who) { return ask<admission>(become_member{who}); }
  answer_of<admission> invite(user_id by, user_id target) { return ask<admission>(invite_member{by, target}); }
  answer_of<notification_outcome> reply(user_id by, notification_id id, bool accept = true) {
    return ask<notification_outcome>(answer_notification{brief(by), id, accept, stored(id).token});
  }
  answer_of<finished> remove(user_id by, user_id target, bool ban = false) {
    return ask<finished>(remove_member{by, target, ban});
  }
  answer_of<finished> unban(user_id by, user_id target) { return ask<finished>(lift_ban{by, target}); }
  answer_of<member_state> set_role(user_id by, user_id target, member_role role) {
    return ask<member_state>(change_member{by, target, {role, std::nullopt}});
  }
  answer_of<member_state> mute(user_id by, user_id target, std::optional<timestamp> until) {
    member_patch patch;
    patch.muted_until.emplace(until);
    return ask<member_state>(change_member{by, target, patch});
  }
  answer_of<room_view> transfer(user_id by, user_id target) { return ask<room_view>(transfer_room{by, target}); }
  answer_of<finished> dissolve(user_id by) { return ask<finished>(dissolve_room{by}); }
  answer_of<submitted> post(user_id by) {
    post_draft draft;
    draft.content = "x";
    return ask<submitted>(submit_message{brief(by), draft});
  }

  template <class T, class Order>
  answer_of<T> ask(Order order) {
    return node_.ask<T>(actor_, std::move(order));
  }

  // -- the same, settled --
  /// The id of the new notification.
  notification_id asked(user_id who) { return pending(ask_to_join(who)); }
  notification_id invited(user_id by, user_id target) { return pending(invite(by, target)); }
  notification_id pending(const answer_of<admission>& out) {
    node_.settle();
    return out->value.value().pending.value().id;
  }
  /// `none` where it was done.
  template <class T>
  error_code verdict(const answer_of<T>& out) {
    node_.settle();
    return out->refused.value_or(out->value ? error_code::none : error_code::internal);
  }

  // -- what is stored --
  user_brief brief(user_id who) const { return {who, node_.store.committed.users.at(who).username, {}}; }
  const notification& stored(notification_id id) const { return node_.store.committed.notifications.at(id); }
  std::optional<membership> place(user_id who) const {
    const auto& all = node_.store.committed.members;
    auto it = all.find({room_, who});
    return it == all.end() ? std::nullopt : std::optional(it->second);
  }
  bool is_member(user_id who) const { return place(who).has_value(); }
  room& stored_room() { return node_.store.committed.rooms.at(room_); }

  small_node node_;
  user_id ann_, bob_, cal_, dan_, mia_;
  room_id room_;
  room_actor actor_;
};

} // namespace parley::test
