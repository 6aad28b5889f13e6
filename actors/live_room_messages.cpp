// Messages through the pipeline, and typing.
#include "actors/live_room_inline.hpp"
#include "actors/overloaded.hpp"

#include <algorithm>

namespace parley {

void live_room::post(user_brief author, post_draft draft, decltype(pending_post::asker) asker) {
  auto failed = [this, asker](error_code why) mutable { fail(asker, why); };
  const auto until = answer_due();
  auto user = author.id;
  const auto* from = std::get_if<origin>(&asker);
  const auto who = typist_of(user, from != nullptr ? from->connection : connection_id{});
  auto accept = [this, author = std::move(author), draft = std::move(draft), asker = std::move(asker), failed, until,
                 who](const right& access) mutable {
    auto verdict = error_code::none;
    auto now = env_->now();
    if (gone_)
      verdict = error_code::room_not_found;
    else if (pipeline_.size() >= pipeline_limit)
      verdict = error_code::rate_limited;
    else if (!access.who)
      verdict = error_code::not_a_member;
    else
      verdict = may_post(*access.who, draft.type, mute_clock(access));
    if (verdict != error_code::none) {
      failed(verdict);
      return;
    }
    auto ticket = next_ticket_++;
    auto guest = guest_author(author, draft, asker);
    pipeline_.push_back(
      {ticket, author.id, draft.client_msg_id, std::move(asker), std::chrono::steady_clock::now(), until, {}});
    if (const auto* speaker = who.guest ? attendance_.find(who.guest) : nullptr)
      pipeline_.back().guest_name = attendance_.show(speaker->who).guest_name;
    wake_at(until);
    stop_typing(who);
    send(env_->writer, append_message{caf::actor_cast<room_actor>(this),
                                      ticket,
                                      {room_.id, std::move(author), std::move(draft), now, std::move(guest)}});
  };
  if (user == anonymous_user) {
    accept(room_.config.allow_guests && attendance_.contains(who.guest) ? guests_ : right{});
    return;
  }
  with_right(user, until, std::move(accept), std::move(failed));
}

std::string live_room::guest_author(const user_brief& author, const post_draft& draft,
                                    const decltype(pending_post::asker)& asker) {
  const auto* from = std::get_if<origin>(&asker);
  if (author.id != anonymous_user || !draft.client_msg_id || from == nullptr)
    return {};
  return env_->run + ':' + std::to_string(from->connection.value);
}

void live_room::on_committed(committed& x) {
  for (auto& outcome : x.outcomes) {
    // In order but for what was refused at once, because too much waited for the writer.
    auto at = std::find_if(pipeline_.begin(), pipeline_.end(),
                           [&](const pending_post& p) { return p.ticket == outcome.ticket; });
    if (at == pipeline_.end())
      continue;
    auto landed = std::move(*at);
    pipeline_.erase(at);
    settle(landed, outcome.value);
  }
  let_in_waiting();
}

moment live_room::expire_posts() {
  const auto now = env_->now.steady();
  auto next = moment::max();
  for (auto& post : pipeline_) {
    if (std::holds_alternative<std::monostate>(post.asker))
      continue;
    if (post.until > now) {
      next = std::min(next, post.until);
      continue;
    }
    // It may still be committed, and is broadcast then: a sender who repeats its client_msg_id loses and doubles
    // nothing.
    fail(post.asker, error_code::rate_limited);
    post.asker = std::monostate{};
  }
  return next;
}

void live_room::fail(decltype(pending_post::asker)& asker, error_code why) {
  std::visit(overloaded{
               [&](const origin& from) { refuse(from, refused::request::post, why); },
               [&](promise<submitted>& out) { out.deliver(caf::make_error(why)); },
               [](std::monostate) {},
             },
             asker);
}

void live_room::settle(pending_post& post, storage::result<storage::appended>& outcome) {
  if (!outcome) {
    fail(post.asker, outcome.error());
    return;
  }
  const auto& stored = outcome->value;
  bool repeated = outcome->repeated;
  post_receipt receipt{stored.id, repeated ? 0 : attendance_.users_reached(post.sender), stored.sent_at};
  std::visit(overloaded{
               [&](const origin& from) {
                 if (from.shape == wire_shape::envelope) {
                   message_ack_reply ack{stored.id, post.client_msg_id, stored.sent_at, receipt.sent_to_online_users};
                   tell(from, make_text_frame(encode_envelope(ack, from.request_id, language::zh)));
                 } else if (repeated) {
                   tell(from, make_text_frame(encode_flat(message_posted{stored, false, post.guest_name})));
                 }
               },
               [&](promise<submitted>& out) {
                 out.deliver(submitted{receipt, repeated});
               },
               [](std::monostate) {},
             },
             post.asker);
  if (!repeated)
    publish(stored, post);
}

void live_room::publish(const message& x, const pending_post& post) {
  last_message_ = x.id;
  recent_.push(x);
  for (auto& [connection, waiting] : catching_up_)
    waiting.since.push_back(x);
  broadcast(message_posted{x, false, post.guest_name}, {},
            stage_times{post.accepted, std::chrono::steady_clock::now()});
}

live_room::typist live_room::typist_of(user_id user, connection_id from) {
  return {user, user == anonymous_user ? from : connection_id{}};
}

void live_room::on_typing(const set_typing& x) {
  auto type = [this, x] {
    if (!attendance_.contains(x.from.connection)) {
      refuse(x.from, refused::request::typing, error_code::not_joined);
      return;
    }
    const auto who = typist_of(x.user.id, x.from.connection);
    if (x.is_typing) {
      const auto until = env_->now.steady() + typing_lifetime;
      typing_.set(who, until);
      wake_at(until);
    } else {
      typing_.clear(who);
    }
    tell_typing(who, x.is_typing);
  };
  if (x.user.id == anonymous_user) // guests do not wait for each other
    type();
  else
    in_turn(x.user.id, answer_due(), std::move(type),
            [this, from = x.from](error_code why) { refuse(from, refused::request::typing, why); });
}

void live_room::stop_typing(const typist& who) {
  if (typing_.clear(who))
    tell_typing(who, false);
}

void live_room::tell_typing(const typist& who, bool is_typing) {
  const auto* guest = attendance_.find(who.guest);
  const auto shown = attendance_.show(guest != nullptr ? guest->who : person_id{who.user.value});
  broadcast(typing_changed{room_.id, shown.user, is_typing, shown.guest_name},
            guest != nullptr ? std::vector{who.guest} : attendance_.connections_of(who.user));
}

void live_room::expire_typing() {
  while (auto who = typing_.take_due(env_->now.steady()))
    tell_typing(*who, false);
  if (!typing_.empty())
    wake_at(typing_.next());
}

} // namespace parley
