// A room whose home is lost, and the next one.
#include "actors/patience.hpp"
#include "cluster/relay.hpp"
#include "cluster/room_orders.hpp"
#include "protocol/overloaded.hpp"

#include <algorithm>

namespace parley::cluster {

namespace {

/// Whether asking a second time does no harm where the first may have been carried out.
bool is_repeatable(const room_order& x) {
  const auto* post = std::get_if<post_message>(&x);
  return post == nullptr || post->draft.client_msg_id;
}

} // namespace

void relay::lose(bool is_orderly) {
  demonitor(link_.address());
  link_ = nullptr;
  audience_.clear();
  for (auto& [connection, who] : visitors_) {
    if (who.at != visitor::place::inside)
      continue;
    // What the next home says to others is not for it before it has heard what it missed.
    send(who.how.from.outlet, detach_listener{room_, connection});
    who.at = visitor::place::returning;
    who.last = last_;
    who.revision = revision_;
  }
  // An orderly end answers all that was carried out; what is left was not.
  for (auto it = pending_.begin(); it != pending_.end() && !is_orderly;) {
    if (auto* post = std::get_if<post_message>(&it->second))
      post->from.again = true;
    const bool may_be_asked = is_repeatable(it->second);
    if (!may_be_asked)
      refuse(it->second, error_code::internal);
    it = may_be_asked ? std::next(it) : pending_.erase(it);
  }
  if (is_needed())
    seek();
}

void relay::keep(room_order x) {
  const auto* from = asker_of(x);
  const auto* joining = std::get_if<join_room>(&x);
  if (joining != nullptr || (from != nullptr && from->ticket != 0))
    return; // it is noted
  queue(std::move(x));
}

void relay::seek() {
  if (sought_since_)
    return;
  sought_since_ = now_.steady();
  delayed_send(this, between_looks, tick{});
  look();
}

void relay::look() {
  if (std::exchange(is_asked_, true))
    return;
  request(finder_, caf::infinite, locate_home{room_})
    .then(
      [this](located_home& x) {
        is_asked_ = false;
        settle(x);
      },
      [this](const caf::error& why) {
        is_asked_ = false; // at the next tick again
        if (to_error_code(why) == error_code::room_not_found)
          give_up(error_code::room_not_found);
      });
}

void relay::settle(located_home& x) {
  if (link_ || own_)
    return;
  link_ = std::move(x.link);
  own_ = std::move(x.own);
  sought_since_.reset();
  if (link_)
    monitor(link_);
  bring_back();
}

/// First those who were inside, then what they asked of the last home, then what they asked since.
void relay::bring_back() {
  std::vector<present_person> people;
  people.reserve(people_.size());
  for (const auto& known : people_)
    people.push_back(known.second);
  std::vector<audience_actor> outlets; // the home makes one of them if it is elsewhere
  for (const auto& [connection, who] : visitors_)
    if (who.at == visitor::place::returning && std::ranges::find(outlets, who.how.from.outlet) == outlets.end())
      outlets.push_back(who.how.from.outlet);
  if (!own_ && outlets.size() > 1)
    outlets.resize(1);
  for (const auto& outlet : outlets)
    pass_on(expect_people{outlet, people});
  for (auto& [connection, who] : visitors_) {
    if (who.at == visitor::place::left)
      continue;
    auto again = who.how;
    if (who.at == visitor::place::returning) {
      again.returning = true;
      again.greeting.clear();
      again.last_message = who.last;
      again.last_change = who.revision;
    }
    pass_on(std::move(again));
  }
  for (const auto& [ticket, order] : pending_)
    pass_on(order);
  auto held = std::move(held_);
  held_.clear();
  for (auto& [until, request] : held)
    std::visit(overloaded{[this](room_order& order) { pass_on(std::move(order)); },
                          [](std::function<void(error_code)>& question) { question(error_code::none); }},
               request);
  if (own_) { // from here on the room knows everybody itself
    visitors_.clear();
    audience_.clear();
    pending_.clear();
    people_.clear();
  }
}

void relay::on_tick() {
  if (!sought_since_)
    return;
  if (!is_needed()) {
    sought_since_.reset();
    return;
  }
  const auto now = now_.steady();
  while (!held_.empty() && held_.front().first <= now) {
    auto late = std::move(held_.front().second);
    held_.pop_front();
    turn_away(late, error_code::rate_limited);
  }
  if (now - *sought_since_ > answer_patience)
    refuse_pending(error_code::rate_limited);
  if (now - *sought_since_ > search_limit) {
    give_up(error_code::rate_limited);
    return;
  }
  delayed_send(this, between_looks, tick{});
  look();
}

/// Those who asked to come in among them.
void relay::refuse_pending(error_code why) {
  for (const auto& [ticket, order] : std::exchange(pending_, {}))
    refuse(order, why);
  std::erase_if(visitors_, [&](const auto& x) {
    if (x.second.at == visitor::place::asking)
      refuse(x.second.how, why);
    return x.second.at != visitor::place::returning;
  });
}

/// Everybody is told: those who ask that it cannot be done, those who were inside by the end of their sockets.
void relay::give_up(error_code why) {
  sought_since_.reset();
  for (const auto& [connection, who] : visitors_)
    if (who.at == visitor::place::inside || who.at == visitor::place::returning)
      send_away(connection, who);
  refuse_pending(why);
  for (const auto& [until, request] : std::exchange(held_, {}))
    turn_away(request, why);
  visitors_.clear();
  audience_.clear();
  people_.clear();
}

} // namespace parley::cluster
