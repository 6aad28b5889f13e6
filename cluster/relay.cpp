#include "cluster/relay.hpp"

#include "actors/patience.hpp"
#include "cluster/room_orders.hpp"
#include "protocol/close_reason.hpp"
#include "protocol/overloaded.hpp"

#include <caf/actor_cast.hpp>
#include <caf/make_counted.hpp>

#include <algorithm>

namespace parley::cluster {

namespace {

bool is_lost(const leave_room& x) {
  return x.why == leave_room::cause::connection_lost;
}

/// Only bytes cross: what chain they are of follows from who says them, and in which shape.
frame_ptr in_chain(const frame_ptr& x, room_id room, wire_shape shape) {
  if (x == nullptr)
    return nullptr;
  return caf::make_counted<frame>(std::string(x->wire()), chain_of(room, shape));
}

} // namespace

relay::behavior_type relay::make_behavior() {
  set_down_handler([this](const caf::down_msg& x) {
    if (link_ && x.source == link_.address())
      lose(false);
  });
  monitor(link_);
  return {
    [this](join_room& x) { take(x); },
    [this](expect_people& x) { take(x); },
    [this](leave_room& x) { take(x); },
    [this](post_message& x) { take(x); },
    [this](set_typing& x) { take(x); },
    [this](rename_member& x) { take(x); },
    [](const committed&) {}, // it asks no writer
    [this](const tick&) { on_tick(); },
    [this](steer& x) { take(x); },
    [this](set_buffering& x) { take(x); },
    [this](request_sync& x) { take(x); },
    [this](video_removed& x) { take(x); },
    [this](submit_message& x) { return ask<submitted>(x); },
    [this](edit_message& x) { return ask<message>(x); },
    [this](delete_message& x) { return ask<finished>(x); },
    [this](mark_read& x) { return ask<read_mark>(x); },
    [this](change_room& x) { return ask<room_view>(x); },
    [this](change_config& x) { return ask<room_view>(x); },
    [this](dissolve_room& x) { return ask<finished>(x); },
    [this](transfer_room& x) { return ask<room_view>(x); },
    [this](change_member& x) { return ask<member_state>(x); },
    [this](remove_member& x) { return ask<finished>(x); },
    [this](lift_ban& x) { return ask<finished>(x); },
    [this](become_member& x) { return ask<admission>(x); },
    [this](withdraw_request& x) { return ask<finished>(x); },
    [this](invite_member& x) { return ask<admission>(x); },
    [this](answer_notification& x) { return ask<notification_outcome>(x); },
    [](const settle_room&) { return finished{}; },
    [](const retire&) { return false; }, // its finder ends it

    [this](attach_listener& x) { hear(x); },
    [this](const detach_listener& x) { hear(x); },
    [this](deliver& x) { hear(x); },
    [this](unicast& x) { hear(x); },
    [this](close_connection& x) { hear(x); },
    [this](const entered_room& x) { hear(x); },
    [this](refused& x) { hear(x); },
    [this](const removed_from_room& x) { hear(x); },
    [this](mirror_presence& x) { hear(x); },
    [this](const home_lost& x) {
      if (link_ && current_sender() == link_)
        lose(x.is_orderly);
    },
    [this](take_back& x) { keep(std::move(x.what)); },
  };
}

void relay::on_exit() {
  give_up(error_code::rate_limited);
  link_ = nullptr;
  own_ = nullptr;
  finder_ = nullptr;
}

// -- what sessions and HTTP ask --------------------------------------------------------------

template <class Order>
void relay::take(Order& x) {
  if constexpr (std::is_same_v<Order, leave_room>)
    if (!own_ && is_lost(x) && !visitors_.contains(x.from.connection))
      return; // no home knows of it
  const bool is_noted = !own_ && note(x);
  if (own_ || link_)
    pass_on(std::move(x));
  else if (is_noted)
    seek();
  else
    hold(room_order(std::move(x)));
}

bool relay::note(join_room& x) {
  auto [it, fresh] = visitors_.try_emplace(x.from.connection);
  auto& who = it->second;
  if (who.at == visitor::place::returning)
    return false; // the room says where it is once it is back
  if (who.at == visitor::place::left)
    who.at = visitor::place::asking;
  who.how = x;
  return true;
}

bool relay::note(leave_room& x) {
  if (is_lost(x)) {
    forget(x.from.connection);
    return true;
  }
  auto [it, fresh] = visitors_.try_emplace(x.from.connection); // so that the answer finds its way
  if (fresh) {
    it->second.how.from = x.from;
    it->second.at = visitor::place::left;
  }
  x.from.ticket = ++last_ticket_;
  pending_.emplace(x.from.ticket, x);
  return true;
}

/// A flat socket's post has no answer but the message itself: nobody could tell when it is done.
bool relay::note(post_message& x) {
  if (x.from.shape != wire_shape::envelope || (!link_ && pending_.size() >= held_max))
    return false;
  x.from.ticket = ++last_ticket_;
  pending_.emplace(x.from.ticket, x);
  return true;
}

bool relay::note(const rename_member& x) {
  for (auto& [connection, who] : visitors_)
    if (who.how.user.id == x.user.id)
      who.how.user = x.user;
  return false;
}

void relay::pass_on(room_order x) {
  if (own_)
    std::visit([this](auto& order) { send(own_, std::move(order)); }, x);
  else
    send(link_, far_order{{room_, std::move(x)}, caf::actor_cast<relay_actor>(this)});
}

template <class Answer, class Question>
caf::typed_response_promise<Answer> relay::ask(Question& x) {
  auto out = make_response_promise<Answer>();
  ask(std::move(x), out);
  return out;
}

template <class Answer, class Question>
void relay::ask(Question x, caf::typed_response_promise<Answer> out) {
  // Without time limits: the link always answers, and the room does in time.
  if (own_) {
    request(own_, caf::infinite, std::move(x))
      .then([out](Answer& value) mutable { out.deliver(std::move(value)); },
            [out](const caf::error& why) mutable { out.deliver(why); });
    return;
  }
  if (!link_) {
    hold([this, x, out](error_code why) mutable {
      if (why == error_code::none)
        ask(std::move(x), out);
      else
        out.deliver(caf::make_error(why));
    });
    return;
  }
  request(link_, caf::infinite, far_question{{room_, 0, x}, caf::actor_cast<relay_actor>(this)})
    .then(
      [this, x, out](far_answer& answer) mutable {
        if (!answer.was_asked)
          ask(std::move(x), out); // it has heard of the lost home already
        else if (auto* value = std::get_if<Answer>(&answer.what))
          out.deliver(std::move(*value));
        else if (const auto* why = std::get_if<error_code>(&answer.what))
          out.deliver(caf::make_error(*why));
        else
          out.deliver(caf::make_error(error_code::internal));
      },
      [out](const caf::error&) mutable { out.deliver(caf::make_error(error_code::rate_limited)); });
}

void relay::hold(held_request x) {
  queue(std::move(x));
  seek();
}

void relay::queue(held_request x) {
  if (held_.size() < held_max)
    held_.emplace_back(now_.steady() + answer_patience, std::move(x));
  else
    turn_away(x, error_code::rate_limited);
}

void relay::turn_away(const held_request& x, error_code why) {
  std::visit(overloaded{[&](const room_order& order) { refuse(order, why); },
                        [why](const std::function<void(error_code)>& question) { question(why); }},
             x);
}

void relay::refuse(const room_order& x, error_code why) {
  if (const auto no = refusal_of(room_, x, why); no && asker_of(x)->visitor)
    send(asker_of(x)->visitor, *no);
}

// -- what the room says ----------------------------------------------------------------------

void relay::hear(attach_listener& x) {
  last_ = std::max(last_, x.last);
  revision_ = std::max(revision_, x.revision);
  auto it = visitors_.find(x.connection);
  if (it == visitors_.end() || it->second.at == visitor::place::left)
    return; // it was lost while the room let it in, which hears of that
  auto& who = it->second;
  who.how.greeting.clear();
  if (std::exchange(who.at, visitor::place::inside) != visitor::place::inside)
    count_listener(who.how.from.outlet, 1);
  for (auto& frame : x.replay)
    frame = in_chain(frame, room_, x.shape);
  send(who.how.from.outlet, std::move(x));
}

void relay::hear(const detach_listener& x) {
  auto it = visitors_.find(x.connection);
  if (it == visitors_.end())
    return;
  auto& who = it->second;
  send(who.how.from.outlet, x);
  if (std::exchange(who.at, visitor::place::left) == visitor::place::inside) // what it is told of that comes yet
    count_listener(who.how.from.outlet, -1);
}

void relay::hear(deliver& x) {
  last_ = std::max(last_, x.last);
  revision_ = std::max(revision_, x.revision);
  x.envelope = in_chain(x.envelope, room_, wire_shape::envelope);
  x.flat = in_chain(x.flat, room_, wire_shape::flat);
  for (std::size_t i = 1; i < audience_.size(); ++i)
    send(audience_[i].first, x);
  if (!audience_.empty())
    send(audience_.front().first, std::move(x));
}

const origin* relay::asker(std::uint64_t ticket, connection_id who) const {
  if (auto asked = pending_.find(ticket); asked != pending_.end())
    return asker_of(asked->second);
  auto it = visitors_.find(who);
  return it == visitors_.end() ? nullptr : &it->second.how.from;
}

void relay::hear(unicast& x) {
  const auto ticket = x.ticket;
  const auto connection = x.connection;
  if (const auto* whom = asker(ticket, connection))
    send(whom->outlet, std::move(x));
  const auto answered = pending_.extract(ticket);
  if (!answered.empty() && std::holds_alternative<leave_room>(answered.mapped()))
    if (auto it = visitors_.find(connection); it != visitors_.end() && it->second.at == visitor::place::left)
      visitors_.erase(it);
}

void relay::hear(close_connection& x) {
  if (auto it = visitors_.find(x.connection); it != visitors_.end())
    send(it->second.how.from.outlet, std::move(x));
}

void relay::hear(const entered_room& x) {
  if (auto it = visitors_.find(x.connection); it != visitors_.end())
    send(it->second.how.from.visitor, x);
}

void relay::hear(refused& x) {
  auto it = visitors_.find(x.connection);
  if (it != visitors_.end() && x.what == refused::request::join && it->second.at == visitor::place::returning) {
    send_away(x.connection, it->second);
    forget(x.connection);
    return;
  }
  const auto ticket = x.ticket;
  const bool is_of_place = x.what == refused::request::join || x.what == refused::request::leave;
  if (const auto* whom = asker(ticket, x.connection))
    send(whom->visitor, std::move(x));
  pending_.erase(ticket);
  if (is_of_place && it != visitors_.end() && it->second.at != visitor::place::inside)
    visitors_.erase(it);
}

void relay::hear(const removed_from_room& x) {
  auto it = visitors_.find(x.connection);
  if (it == visitors_.end())
    return;
  if (it->second.at == visitor::place::inside)
    send(it->second.how.from.outlet, detach_listener{room_, x.connection});
  send(it->second.how.from.visitor, x);
  forget(x.connection);
}

void relay::hear(mirror_presence& x) {
  if (x.all)
    people_.clear();
  for (auto& who : x.come)
    people_.insert_or_assign(key_of(who), std::move(who));
  for (const auto& who : x.gone)
    people_.erase(key_of(who));
}

void relay::count_listener(const audience_actor& outlet, int by) {
  auto it = std::ranges::find(audience_, outlet, &std::pair<audience_actor, std::uint32_t>::first);
  if (it == audience_.end())
    it = audience_.insert(it, {outlet, 0});
  it->second += static_cast<std::uint32_t>(by);
  if (it->second == 0)
    audience_.erase(it);
}

void relay::forget(connection_id who) {
  auto it = visitors_.find(who);
  if (it == visitors_.end())
    return;
  if (it->second.at == visitor::place::inside)
    count_listener(it->second.how.from.outlet, -1);
  visitors_.erase(it);
}

/// To come again, here or elsewhere, and resume.
void relay::send_away(connection_id which, const visitor& who) {
  const auto& why = close_reasons::home_moved;
  send(who.how.from.outlet, close_connection{which, why.code, std::string(why.words), room_});
}

} // namespace parley::cluster
