#include "actors/live_room.hpp"

#include "actors/live_room_inline.hpp"

#include <algorithm>

namespace parley {

live_room::live_room(caf::actor_config& cfg, pin where, std::shared_ptr<const room_environment> env,
                     storage::room_state state)
  : pinned(cfg, where), env_(std::move(env)), room_(std::move(state.value)), last_message_(state.last_message),
    recent_(state.last_message), attendance_(env_->hubs.size()),
    player_(state.watching ? player(room_.id, *state.watching) : player(room_.id)) {
  learn(guests_, right{membership{anonymous_user, member_role::member, state.guests_muted_until, {}, {}}, false});
}

live_room::behavior_type live_room::make_behavior() {
  return {
    [this](join_room& x) { on_join(x); },
    [this](const leave_room& x) { on_leave(x); },
    [this](post_message& x) { post(std::move(x.user), std::move(x.draft), std::move(x.from)); },
    [this](const set_typing& x) { on_typing(x); },
    [this](const rename_member& x) { attendance_.rename(x.user); },
    [this](committed& x) { on_committed(x); },
    [this](const tick&) { on_tick(); },
    [this](submit_message& x) {
      auto out = make_response_promise<submitted>();
      post(std::move(x.user), std::move(x.draft), out);
      return out;
    },
    [this](change_room& x) {
      return change(x.by, [patch = std::move(x.patch)](storage::writer& w, const room& now) {
        return w.rooms().update(now.id, patch);
      });
    },
    [this](change_config& x) {
      return change(x.by, [patch = x.patch](storage::writer& w, const room& now) {
        return w.rooms().update_config(now.id, apply(patch, now.config));
      });
    },
    [this](const dissolve_room& x) { return dissolve(x.by); },
    [this](const become_member& x) { return become(x); },
    [this](const remove_member& x) { return expel(x); },
    [this](const withdraw_request& x) { return withdraw(x); },
    [this](const invite_member& x) { return invite(x); },
    [this](const answer_notification& x) { return answer(x); },
    [this](const change_member& x) { return change_one(x); },
    [this](const lift_ban& x) { return unban(x); },
    [this](const transfer_room& x) { return hand_over(x); },
    [this](edit_message& x) { return edit(x); },
    [this](const delete_message& x) { return erase(x); },
    [this](const mark_read& x) { return mark(x); },
    [this](const steer& x) { on_steer(x); },
    [this](const set_buffering& x) { on_buffering(x); },
    [this](const request_sync& x) { on_request_sync(x); },
    [this](const video_removed& x) { on_video_removed(x.id); },
    [this](const retire&) { return retire_when_kept(); },
  };
}

// Sessions and the environment know this actor, and it knows them: an ended actor lets go, or neither is ever freed.
void live_room::on_exit() {
  attendance_.clear();
  catching_up_.clear();
  waiting_joins_.clear();
  becoming_.clear();
  pipeline_.clear();
  lanes_ = {};
  env_.reset();
}

void live_room::remember(user_id user, right what) {
  if (rights_.size() >= remembered_limit)
    std::erase_if(rights_, [this](const auto& x) { return !attendance_.is_present(x.first); });
  learn(rights_[user], std::move(what));
}

void live_room::learn(right& known, right what) {
  const bool same_mute = known.who && what.who && known.who->muted_until == what.who->muted_until;
  known.who = std::move(what.who);
  known.banned = what.banned;
  if (!same_mute) {
    known.mute_known_at = env_->now();
    known.mute_known_since = env_->now.steady();
  }
}

timestamp live_room::mute_clock(const right& access) const {
  if (!access.who || !access.who->muted_until)
    return {};
  return access.mute_known_at + (env_->now.steady() - access.mute_known_since);
}

timestamp live_room::mute_clock(user_id user) const {
  auto known = rights_.find(user);
  return known == rights_.end() ? env_->now() : mute_clock(known->second);
}

const db_reader_actor& live_room::reader() {
  return env_->readers[next_reader_++ % env_->readers.size()];
}

void live_room::broadcast(const room_event& event, const std::vector<connection_id>& except,
                          std::optional<stage_times> stages) {
  auto encoded = [this](wire_shape shape, auto encode) -> frame_ptr {
    return attendance_.listeners(shape) > 0 ? make_text_frame(encode()) : nullptr;
  };
  auto envelope = encoded(wire_shape::envelope, [&] { return encode_envelope(event); });
  auto flat = encoded(wire_shape::flat, [&] { return encode_flat(event); });
  for (std::size_t thread = 0; thread < attendance_.threads(); ++thread)
    if (attendance_.listeners(thread) > 0)
      send(env_->hubs[thread], deliver{room_.id, envelope, flat, except, std::exchange(stages, std::nullopt)});
}

void live_room::tell(const origin& to, frame_ptr bytes) {
  send(env_->hubs[to.thread], unicast{to.connection, std::move(bytes)});
}

void live_room::refuse(const origin& to, refused::request what, error_code why) {
  send(to.session, refused{room_.id, what, why, to.request_id});
}

void live_room::wake_at(moment at) {
  if (!ticks_.empty() && *ticks_.begin() <= at)
    return;
  ticks_.insert(at);
  delayed_send(this, std::max(at - env_->now.steady(), std::chrono::milliseconds{0}), tick{});
}

void live_room::on_tick() {
  ticks_.erase(ticks_.begin());
  expire_typing();
  expire_presence();
  expire_buffering();
  save_playback();
  store_activity();
  give_up_retiring();
  const auto next = std::min({lanes_.expire(env_->now.steady()), expire_joins(), expire_posts()});
  if (next != moment::max())
    wake_at(next);
}

moment live_room::answer_due() const {
  return env_->now.steady() + answer_patience;
}

bool live_room::may_retire() const {
  return attendance_.empty() && pipeline_.empty() && catching_up_.empty() && lanes_.empty() &&
         stored_active_ == false && !storing_active_ && !unsaved_ && !saving_;
}

} // namespace parley
