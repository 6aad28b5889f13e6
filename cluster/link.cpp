#include "cluster/link.hpp"

#include <caf/actor_cast.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <random>

namespace parley::cluster {

namespace {

/// What a room says to those who are in it.
template <class T>
concept said_by_room =
  std::is_same_v<T, attach_listener> || std::is_same_v<T, detach_listener> || std::is_same_v<T, deliver> ||
  std::is_same_v<T, unicast> || std::is_same_v<T, close_connection> || std::is_same_v<T, entered_room> ||
  std::is_same_v<T, refused> || std::is_same_v<T, removed_from_room> || std::is_same_v<T, mirror_presence>;

std::uint64_t random_session() {
  std::random_device source;
  return (static_cast<std::uint64_t>(source()) << 32 | source()) | 1; // 0 is none
}

} // namespace

link::behavior_type link::make_behavior() {
  set_down_handler([this](const caf::down_msg& x) {
    if (far_ && x.source == caf::actor_cast<caf::actor_addr>(far_))
      end_session("the connection is gone");
  });
  delayed_send(this, between_ticks, tick{});
  redial();
  return {
    [this](const peer_hello& x) { take_hello(x, current_sender()); },
    [this](const peer_batch& x) { take_batch(x); },
    [this](const peer_ack& x) {
      if (!far_ || x.session != session_)
        return;
      if (queue_.acknowledge(x.number))
        send_batches();
      else
        end_session("it acknowledged what was not sent");
    },
    [this](const peer_bye& x) {
      if (far_ && x.session == session_)
        end_session("it said: " + x.reason.substr(0, 200));
    },
    [this](attach_listener& x) { put(std::move(x)); },
    [this](const detach_listener& x) {
      forget_near(x.room, x.connection);
      put(x);
    },
    [this](deliver& x) { put(std::move(x)); },
    [this](unicast& x) { put(std::move(x)); },
    [this](close_connection& x) { put(std::move(x)); },
    [this](mirror_presence& x) { put(std::move(x)); },
    [this](const entered_room& x) { put(x); },
    [this](refused& x) {
      if (x.what == refused::request::join)
        forget_near(x.room, x.connection);
      put(std::move(x));
    },
    [this](const removed_from_room& x) {
      forget_near(x.room, x.connection);
      put(x);
    },
    [this](far_order& x) { go_out(x); },
    [this](far_question& x) { return go_out(x); },
    [this](send_item& x) { put(std::move(x.what)); },
    [this](const accept_peer& x) { take_hello(x.hello, x.whom); },
    [this](const peer_row& x) { peer_ = x.row; },
    [this](const settle_rooms&) { return settle_rooms_here(); },
    [this](const release_rooms&) {
      release_rooms_here();
      return finished{};
    },
    [this](const node_gone&) {
      end_session("it is dead");
      gone_ = true;
    },
    [this](const flush&) {
      flush_expected_ = false;
      send_batches();
    },
    [this](const tick&) {
      delayed_send(this, between_ticks, tick{});
      on_tick();
    },
  };
}

void link::on_exit() {
  end_session("this node ends it");
  env_ = nullptr;
}

// -- the session -----------------------------------------------------------------------------

/// The node that started later connects: of two nodes one, so that there are never two connections.
void link::redial() {
  if (far_ || gone_ || dialling_ || peer_.id > env_->self.id || peer_.address.empty())
    return;
  dialling_ = true;
  request(env_->dialer, caf::infinite, dial{peer_.address})
    .then(
      [this](const dialled& x) {
        dialling_ = false;
        session_ = random_session();
        send(caf::actor_cast<peer_actor>(x.door),
             peer_hello{peer::wire_version_min, env_->version_max, session_, env_->self.id, peer_.id,
                        env_->self.link_key, peer_.link_key});
      },
      [this](const caf::error&) { dialling_ = false; }); // at the next tick again
}

void link::take_hello(const peer_hello& x, const caf::strong_actor_ptr& whom) {
  const bool is_known =
    x.from == peer_.id && x.to == env_->self.id && x.from_key == peer_.link_key && x.to_key == env_->self.link_key;
  if (!is_known || gone_ || whom == nullptr) {
    spdlog::warn("cluster: somebody who is not node {} greeted as it", peer_.name);
    return;
  }
  if (x.version_min > env_->version_max || x.version_max < peer::wire_version_min) {
    spdlog::error("cluster: node {} speaks versions {} to {}, this one {} to {}: upgrade one release after the other",
                  peer_.name, x.version_min, x.version_max, peer::wire_version_min, env_->version_max);
    return;
  }
  const bool is_answer = peer_.id < env_->self.id;
  if (is_answer ? far_ || x.session != session_ : x.session == 0 || x.session == session_)
    return; // of another time
  auto peer = caf::actor_cast<peer_actor>(whom);
  if (!is_answer) {
    end_session("it began anew");
    send(peer, peer_hello{peer::wire_version_min, env_->version_max, x.session, env_->self.id, peer_.id,
                          env_->self.link_key, peer_.link_key});
  }
  begin_session(x, std::move(peer));
}

void link::begin_session(const peer_hello& x, peer_actor peer) {
  session_ = x.session;
  version_ = std::min(x.version_max, env_->version_max);
  far_ = std::move(peer);
  received_ = 0;
  queue_ = {};
  monitor(far_);
  spdlog::info("cluster: linked with node {}", peer_.name);
  send(env_->mesh, link_state{peer_.id, true});
}

void link::end_session(const std::string& why) {
  if (!far_)
    return;
  spdlog::warn("cluster: the link with node {} ended: {}", peer_.name, why);
  demonitor(far_.address());
  send(far_, peer_bye{session_, why});
  far_ = nullptr;
  queue_ = {};
  lose_all();
  leave_all();
  send(env_->mesh, link_state{peer_.id, false});
}

bool link::put(peer_item item) {
  if (!far_)
    return false;
  if (version_ < 2 && item.index() >= items_of_version_1)
    return true; // its release does without
  if (!queue_.add(item)) {
    end_session("it takes less than it is sent");
    return false;
  }
  expect_flush();
  return true;
}

/// Behind what the mailbox has now: that becomes one batch, and there is no timer.
void link::expect_flush() {
  if (!std::exchange(flush_expected_, true))
    send(this, flush{});
}

void link::send_batches() {
  while (far_) {
    auto next = queue_.next(env_->now.steady());
    if (!next)
      return;
    send(far_, peer_batch{session_, next->number, std::move(next->items)});
  }
}

void link::take_batch(const peer_batch& x) {
  if (!far_ || x.session != session_)
    return;
  if (x.number != ++received_) {
    end_session("a batch is missing");
    return;
  }
  auto items = unpack_items(x.items);
  if (!items) {
    end_session(items.error());
    return;
  }
  const auto session = session_;
  for (auto& item : *items) {
    take(item);
    if (!far_ || session_ != session)
      return;
  }
  send(far_, peer_ack{session_, received_});
}

void link::on_tick() {
  const auto now = env_->now.steady();
  send(env_->mesh, link_load{peer_.id, queue_.queued(), queue_.unacknowledged()});
  if (!far_) {
    redial();
  } else if (queue_.oldest() != moment::max() && now - queue_.oldest() > longest_silence) {
    end_session("it has acknowledged nothing for " + std::to_string((now - queue_.oldest()).count()) + " ms");
  } else if (queue_.oldest() == moment::max()) {
    if (auto sign = queue_.next(now, true))
      send(far_, peer_batch{session_, sign->number, std::move(sign->items)});
  }
}

template <class Said>
void link::tell_relay(Said& x) {
  if (auto it = relays_.find(x.room); it != relays_.end())
    send(it->second, std::move(x));
}

void link::take(peer_item& item) {
  std::visit(
    [this]<class T>(T& x) {
      if constexpr (std::is_same_v<T, order_room> || std::is_same_v<T, ask_room>)
        come_in(x);
      else if constexpr (requires { this->hear(x); })
        hear(x);
      else if constexpr (said_by_room<T>)
        tell_relay(x);
      else
        send(env_->mesh, heard_item{peer_.id, std::move(x)});
    },
    item);
}

} // namespace parley::cluster
