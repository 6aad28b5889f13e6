#include "actors/directory.hpp"

#include "actors/patience.hpp"

namespace parley {

directory::directory(caf::actor_config& cfg, pin where, std::vector<hub_actor> hubs,
                     std::vector<db_reader_actor> readers, room_starter start, time_source now)
  : pinned(cfg, where), hubs_(std::move(hubs)), readers_(std::move(readers)), start_(std::move(start)),
    now_(std::move(now)) {}

directory::behavior_type directory::make_behavior() {
  delayed_send(this, reap_interval, tick{});
  return {
    [this](const find_room& x) { return find(x.room); },
    [this](const signed_in& x) { sign_in(x); },
    [this](const signed_out& x) { sign_out(x.connection); },
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
    [this](const revoke_access& x) { return revoke(x); },
    [this](const user_renamed& x) {
      if (auto theirs = users_.find(x.user.id); theirs != users_.end())
        for (auto connection : theirs->second)
          send(sessions_.at(connection).session, renamed{x.user});
    },
    [this](const get_occupancy& x) {
      occupancies out;
      for (auto id : x.rooms) {
        auto it = rooms_.find(id);
        out.rooms.push_back(it == rooms_.end() ? occupancy{} : it->second.live);
      }
      return out;
    },
    [this](const get_online& x) {
      online_flags out;
      for (auto id : x.users)
        out.users.push_back(users_.contains(id));
      return out;
    },
    [this](const get_census&) {
      return census{static_cast<std::int64_t>(users_.size()), rooms_active_};
    },
    [this](const notify_user& x) {
      if (auto theirs = users_.find(x.user); theirs != users_.end())
        for (auto connection : theirs->second)
          if (const auto& entry = sessions_.at(connection); entry.kind == socket_kind::rooms)
            send(entry.session, push_frame{x.frame});
    },
    [this](const claim_client& x) { return claim(x); },
    [this](const release_client& x) { clients_.release(x.connection); },
    [this](const get_clients& x) { return clients_.list(x.user); },
    [this](const push_to_client& x) -> std::int64_t {
      auto holder = clients_.holder(x.client);
      if (!holder)
        return 0;
      send(*holder, push_frame{x.frame});
      return 1;
    },
    [this](const push_to_user& x) {
      auto holders = clients_.holders(x.user);
      for (const auto& session : holders)
        send(session, push_frame{x.frame});
      return static_cast<std::int64_t>(holders.size());
    },
    [this](const tick&) {
      reap();
      delayed_send(this, reap_interval, tick{});
    },
  };
}

void directory::on_exit() {
  end(dissolved_);
  end(dissolved_before_);
  for (auto& [id, entry] : rooms_)
    if (entry.room)
      dissolved_.push_back(std::move(*entry.room));
  end(dissolved_);
  rooms_.clear();
  sessions_.clear();
  clients_ = {};
  start_ = nullptr; // it may know the address of this actor
}

directory::room_promise directory::find(room_id id) {
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

void directory::load(room_id id) {
  auto job = make_read_job([id](storage::reader& x) { return x.rooms().find(id); });
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

void directory::end(std::vector<room_actor>& rooms) {
  for (const auto& room : std::exchange(rooms, {}))
    send_exit(room, caf::exit_reason::user_shutdown);
}

void directory::reap() {
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
      } else {
        it->second.room.reset();
        load(id);
      }
    };
    // Without a time limit: the room always answers in time, or has ended.
    request(*entry.room, caf::infinite, retire{}).then(settle, [settle](const caf::error&) { settle(true); });
  }
}

void directory::sign_in(const signed_in& x) {
  sign_out(x.connection);
  sessions_.insert_or_assign(x.connection, session_entry{x.session, x.user, x.family, x.kind});
  users_[x.user].push_back(x.connection);
  // Its thread found the token good, but the revocation may have come here first and missed this session.
  if (revoked_.covers(x.user, x.family, x.issued_at))
    send(x.session, access_revoked{});
}

void directory::sign_out(connection_id who) {
  auto gone = sessions_.extract(who);
  if (gone.empty())
    return;
  auto theirs = users_.find(gone.mapped().user);
  std::erase(theirs->second, who);
  if (theirs->second.empty())
    users_.erase(theirs);
}

caf::result<finished> directory::claim(const claim_client& x) {
  auto before = clients_.claim(x);
  if (!before)
    return caf::make_error(before.error());
  if (*before)
    send(**before, replaced{});
  return finished{};
}

caf::typed_response_promise<finished> directory::revoke(const revoke_access& x) {
  revoked_.add(x.list, now_);
  auto promise = make_response_promise<finished>();
  auto left = std::make_shared<std::size_t>(hubs_.size());
  auto confirmed = [promise, left]() mutable {
    if (--*left == 0)
      promise.deliver(finished{});
  };
  for (const auto& hub : hubs_)
    request(hub, answer_patience, revoked_tokens{x.list})
      .then([confirmed](finished) mutable { confirmed(); }, [confirmed](const caf::error&) mutable { confirmed(); });
  for (const auto& known : sessions_) {
    const auto& entry = known.second;
    bool whole_user =
      std::any_of(x.list.users.begin(), x.list.users.end(), [&](const auto& u) { return u.user == entry.user; });
    bool family = std::any_of(x.list.families.begin(), x.list.families.end(),
                              [&](const auto& f) { return f.family == entry.family; });
    if (whole_user || family)
      send(entry.session, access_revoked{});
  }
  return promise;
}

} // namespace parley
