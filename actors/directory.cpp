#include "actors/directory.hpp"

#include "actors/patience.hpp"

#include <algorithm>
#include <memory>

namespace parley {

template <class Use>
void directory::each_rooms_session(user_id user, Use use) const {
  const auto theirs = users_.find(user);
  if (theirs == users_.end())
    return;
  for (const auto connection : theirs->second)
    if (const auto& entry = sessions_.at(connection); entry.kind == socket_kind::rooms)
      use(entry.session);
}

directory::behavior_type directory::make_behavior() {
  return {
    [this](const signed_in& x) { sign_in(x); },
    [this](const signed_out& x) { sign_out(x.connection); },
    [this](const revoke_access& x) { return revoke(x); },
    [this](const user_renamed& x) {
      if (auto theirs = users_.find(x.user.id); theirs != users_.end())
        for (auto connection : theirs->second)
          send(sessions_.at(connection).session, renamed{x.user});
    },
    [this](const get_online& x) {
      online_flags out;
      for (auto id : x.users)
        out.users.push_back(users_.contains(id));
      return out;
    },
    [this](const get_users_online&) { return static_cast<std::int64_t>(users_.size()); },
    [this](const notify_user& x) {
      each_rooms_session(x.user, [&](const session_actor& to) { send(to, push_frame{x.frame}); });
    },
    [this](const find_absent& x) {
      absent_users out;
      for (const auto& member : x.users) {
        std::uint32_t sessions = 0;
        each_rooms_session(member.user, [&](const session_actor&) { ++sessions; });
        if (sessions > member.inside)
          out.users.push_back(member.user);
      }
      return out;
    },
    [this](const tell_absent& x) {
      // Each session knows itself whether it is in the room.
      for (const auto& [user, frame] : x.frames)
        each_rooms_session(user, [&, to_all = frame](const session_actor& to) { send(to, room_news{x.room, to_all}); });
    },
    [this](const claim_client& x) { return claim(x); },
    [this](const release_client& x) { clients_.release(x.connection); },
    [this](const evict_client& x) {
      if (const auto holder = clients_.evict(x.client, x.connection))
        send(*holder, replaced{x.why});
    },
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
  };
}

void directory::on_exit() {
  sessions_.clear();
  clients_ = {};
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
