#include "actors/live_room.hpp"

#include "actors/patience.hpp"
#include "actors/room/activity.hpp"
#include "actors/room/invitation_orders.hpp"
#include "actors/room/joining.hpp"
#include "actors/room/links.hpp"
#include "actors/room/member_orders.hpp"
#include "actors/room/message_orders.hpp"
#include "actors/room/roster.hpp"
#include "actors/room/settings_orders.hpp"

#include <caf/typed_response_promise.hpp>

#include <algorithm>

namespace parley {

/// Each part knows only those that are given to it here.
struct live_room::parts {
  parts(live_room& self, const room_environment& env, storage::room_state&& state)
    : links(self, env), core(links, env.options, std::move(state.value), state.guests_muted_until, state.revision),
      recent(state.last_message), members(core, std::move(state.reads)), watches(core, state.watching) {}

  room_links links;
  room_core core;
  recent_messages recent;
  post_queue posts;
  arrivals arriving;
  roster members;
  activity elsewhere{core, members};
  typing types{core};
  watching watches;
  presence present{core, types, watches};
  posting post{core, types, arriving, elsewhere, recent, posts};
  joining join{core, members, present, watches, arriving, recent, posts};
  message_orders messages{core, members, arriving, elsewhere, recent};
  settings_orders settings{core, present};
  member_orders places{core, members, present};
  invitation_orders invitations{core, members};
  /// Until when the directory waits for its answer, while the player is being stored.
  std::optional<std::pair<moment, caf::typed_response_promise<bool>>> retiring;
  /// Links that wait for nothing to be on its way any more.
  std::vector<caf::typed_response_promise<finished>> settling;
};

live_room::live_room(caf::actor_config& cfg, pin where, std::shared_ptr<const room_environment> env,
                     storage::room_state state)
  : pinned(cfg, where), env_(std::move(env)), parts_(std::make_unique<parts>(*this, *env_, std::move(state))) {}

live_room::~live_room() = default;

template <class T, class Part, class Order>
caf::typed_response_promise<T> live_room::ask(Part& who, Order& what) {
  auto out = make_response_promise<T>();
  who.carry_out(what, completion<T>([out](tl::expected<T, error_code> value) mutable {
                  if (value)
                    out.deliver(std::move(*value));
                  else
                    out.deliver(caf::make_error(value.error()));
                }));
  return out;
}

live_room::behavior_type live_room::make_behavior() {
  return {
    [this](join_room& x) { parts_->join.carry_out(x); },
    [this](expect_people& x) { parts_->present.carry_out(x); },
    [this](const leave_room& x) { parts_->present.carry_out(x); },
    [this](post_message& x) { parts_->post.carry_out(x); },
    [this](const set_typing& x) { parts_->types.carry_out(x); },
    [this](const rename_member& x) {
      parts_->core.here.rename(x.user);
      parts_->recent.rename(x.user);
    },
    [this](committed& x) {
      parts_->post.settle(x);
      parts_->join.let_in_waiting();
      answer_settling();
    },
    [this](const tick&) { on_tick(); },
    [this](const steer& x) { parts_->watches.carry_out(x); },
    [this](const set_buffering& x) { parts_->watches.carry_out(x); },
    [this](const request_sync& x) { parts_->watches.carry_out(x); },
    [this](const video_removed& x) { parts_->watches.carry_out(x); },
    [this](submit_message& x) { return ask<submitted>(parts_->post, x); },
    [this](edit_message& x) { return ask<message>(parts_->messages, x); },
    [this](const delete_message& x) { return ask<finished>(parts_->messages, x); },
    [this](const mark_read& x) { return ask<read_mark>(parts_->messages, x); },
    [this](change_room& x) { return ask<room_view>(parts_->settings, x); },
    [this](const change_config& x) { return ask<room_view>(parts_->settings, x); },
    [this](const dissolve_room& x) { return ask<finished>(parts_->settings, x); },
    [this](const transfer_room& x) { return ask<room_view>(parts_->places, x); },
    [this](const change_member& x) { return ask<member_state>(parts_->places, x); },
    [this](const remove_member& x) { return ask<finished>(parts_->places, x); },
    [this](const lift_ban& x) { return ask<finished>(parts_->places, x); },
    [this](const become_member& x) { return ask<admission>(parts_->invitations, x); },
    [this](const withdraw_request& x) { return ask<finished>(parts_->invitations, x); },
    [this](const invite_member& x) { return ask<admission>(parts_->invitations, x); },
    [this](const answer_notification& x) { return ask<notification_outcome>(parts_->invitations, x); },
    [this](const settle_room&) { return on_settle(); },
    [this](const retire&) { return on_retire(); },
  };
}

// Sessions and the environment know this actor, and it knows them: an ended actor lets go, or neither is ever freed.
void live_room::on_exit() {
  parts_.reset();
  env_.reset();
}

void live_room::on_tick() {
  auto& room = *parts_;
  room.links.ticked();
  room.types.expire();
  room.present.expire();
  room.watches.expire();
  room.watches.save();
  room.present.save();
  room.elsewhere.run();
  give_up_retiring();
  answer_settling();
  const auto next = std::min({room.core.turns.expire(), room.join.expire(), room.post.expire()});
  if (next != moment::max())
    room.links.wake_at(next);
}

// -- the end, once nobody needs it ---------------------------------------------------------

caf::typed_response_promise<finished> live_room::on_settle() {
  auto out = make_response_promise<finished>();
  parts_->settling.push_back(out);
  answer_settling();
  return out;
}

void live_room::answer_settling() {
  constexpr std::chrono::milliseconds between_looks{10};
  auto& room = *parts_;
  if (room.settling.empty())
    return;
  if (!room.posts.empty() || room.arriving.awaits_missed() || !room.core.turns.empty()) {
    room.links.wake_at(env_->options.now.steady() + between_looks);
    return;
  }
  auto answer = [waiting = std::exchange(room.settling, {})]() mutable {
    for (auto& promise : waiting)
      promise.deliver(finished{});
  };
  if (room.watches.is_running() || !room.watches.is_settled())
    room.watches.save_now(answer, answer);
  else
    answer();
}

bool live_room::may_retire() const {
  const auto& room = *parts_;
  return room.core.here.empty() && room.posts.empty() && !room.arriving.awaits_missed() && room.core.turns.empty() &&
         room.present.is_at_rest() && room.watches.is_settled() && room.elsewhere.is_at_rest();
}

caf::typed_response_promise<bool> live_room::on_retire() {
  auto out = make_response_promise<bool>();
  auto& room = *parts_;
  if (!may_retire() || !room.watches.is_running()) {
    const bool ends = may_retire();
    out.deliver(ends);
    if (ends)
      quit();
    return out;
  }
  // Where the player is has to be stored first.
  const auto until = room.core.turns.answer_due();
  room.retiring.emplace(until, out);
  room.links.wake_at(until);
  auto decide = [this](bool kept) {
    if (!parts_->retiring)
      return; // it took too long, and the room was told to stay
    auto promise = std::move(parts_->retiring->second);
    parts_->retiring.reset();
    const bool ends = kept && may_retire(); // somebody may have come meanwhile
    promise.deliver(ends);
    if (ends)
      quit();
  };
  room.watches.save_now([decide] { decide(true); }, [decide] { decide(false); });
  return out;
}

void live_room::give_up_retiring() {
  auto& retiring = parts_->retiring;
  if (retiring && retiring->first <= env_->options.now.steady()) {
    retiring->second.deliver(false);
    retiring.reset();
  }
}

} // namespace parley
