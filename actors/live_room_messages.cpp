// Messages through the pipeline, and typing.
#include "actors/live_room_inline.hpp"
#include "actors/overloaded.hpp"

#include <algorithm>

namespace parley {

void live_room::post(user_brief author, post_draft draft, decltype(pending_post::asker) asker) {
  auto failed = [this, asker](error_code why) mutable { fail(asker, why); };
  const auto until = answer_due();
  auto user = author.id;
  auto accept = [this, author = std::move(author), draft = std::move(draft), asker = std::move(asker), failed,
                 until](const right& access) mutable {
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
    auto guest = guest_name(author, draft, asker);
    pipeline_.push_back(
      {ticket, author.id, draft.client_msg_id, std::move(asker), std::chrono::steady_clock::now(), until});
    wake_at(until);
    send(env_->writer, append_message{caf::actor_cast<room_actor>(this),
                                      ticket,
                                      {room_.id, std::move(author), std::move(draft), now, std::move(guest)}});
  };
  if (user == anonymous_user) {
    right guest;
    if (room_.config.allow_guests && present_.contains(user))
      guest.who = membership{user, member_role::member, {}, {}, {}};
    accept(guest);
    return;
  }
  with_right(user, until, std::move(accept), std::move(failed));
}

std::string live_room::guest_name(const user_brief& author, const post_draft& draft,
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
  auto others = live().active_users - (present_.contains(post.sender) ? 1 : 0);
  post_receipt receipt{stored.id, repeated ? 0 : others, stored.sent_at};
  std::visit(overloaded{
               [&](const origin& from) {
                 if (from.shape == wire_shape::envelope) {
                   message_ack_reply ack{stored.id, post.client_msg_id, stored.sent_at, receipt.sent_to_online_users};
                   tell(from, make_text_frame(encode_envelope(ack, from.request_id, language::zh)));
                 } else if (repeated) {
                   tell(from, make_text_frame(encode_flat(message_posted{stored, false})));
                 }
               },
               [&](promise<submitted>& out) {
                 out.deliver(submitted{receipt, repeated});
               },
               [](std::monostate) {},
             },
             post.asker);
  if (!repeated)
    publish(stored, post.accepted);
}

void live_room::publish(const message& x, std::chrono::steady_clock::time_point accepted) {
  last_message_ = x.id;
  recent_.push(x);
  for (auto& [connection, waiting] : catching_up_)
    waiting.since.push_back(x);
  broadcast(message_posted{x, false}, {}, stage_times{accepted, std::chrono::steady_clock::now()});
}

void live_room::on_typing(const set_typing& x) {
  auto type = [this, x] {
    auto who = present_.find(x.user.id);
    if (!visitors_.contains(x.from.connection) || who == present_.end()) {
      refuse(x.from, refused::request::typing, error_code::not_joined);
      return;
    }
    if (x.is_typing) {
      who->second.typing_until = env_->now.steady() + typing_lifetime;
      who->second.typing_from = x.from.connection;
      wake_at(*who->second.typing_until);
    } else {
      who->second.typing_until.reset();
    }
    broadcast(typing_changed{room_.id, x.user, x.is_typing}, x.from.connection);
  };
  in_turn(x.user.id, answer_due(), std::move(type),
          [this, from = x.from](error_code why) { refuse(from, refused::request::typing, why); });
}

void live_room::stop_typing(present_user& who) {
  who.typing_until.reset();
  broadcast(typing_changed{room_.id, who.user, false}, who.typing_from);
}

void live_room::expire_typing() {
  auto now = env_->now.steady();
  std::optional<moment> next;
  for (auto& [id, who] : present_) {
    if (!who.typing_until)
      continue;
    if (*who.typing_until <= now)
      stop_typing(who);
    else
      next = std::min(next.value_or(*who.typing_until), *who.typing_until);
  }
  if (next)
    wake_at(*next);
}

} // namespace parley
