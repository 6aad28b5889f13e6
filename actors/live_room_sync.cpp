// Watching together: who may steer the player, who hears of it, and how it is kept over restarts.
#include "actors/live_room_inline.hpp"
#include "actors/overloaded.hpp"

#include <algorithm>

namespace parley {

// -- steering ------------------------------------------------------------------------------

void live_room::on_steer(const steer& x) {
  const auto until = answer_due();
  with_right(
    x.by, until,
    [this, x, until](const right& access) {
      if (refuse_steering(x, access))
        return;
      if (const auto* load = std::get_if<sync_load>(&x.what); load != nullptr && load->what)
        load_video(x, access, *load->what, until);
      else
        steer_to(x, std::nullopt);
    },
    [this, from = x.from](error_code why) { refuse(from, refused::request::sync, why); });
}

bool live_room::refuse_steering(const steer& x, const right& access) {
  auto verdict = error_code::none;
  bool may_steer = access.who && (room_.config.sync == sync_mode::everyone || access.who->moderates());
  if (!attendance_.contains(x.from.connection))
    verdict = error_code::not_joined;
  else if (room_.config.sync == sync_mode::off || !may_steer)
    verdict = error_code::sync_forbidden;
  else if (x.if_version && *x.if_version != player_.version())
    verdict = error_code::sync_conflict;
  else if (!player_.shows_video() && !std::holds_alternative<sync_load>(x.what))
    verdict = error_code::video_not_found;
  if (verdict == error_code::none)
    return false;
  refused answer{room_.id, refused::request::sync, verdict, x.from.request_id};
  if (verdict == error_code::sync_conflict)
    answer.sync = sync_now();
  send(x.from.session, std::move(answer));
  return true;
}

void live_room::load_video(const steer& x, const right& access, video_id what, moment until) {
  lanes_.hold(x.by);
  ++loading_;
  auto finish = [this, by = x.by] {
    if (--loading_ == 0)
      removed_meanwhile_.clear();
    lanes_.release(by);
  };
  read(
    until, [what](storage::reader& r) { return r.videos().find(what); },
    [this, x, access, what, finish](auto& found) {
      auto now = rights_.find(x.by);
      if (!refuse_steering(x, now == rights_.end() ? access : now->second)) {
        if (found && found->value.room == room_.id && !removed_meanwhile_.contains(what))
          steer_to(x, std::move(found->value));
        else
          refuse(x.from, refused::request::sync, error_code::video_not_found);
      }
      finish();
    },
    [this, from = x.from, finish](error_code why) {
      refuse(from, refused::request::sync, why);
      finish();
    });
}

void live_room::steer_to(const steer& x, std::optional<video> loaded) {
  auto now = env_->now.steady();
  std::visit(overloaded{
               [&](const sync_load&) { player_.load(std::move(loaded), x.by, now); },
               [&](const sync_play& to) { player_.play(to.position_s, x.by, now); },
               [&](const sync_pause& to) { player_.pause(to.position_s, x.by, now); },
               [&](const sync_seek& to) { player_.seek(to.position_s, x.by, now); },
               [&](const sync_rate& to) { player_.set_rate(to.rate, x.by, now); },
             },
             x.what);
  player_moved(&x.from);
}

void live_room::on_buffering(const set_buffering& x) {
  auto buffer = [this, x] {
    if (refuse_sync(x.from))
      return;
    if (x.is_buffering && !player_.shows_video()) {
      refuse(x.from, refused::request::sync, error_code::video_not_found);
      return;
    }
    bool moved = x.is_buffering ? player_.begin_buffering(x.by, x.from.connection, env_->now.steady())
                                : player_.end_buffering(x.by, x.from.connection, env_->now.steady());
    if (moved)
      player_moved(&x.from);
    else if (!x.from.request_id.empty())
      tell_sync(x.from, sync_now());
  };
  in_turn(x.by, answer_due(), std::move(buffer),
          [this, from = x.from](error_code why) { refuse(from, refused::request::sync, why); });
}

void live_room::on_request_sync(const request_sync& x) {
  auto show = [this, x] {
    if (!refuse_sync(x.from))
      tell_sync(x.from, sync_now());
  };
  in_turn(x.by, answer_due(), std::move(show),
          [this, from = x.from](error_code why) { refuse(from, refused::request::sync, why); });
}

bool live_room::refuse_sync(const origin& from) {
  bool joined = attendance_.contains(from.connection);
  if (joined && room_.config.sync != sync_mode::off)
    return false;
  refuse(from, refused::request::sync, joined ? error_code::sync_forbidden : error_code::not_joined);
  return true;
}

void live_room::on_video_removed(video_id what) {
  if (loading_ > 0)
    removed_meanwhile_.insert(what); // a load on its way may have found it still
  if (player_.remove(what, env_->now.steady()))
    player_moved();
}

void live_room::player_moved(const origin* asker) {
  unsaved_ = true;
  save_playback();
  if (auto until = player_.next_expiry())
    wake_at(*until);
  if (room_.config.sync == sync_mode::off)
    return;
  auto now = sync_now();
  bool answers = asker != nullptr && !asker->request_id.empty();
  broadcast(sync_changed{now}, answers ? std::vector{asker->connection} : std::vector<connection_id>());
  if (answers)
    tell_sync(*asker, now);
}

void live_room::expire_buffering() {
  if (player_.expire_buffering(env_->now.steady()))
    player_moved();
  else if (auto until = player_.next_expiry())
    wake_at(*until);
}

// -- showing -------------------------------------------------------------------------------

sync_state live_room::sync_now() const {
  auto out = player_.state(env_->now.steady());
  if (out.watched && out.watched->kind == video_kind::file && env_->sign_video)
    out.watched->url = env_->sign_video(out.watched->id);
  return out;
}

std::optional<sync_state> live_room::joined_sync() const {
  if (room_.config.sync == sync_mode::off || player_.version() == 0)
    return std::nullopt;
  return sync_now();
}

void live_room::tell_sync(const origin& to, const sync_state& now) {
  tell(to, make_text_frame(encode_envelope(sync_state_reply{now}, to.request_id, language::zh)));
}

// -- keeping -------------------------------------------------------------------------------

void live_room::save_playback() {
  if (saving_ || gone_ || !(unsaved_ || player_.is_running()))
    return;
  auto now = env_->now.steady();
  auto pause = unsaved_ ? save_pause : running_save_pause;
  bool is_early = now < saved_at_ + pause;
  if (is_early && !(unsaved_ && attendance_.empty())) { // whoever comes next may come after a restart
    wake_at(saved_at_ + pause);
    return;
  }
  unsaved_ = false;
  saved_at_ = now;
  saving_ = true;
  write_playback(
    [this] {
      saving_ = false;
      save_playback(); // it may have moved again meanwhile
    },
    [this] {
      saving_ = false;
      unsaved_ = true;
      wake_at(saved_at_ + save_pause);
    });
}

void live_room::write_playback(std::function<void()> then, std::function<void()> failed) {
  write(
    [room = room_.id, what = player_.kept(env_->now.steady())](storage::writer& w) {
      w.playback().save(room, what);
      return true;
    },
    [then = std::move(then)](bool) { then(); }, [failed = std::move(failed)](error_code) { failed(); });
}

live_room::promise<bool> live_room::retire_when_kept() {
  auto out = make_response_promise<bool>();
  if (!may_retire() || !player_.is_running()) {
    const bool ends = may_retire();
    out.deliver(ends);
    if (ends)
      quit();
    return out;
  }
  const auto until = answer_due();
  retiring_.emplace(until, out);
  wake_at(until);
  auto decide = [this](bool kept) {
    if (!retiring_)
      return; // it took too long, and the room was told to stay
    auto answer = std::move(retiring_->second);
    retiring_.reset();
    const bool ends = kept && may_retire(); // somebody may have come meanwhile
    answer.deliver(ends);
    if (ends)
      quit();
  };
  write_playback([decide] { decide(true); }, [decide] { decide(false); });
  return out;
}

void live_room::give_up_retiring() {
  if (retiring_ && retiring_->first <= env_->now.steady()) {
    retiring_->second.deliver(false);
    retiring_.reset();
  }
}

} // namespace parley
