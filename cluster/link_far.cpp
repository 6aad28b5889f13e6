// Relays of this node, for rooms of the peer.
#include "cluster/link.hpp"
#include "cluster/room_orders.hpp"

namespace parley::cluster {

void link::go_out(far_order& x) {
  if (!far_) {
    send(x.from, home_lost{});
    return;
  }
  // Whoever goes is let go: that makes room.
  if (queue_.is_crowded() && !std::holds_alternative<leave_room>(x.what.what)) {
    if (const auto no = refusal_of(x.what.room, x.what.what, error_code::rate_limited))
      send(x.from, *no);
    return;
  }
  relays_.insert_or_assign(x.what.room, x.from);
  put(std::move(x.what));
}

caf::typed_response_promise<far_answer> link::go_out(far_question& x) {
  auto out = make_response_promise<far_answer>();
  if (!far_) {
    send(x.from, home_lost{});
    out.deliver(far_answer{error_code::rate_limited, false});
    return out;
  }
  if (queue_.is_crowded()) {
    out.deliver(far_answer{error_code::rate_limited});
    return out;
  }
  relays_.insert_or_assign(x.what.room, x.from);
  x.what.number = ++last_question_;
  questions_.emplace(x.what.number, question{x.what.room, out});
  put(std::move(x.what));
  return out;
}

void link::hear(answer_room& x) {
  auto answered = questions_.extract(x.number);
  if (!answered.empty())
    answered.mapped().promise.deliver(far_answer{std::move(x.what)});
}

/// The peer has answered all that the room there carried out: what is left was not.
void link::hear(const not_home& x) {
  auto relay = relays_.extract(x.room);
  if (!relay.empty())
    send(relay.mapped(), home_lost{true});
  for (auto it = questions_.begin(); it != questions_.end();) {
    const bool is_its = it->second.room == x.room;
    if (is_its)
      it->second.promise.deliver(far_answer{error_code::rate_limited, false});
    it = is_its ? questions_.erase(it) : std::next(it);
  }
}

void link::hear(bounced_order& x) {
  if (auto it = relays_.find(x.room); it != relays_.end())
    send(it->second, take_back{std::move(x.what)});
}

void link::lose_all() {
  for (auto& [room, relay] : std::exchange(relays_, {}))
    send(relay, home_lost{});
  for (auto& [number, asked] : std::exchange(questions_, {}))
    asked.promise.deliver(far_answer{error_code::rate_limited});
}

} // namespace parley::cluster
