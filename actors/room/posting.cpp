#include "actors/room/posting.hpp"

#include "protocol/overloaded.hpp"
#include "protocol/policy.hpp"

#include <chrono>
#include <utility>

namespace parley {

void posting::post(user_brief author, post_draft draft, post_asker asker) {
  const auto user = author.id;
  const auto* from = std::get_if<origin>(&asker);
  const auto who = typist::of(user, from != nullptr ? from->connection : connection_id{});
  wish x{std::move(author), std::move(draft), std::move(asker), room_.turns.answer_due(), who};
  if (user == anonymous_user) {
    const bool is_guest = room_.row.value.config.allow_guests && room_.here.contains(who.guest);
    accept(std::move(x), is_guest ? room_.known.guests() : right{});
    return;
  }
  if (const auto* access = room_.turns.right_at_hand(user)) { // nearly always
    accept(std::move(x), *access);
    return;
  }
  const auto until = x.until;
  auto failed = [this, asker = x.asker](error_code why) { fail(asker, why); };
  auto then = [this, x = std::move(x)](const right& access) mutable { accept(std::move(x), access); };
  room_.turns.with_right(user, until, std::move(then), std::move(failed));
}

void posting::accept(wish x, const right& access) {
  const auto now = room_.options.now();
  if (const auto verdict = verdict_on(x.draft, access); verdict != error_code::none) {
    fail(x.asker, verdict);
    return;
  }
  auto guest = guest_author(x.author, x.draft, x.asker);
  post_queue::post next{
    0, x.author.id, x.draft.client_msg_id, std::move(x.asker), std::chrono::steady_clock::now(), x.until, {}};
  if (const auto* speaker = x.who.guest ? room_.here.find(x.who.guest) : nullptr)
    next.guest_name = room_.here.show(speaker->who).guest_name;
  const auto ticket = posts_.add(std::move(next));
  room_.port.wake_at(x.until);
  typing_.stop(x.who);
  room_.port.append(ticket, {room_.id(), std::move(x.author), std::move(x.draft), now, std::move(guest)});
}

error_code posting::verdict_on(const post_draft& draft, const right& access) const {
  if (room_.row.is_dissolved)
    return error_code::room_not_found;
  if (posts_.is_full())
    return error_code::rate_limited;
  if (!access.who)
    return error_code::not_a_member;
  return may_post(*access.who, draft.type, room_.known.mute_clock(access));
}

std::string posting::guest_author(const user_brief& author, const post_draft& draft, const post_asker& asker) const {
  const auto* from = std::get_if<origin>(&asker);
  if (author.id != anonymous_user || !draft.client_msg_id || from == nullptr)
    return {};
  return room_.options.run + ':' + std::to_string(from->connection.value);
}

void posting::settle(committed& x) {
  for (auto& outcome : x.outcomes)
    if (const auto landed = posts_.take(outcome.ticket))
      settle(*landed, outcome.value);
}

moment posting::expire() {
  // A post that is late may still be committed, and is broadcast then: a sender who repeats its client_msg_id loses and
  // doubles nothing.
  return posts_.expire(room_.options.now.steady(),
                       [this](const post_asker& asker) { fail(asker, error_code::rate_limited); });
}

void posting::fail(const post_asker& asker, error_code why) {
  std::visit(overloaded{
               [&](const origin& from) { room_.say.refuse(from, refused::request::post, why); },
               [&](const completion<submitted>& out) { out(tl::unexpected(why)); },
             },
             asker);
}

void posting::settle(const post_queue::post& what, storage::result<storage::appended>& outcome) {
  if (!outcome) {
    if (what.asker)
      fail(*what.asker, outcome.error());
    return;
  }
  if (what.asker)
    acknowledge(what, *outcome);
  if (!outcome->repeated)
    publish(std::move(outcome->value), what);
}

void posting::acknowledge(const post_queue::post& what, const storage::appended& stored) {
  const auto& x = stored.value;
  const post_receipt receipt{x.id, stored.repeated ? 0 : room_.here.users_reached(what.sender), x.sent_at};
  std::visit(overloaded{
               [&](const origin& from) {
                 if (from.shape == wire_shape::envelope) {
                   const message_ack_reply ack{x.id, what.client_msg_id, x.sent_at, receipt.sent_to_online_users};
                   room_.say.tell(from, make_text_frame(encode_envelope(ack, from.request_id, language::zh)));
                 } else if (stored.repeated) {
                   message_posted again{x, false, what.guest_name};
                   room_.options.sign(again.value);
                   room_.say.tell(from, make_text_frame(encode_flat(again)));
                 }
               },
               [&](const completion<submitted>& out) {
                 out(submitted{receipt, stored.repeated});
               },
             },
             *what.asker);
}

void posting::publish(message x, const post_queue::post& what) {
  arrivals_.posted(x);
  recent_.push(x);
  message_posted said{std::move(x), false, what.guest_name};
  room_.options.sign(said.value);
  room_.say.broadcast(std::move(said), {}, stage_times{what.accepted, std::chrono::steady_clock::now()});
  activity_.happened();
}

} // namespace parley
