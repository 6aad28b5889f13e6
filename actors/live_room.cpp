#include "actors/live_room.hpp"

#include "actors/live_room_inline.hpp"

namespace parley {

live_room::live_room(caf::actor_config& cfg, pin where, std::shared_ptr<const room_environment> env,
                     storage::room_state state)
  : pinned(cfg, where), env_(std::move(env)), room_(std::move(state.value)), last_message_(state.last_message),
    recent_(state.last_message), listeners_(env_->hubs.size()) {}

live_room::behavior_type live_room::make_behavior() {
  return {
    [this](join_room& x) { on_join(x); },
    [this](const leave_room& x) { on_leave(x); },
    [this](post_message& x) { post(std::move(x.user), std::move(x.draft), std::move(x.from)); },
    [this](const set_typing& x) { on_typing(x); },
    [this](const rename_member& x) {
      if (auto known = present_.find(x.user.id); known != present_.end())
        known->second.user = x.user;
    },
    [this](committed& x) { on_committed(x); },
    [this](const tick&) { expire_typing(); },
    [this](submit_message& x) {
      auto out = make_response_promise<submitted>();
      post(std::move(x.user), std::move(x.draft), out);
      return out;
    },
    [this](change_room& x) {
      auto out = make_response_promise<room_view>();
      change(x.by, out,
             [id = room_.id, patch = std::move(x.patch)](storage::writer& w) { return w.update_room(id, patch); });
      return out;
    },
    [this](change_config& x) {
      auto out = make_response_promise<room_view>();
      change(x.by, out, [id = room_.id, patch = x.patch](storage::writer& w) -> storage::result<room> {
        auto now = w.find_room(id); // not what this actor remembers: another change may be on its way before this one
        if (!now)
          return tl::unexpected(error_code::room_not_found);
        return w.update_room_config(id, apply(patch, now->value.config));
      });
      return out;
    },
    [this](const dissolve_room& x) {
      auto out = make_response_promise<finished>();
      dissolve(x.by, out);
      return out;
    },
    [this](const become_member& x) {
      auto out = make_response_promise<finished>();
      become(x.user, out);
      return out;
    },
    [this](const remove_member& x) {
      auto out = make_response_promise<finished>();
      expel(x, out);
      return out;
    },
    [this](const retire&) {
      if (!may_retire())
        return false;
      quit();
      return true;
    },
  };
}

// Sessions and the environment know this actor, and it knows them: an ended actor lets go, or neither is ever freed.
void live_room::on_exit() {
  visitors_.clear();
  catching_up_.clear();
  pipeline_.clear();
  lanes_ = {};
  env_.reset();
}

void live_room::remember(user_id user, right what) {
  if (rights_.size() >= remembered_limit)
    std::erase_if(rights_, [this](const auto& x) { return !present_.contains(x.first); });
  rights_.insert_or_assign(user, std::move(what));
}

const db_reader_actor& live_room::reader() {
  return env_->readers[next_reader_++ % env_->readers.size()];
}

void live_room::broadcast(const room_event& event, connection_id except) {
  auto encoded = [this](wire_shape shape, auto encode) -> frame_ptr {
    return shapes_[static_cast<std::size_t>(shape)] > 0 ? make_text_frame(encode()) : nullptr;
  };
  auto envelope = encoded(wire_shape::envelope, [&] { return encode_envelope(event); });
  auto flat = encoded(wire_shape::flat, [&] { return encode_flat(event); });
  for (std::size_t thread = 0; thread < listeners_.size(); ++thread)
    if (listeners_[thread] > 0)
      send(env_->hubs[thread], deliver{room_.id, envelope, flat, except});
}

void live_room::tell(const origin& to, frame_ptr bytes) {
  send(env_->hubs[to.thread], unicast{to.connection, std::move(bytes)});
}

void live_room::refuse(const origin& to, refused::request what, error_code why) {
  send(to.session, refused{room_.id, what, why, to.request_id});
}

bool live_room::may_retire() const {
  return visitors_.empty() && pipeline_.empty() && catching_up_.empty() && lanes_.empty() && !storing_active_;
}

} // namespace parley
