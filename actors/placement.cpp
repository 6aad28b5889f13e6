#include "actors/placement.hpp"

#include "actors/patience.hpp"
#include "protocol/limits.hpp"

namespace parley {

void vacate_rooms(storage::writer& store) {
  store.rooms().clear_active();
}

placement::placement(caf::actor_config& cfg, pin where, std::vector<db_reader_actor> readers, room_starter start,
                     time_source now, std::function<void(room_id)> retired)
  : pinned(cfg, where), readers_(std::move(readers)), start_(std::move(start)), now_(std::move(now)),
    retired_(std::move(retired)) {}

placement::behavior_type placement::make_behavior() {
  delayed_send(this, reap_interval, tick{});
  return {
    [this](const find_room& x) { return find(x.room); },
    [this](const occupancy_changed& x) {
      auto it = rooms_.find(x.room);
      if (it == rooms_.end())
        return;
      rooms_active_ += (x.live.is_active() ? 1 : 0) - (it->second.live.is_active() ? 1 : 0);
      it->second.live = x.live;
      it->second.last_use = now_.steady();
    },
    [this](const room_gone& x) {
      auto it = rooms_.find(x.room);
      if (it == rooms_.end())
        return;
      rooms_active_ -= it->second.live.is_active() ? 1 : 0;
      if (it->second.room)
        dissolved_.push_back(std::move(*it->second.room));
      rooms_.erase(it);
    },
    [this](const get_occupancy& x) {
      occupancies out;
      out.rooms.reserve(x.rooms.size());
      for (auto id : x.rooms) {
        auto it = rooms_.find(id);
        out.rooms.push_back(it == rooms_.end() ? occupancy{} : it->second.live);
      }
      return out;
    },
    [this](const get_rooms_active&) { return rooms_active_; },
    [this](const tick&) {
      reap();
      delayed_send(this, reap_interval, tick{});
    },
  };
}

void placement::on_exit() {
  end(dissolved_);
  end(dissolved_before_);
  for (auto& [id, entry] : rooms_)
    if (entry.room)
      dissolved_.push_back(std::move(*entry.room));
  end(dissolved_);
  rooms_.clear();
  start_ = nullptr; // it may know the address of this actor
  retired_ = nullptr;
}

placement::room_promise placement::find(room_id id) {
  auto promise = make_response_promise<room_actor>();
  auto [it, fresh] = rooms_.try_emplace(id);
  auto& entry = it->second;
  entry.last_use = now_.steady();
  if (entry.room && !entry.retiring) {
    promise.deliver(*entry.room);
    return promise;
  }
  entry.waiting.push_back(promise);
  if (fresh)
    load(id);
  return promise;
}

void placement::load(room_id id) {
  auto job = make_read_job([id](storage::reader& x) {
    auto found = x.rooms().find(id);
    if (found && found->value.members <= limits::told_members_max)
      found->reads = x.read_marks().list(id);
    return found;
  });
  const auto& reader = readers_[static_cast<std::size_t>(id.value) % readers_.size()];
  request(reader, answer_patience, read_request{job})
    .then(
      [this, id, job](finished) {
        auto& entry = rooms_.at(id);
        auto waiting = std::move(entry.waiting);
        if (auto& found = job->value()) {
          entry.room = start_(std::move(*found));
          entry.waiting.clear();
          for (auto& promise : waiting)
            promise.deliver(*entry.room);
        } else {
          rooms_.erase(id);
          for (auto& promise : waiting)
            promise.deliver(caf::make_error(error_code::room_not_found));
        }
      },
      [this, id](const caf::error& reason) {
        auto waiting = std::move(rooms_.at(id).waiting);
        rooms_.erase(id);
        for (auto& promise : waiting)
          promise.deliver(reason);
      });
}

void placement::end(std::vector<room_actor>& rooms) {
  for (const auto& room : std::exchange(rooms, {}))
    send_exit(room, caf::exit_reason::user_shutdown);
}

void placement::reap() {
  end(dissolved_before_);
  dissolved_before_ = std::exchange(dissolved_, {});
  auto now = now_.steady();
  for (auto& known : rooms_) {
    auto id = known.first;
    auto& entry = known.second;
    if (!entry.room || entry.retiring || entry.live.is_active() || now - entry.last_use < idle_lifetime)
      continue;
    // Whoever asks for the room until it has answered waits: two actors of one room must never be live at once.
    entry.retiring = true;
    auto settle = [this, id](bool ended) {
      auto it = rooms_.find(id);
      if (it == rooms_.end())
        return;
      it->second.retiring = false;
      it->second.last_use = now_.steady();
      if (!ended) {
        for (auto& promise : std::exchange(it->second.waiting, {}))
          promise.deliver(*it->second.room);
      } else if (it->second.waiting.empty()) {
        rooms_.erase(it);
        if (retired_)
          retired_(id);
      } else {
        it->second.room.reset();
        load(id);
      }
    };
    // Without a time limit: the room always answers in time, or has ended.
    request(*entry.room, caf::infinite, retire{}).then(settle, [settle](const caf::error&) { settle(true); });
  }
}

} // namespace parley
