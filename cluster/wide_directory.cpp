#include "cluster/wide_directory.hpp"

#include "actors/patience.hpp"

#include <algorithm>
#include <utility>

namespace parley::cluster {

template <class Item>
void wide_directory::tell_all(Item item) {
  send(mesh_, send_item{std::move(item)});
}

template <class Question>
std::uint64_t wide_directory::ask_all(bool with_here, std::chrono::milliseconds limit, Question question,
                                      std::function<void(std::int64_t)> then) {
  std::set<std::int64_t> asked;
  for (const auto& [node, known] : nodes_)
    if (known.has_link)
      asked.insert(node);
  const auto others = asked;
  if (with_here)
    asked.insert(rounds_.here);
  if (asked.empty()) {
    then(0);
    return 0;
  }
  const auto number = rounds_.begin(std::move(asked), now_.steady() + limit, 0,
                                    [then = std::move(then)](std::int64_t sum, const auto&) { then(sum); });
  for (const auto node : others)
    send(mesh_, send_item{question(number), node});
  delayed_send(this, limit, tick{});
  return number;
}

void wide_directory::add(std::uint64_t number, std::int64_t node, std::int64_t answer) {
  rounds_.hear(number, node, [answer](std::int64_t& sum) {
    sum += answer;
    return true;
  });
}

wide_directory::behavior_type wide_directory::make_behavior() {
  return {
    [this](const signed_in& x) {
      send(local_, x);
      sign_in(x);
    },
    [this](const signed_out& x) {
      send(local_, x);
      sign_out(x);
    },
    [this](revoke_access& x) { return revoke(x); },
    [this](const user_renamed& x) {
      send(local_, x);
      tell_all(renamed_there{x.user});
    },
    [this](const get_online& x) {
      online_flags out;
      for (const auto id : x.users)
        out.users.push_back(is_online(id));
      return out;
    },
    [this](const get_users_online&) { return count_online(); },
    [this](const notify_user& x) {
      send(local_, x);
      for (const auto& [node, its] : nodes_)
        if (its.online.contains(x.user))
          send(mesh_, send_item{notify_there{x.user, x.frame}, node});
    },
    [this](find_absent& x) { return list_absent(x); },
    [this](const tell_absent& x) {
      send(local_, x);
      for (const auto& [node, its] : nodes_) {
        tell_there out{x.room, {}};
        std::ranges::copy_if(x.frames, std::back_inserter(out.frames),
                             [&online = its.online](const auto& one) { return online.contains(one.first); });
        if (!out.frames.empty())
          send(mesh_, send_item{std::move(out), node});
      }
    },
    [this](claim_client& x) { return claim(x); },
    [this](const release_client& x) {
      send(local_, x);
      free(x.connection);
    },
    [this](evict_client& x) {
      free(x.connection);
      send(local_, std::move(x));
    },
    [this](const get_clients& x) { return list_clients(x); },
    [this](push_to_client& x) { return push(std::move(x.client), {}, std::move(x.frame)); },
    [this](push_to_user& x) { return push({}, x.user, std::move(x.frame)); },
    [this](const link_state& x) {
      auto& its = nodes_[x.node];
      its.has_link = x.is_up;
      its.name = x.name;
      if (x.is_up) {
        send(mesh_, send_item{clients_.all(), x.node});
        online_users all{true, {}, {}};
        for (const auto& known : users_)
          all.come.push_back(known.first);
        send(mesh_, send_item{std::move(all), x.node});
        return;
      }
      rounds_.lose(x.node); // it reads of revocations in the database
    },
    [this](heard_item& x) {
      std::visit(
        [&](auto& item) {
          if constexpr (requires { this->hear(x.node, item); })
            hear(x.node, item);
        },
        x.what);
    },
    [this](const node_gone& x) {
      nodes_.erase(x.node);
      clients_.forget(x.node);
    },
    [this](const tick&) { rounds_.expire(now_.steady()); },
  };
}

void wide_directory::on_exit() {
  nodes_.clear();
  rounds_.clear();
  hubs_.clear();
  local_ = nullptr;
  mesh_ = nullptr;
}

void wide_directory::sign_in(const signed_in& x) {
  auto [it, fresh] = connections_.try_emplace(x.connection, x.user);
  if (!fresh) {
    if (it->second == x.user)
      return;
    sign_out({x.connection});
    connections_.emplace(x.connection, x.user);
  }
  if (++users_[x.user] == 1)
    tell_all(online_users{false, {x.user}, {}});
}

void wide_directory::sign_out(const signed_out& x) {
  auto gone = connections_.extract(x.connection);
  if (gone.empty())
    return;
  auto its = users_.find(gone.mapped());
  if (--its->second > 0)
    return;
  users_.erase(its);
  tell_all(online_users{false, {}, {gone.mapped()}});
}

bool wide_directory::is_online(user_id user) const {
  return users_.contains(user) ||
         std::ranges::any_of(nodes_, [user](const auto& x) { return x.second.online.contains(user); });
}

std::int64_t wide_directory::count_online() const {
  std::unordered_set<user_id> elsewhere;
  for (const auto& [node, its] : nodes_)
    for (const auto user : its.online)
      if (!users_.contains(user))
        elsewhere.insert(user);
  return static_cast<std::int64_t>(users_.size() + elsewhere.size());
}

/// A user who has sessions on other nodes too may have some of them in the room: each session that is told knows itself
/// where it is.
caf::typed_response_promise<absent_users> wide_directory::list_absent(find_absent& x) {
  auto promise = make_response_promise<absent_users>();
  std::vector<user_id> asked;
  std::set<user_id> far;
  for (const auto& member : x.users) {
    asked.push_back(member.user);
    for (const auto& [node, its] : nodes_)
      if (its.online.contains(member.user))
        far.insert(member.user);
  }
  request(local_, answer_patience, std::move(x))
    .then(
      [promise, asked, far](const absent_users& here) mutable {
        const std::set<user_id> near(here.users.begin(), here.users.end());
        absent_users out;
        std::ranges::copy_if(asked, std::back_inserter(out.users),
                             [&](user_id user) { return near.contains(user) || far.contains(user); });
        promise.deliver(std::move(out));
      },
      [promise](const caf::error& why) mutable { promise.deliver(why); });
  return promise;
}

caf::typed_response_promise<finished> wide_directory::revoke(revoke_access& x) {
  auto promise = make_response_promise<finished>();
  const auto question = [&list = x.list](std::uint64_t number) { return revoke_there{number, list}; };
  const auto number =
    ask_all(true, revocation_limit, question, [promise](std::int64_t) mutable { promise.deliver(finished{}); });
  const auto settled = [this, number] { add(number, rounds_.here, 0); };
  request(local_, answer_patience, std::move(x))
    .then([settled](finished) { settled(); }, [settled](const caf::error&) { settled(); });
  return promise;
}

caf::typed_response_promise<finished> wide_directory::claim(claim_client& x) {
  auto promise = make_response_promise<finished>();
  auto mine = clients_.claim(x);
  if (!mine) {
    promise.deliver(caf::make_error(mine.error()));
    return promise;
  }
  const auto question = [&claim = *mine](std::uint64_t number) { return client_claims{false, {claim}, {}, number}; };
  ask_all(false, claim_limit, question,
          [this, promise, x](std::int64_t taken) mutable { settle(x, taken > 0, promise); });
  return promise;
}

/// The directory of this node knows the same holders here, and takes what is not refused.
void wide_directory::settle(claim_client& x, bool is_taken, caf::typed_response_promise<finished> promise) {
  if (is_taken)
    free(x.connection);
  if (!clients_.holds(x.connection)) { // or a later claim came meanwhile, or the connection has gone
    promise.deliver(caf::make_error(error_code::client_id_taken));
    return;
  }
  request(local_, answer_patience, std::move(x))
    .then([promise](finished) mutable { promise.deliver(finished{}); },
          [promise](const caf::error& why) mutable { promise.deliver(why); });
}

void wide_directory::free(connection_id who) {
  if (auto client = clients_.release(who))
    tell_all(client_claims{false, {}, {std::move(*client)}});
}

caf::typed_response_promise<client_list> wide_directory::list_clients(const get_clients& x) {
  auto promise = make_response_promise<client_list>();
  request(local_, answer_patience, x)
    .then(
      [this, promise, user = x.user](client_list& all) mutable {
        for (auto& [node, claim] : clients_.list(user))
          all.items.push_back(
            {.client = std::move(claim.client), .connected_at = claim.connected_at, .node = nodes_[node].name});
        std::ranges::stable_sort(all.items, {}, &client_view::connected_at);
        promise.deliver(std::move(all));
      },
      [promise](const caf::error& why) mutable { promise.deliver(why); });
  return promise;
}

void wide_directory::hear(std::int64_t node, client_claims& x) {
  auto news = clients_.hear(node, x);
  for (auto& gone : news.gone) {
    tell_all(client_claims{false, {}, {gone.client}});
    send(local_, std::move(gone));
  }
  if (x.number != 0)
    send(mesh_, send_item{claims_heard{x.number, news.is_taken}, node});
}

void wide_directory::hear(std::int64_t node, const claims_heard& x) {
  add(x.number, node, x.is_taken ? 1 : 0);
}

caf::typed_response_promise<std::int64_t> wide_directory::push(std::string client, user_id user, frame_ptr frame) {
  auto promise = make_response_promise<std::int64_t>();
  const auto question = [&](std::uint64_t number) { return push_there{number, client, user, frame}; };
  const auto number =
    ask_all(true, push_limit, question, [promise](std::int64_t sockets) mutable { promise.deliver(sockets); });
  push_here(std::move(client), user, std::move(frame),
            [this, number](std::int64_t sockets) { add(number, rounds_.here, sockets); });
  return promise;
}

/// `given` hears how many sockets of this node got it.
void wide_directory::push_here(std::string client, user_id user, frame_ptr frame,
                               std::function<void(std::int64_t)> given) {
  const auto failed = [given](const caf::error&) { given(0); };
  if (client.empty())
    request(local_, answer_patience, push_to_user{user, std::move(frame)}).then(std::move(given), failed);
  else
    request(local_, answer_patience, push_to_client{std::move(client), std::move(frame)})
      .then(std::move(given), failed);
}

void wide_directory::hear(std::int64_t node, push_there& x) {
  push_here(std::move(x.client), x.user, std::move(x.frame), [this, node, number = x.number](std::int64_t sockets) {
    send(mesh_, send_item{pushed_there{number, sockets}, node});
  });
}

void wide_directory::hear(std::int64_t node, const pushed_there& x) {
  add(x.number, node, x.sockets);
}

void wide_directory::hear(std::int64_t node, online_users& x) {
  auto& online = nodes_[node].online;
  if (x.all)
    online.clear();
  online.insert(x.come.begin(), x.come.end());
  for (const auto user : x.gone)
    online.erase(user);
}

void wide_directory::hear(std::int64_t, notify_there& x) {
  send(local_, notify_user{x.user, std::move(x.frame)});
}

void wide_directory::hear(std::int64_t, tell_there& x) {
  send(local_, tell_absent{x.room, std::move(x.frames)});
}

void wide_directory::hear(std::int64_t, renamed_there& x) {
  for (const auto& hub : hubs_)
    request(hub, answer_patience, forget_user{x.user.id}).then([](finished) {}, [](const caf::error&) {});
  send(local_, user_renamed{std::move(x.user)});
}

void wide_directory::hear(std::int64_t node, revoke_there& x) {
  const auto number = x.number;
  const auto confirm = [this, number, node] { send(mesh_, send_item{revoked_there{number}, node}); };
  request(local_, answer_patience, revoke_access{std::move(x.list)})
    .then([confirm](finished) { confirm(); }, [](const caf::error&) {}); // the asker gives up in time
}

void wide_directory::hear(std::int64_t node, const revoked_there& x) {
  add(x.number, node, 0);
}

} // namespace parley::cluster
