// What people ask over HTTP in a simulated world.
#include "tests/sim/world.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace parley::sim {

template <class Out, class Order>
void world::ask_room(room_id where, Order what, answered<Out> then) {
  ++open_calls_;
  node_->ask_room<Out>(where, std::move(what),
                       [this, then = std::move(then), life = life_](const tl::expected<Out, error_code>& answer) {
                         if (life != life_)
                           return; // the process that was asked is gone
                         --open_calls_;
                         trace_.line("HTTP is answered: {}", answer ? "yes" : name(answer.error()));
                         then(answer);
                       });
}

void world::use_http() {
  const auto who = any_user();
  const auto where = any_room();
  const auto percent = fate_.below(100);
  trace_.line("HTTP {} by user {} in room {}", percent, who.value, where.value);
  if (percent < 45)
    submit(who, where);
  else if (percent < 70)
    change_message(who);
  else if (percent < 85)
    ask_room<admission>(where, become_member{who});
  else
    answer_somebody(who);
}

void world::submit(user_id who, room_id where) {
  post what{where, who, {}, {}};
  const auto old = std::ranges::find_if(posts_, [&](const post& x) { return x.sender == who && x.room == where; });
  if (old != posts_.end() && fate_.chance(30)) {
    what = *old;
  } else {
    what.content = fmt::format("m{}", next_post_);
    what.name = fmt::format("n{}", next_post_++);
    witness_.posted(where, who, what.name, what.content);
    posts_.push_back(what);
  }
  submit_message order{disk_.committed.brief(who), {what.content, message_type::text, what.name}};
  ask_room<submitted>(where, std::move(order), [this, what](const tl::expected<submitted, error_code>& answer) {
    if (answer)
      witness_.acknowledged(what.room, what.sender, what.name, answer->receipt.id);
  });
}

void world::change_message(user_id who) {
  const auto& all = disk_.committed.messages;
  if (all.empty())
    return;
  const auto& what = all[all.size() - 1 - fate_.below(std::min<std::size_t>(all.size(), 6))];
  const auto id = what.id;
  const auto by = fate_.chance(70) ? what.sender : who;
  auto* entry = truth_.find(id);
  if (by == anonymous_user || entry == nullptr)
    return;
  if (fate_.chance(25)) {
    ask_room<read_mark>(what.room, mark_read{who, id});
    return;
  }
  if (fate_.chance(30)) {
    entry->to_be_deleted = true;
    ask_room<finished>(what.room, delete_message{by, id}, [this, id](const tl::expected<finished, error_code>& done) {
      const auto& now = disk_.committed.messages;
      const auto at = std::ranges::lower_bound(now, id, {}, &message::id);
      if (done && at != now.end() && at->id == id && !at->deleted)
        witness_.fail("acknowledged is stored", fmt::format("message {} was deleted and is there", id.value));
    });
    return;
  }
  auto content = fmt::format("{}, edited {}", entry->versions.front().substr(0, 8), entry->versions.size());
  entry->versions.push_back(content);
  ask_room<message>(what.room, edit_message{by, id, content});
}

void world::answer_somebody(user_id who) {
  for (const auto& [id, x] : disk_.committed.notifications)
    if (x.receiver == who && !x.answered()) {
      ask_room<notification_outcome>(x.room,
                                     answer_notification{disk_.committed.brief(who), id, fate_.chance(75), x.token});
      return;
    }
  ask_room<admission>(any_room(), invite_member{who, any_user()});
}

void world::moderate() {
  const auto where = any_room();
  const auto found = disk_.committed.rooms.find(where);
  if (found == disk_.committed.rooms.end())
    return;
  const auto by = fate_.chance(80) ? found->second.owner : any_user();
  const auto target = any_user();
  const auto percent = fate_.below(100);
  trace_.line("moderation {} by user {} of user {} in room {}", percent, by.value, target.value, where.value);
  if (percent < 25) {
    witness_.left_once(where, target);
    ask_room<finished>(where, remove_member{by, target, fate_.chance(30)});
  } else if (percent < 35) {
    witness_.left_once(where, target);
    ask_room<finished>(where, remove_member{target, target, false});
  } else if (percent < 45) {
    ask_room<finished>(where, lift_ban{by, target});
  } else if (percent < 55) {
    member_patch mute;
    mute.muted_until = fate_.chance(50) ? std::optional(stage_.now() + std::chrono::seconds(5)) : std::nullopt;
    ask_room<member_state>(where, change_member{by, target, mute});
  } else if (percent < 62) {
    member_patch role;
    role.role = fate_.chance(50) ? member_role::moderator : member_role::member;
    witness_.ranked_once(where, target);
    ask_room<member_state>(where, change_member{by, target, role});
  } else if (percent < 80) {
    config_patch patch;
    patch.allow_guests = fate_.chance(50);
    if (!*patch.allow_guests)
      witness_.left_once(where, anonymous_user); // they all go
    patch.join = static_cast<join_policy>(fate_.below(3));
    ask_room<room_view>(where, change_config{by, patch});
  } else if (percent < 88) {
    ask_room<room_view>(where, change_room{by, {"another name", std::nullopt}});
  } else if (percent < 94) {
    witness_.ranked_once(where, target);
    ask_room<room_view>(where, transfer_room{by, target});
  } else if (plan_.dissolves) {
    ask_room<finished>(where, dissolve_room{by});
  }
}

void world::change_access() {
  const auto who = any_user();
  trace_.line("the access of user {} is revoked", who.value);
  auto job =
    make_write_job([who, now = stage_.now()](storage::writer& w) { return w.tokens().revoke_user(who, now, now); });
  ++open_calls_;
  const auto now = stage_.now();
  node_->ask<finished>(node_->writer, write_request{job},
                       [this, job, who, now, life = life_](const tl::expected<finished, error_code>& done) {
                         if (life != life_)
                           return;
                         --open_calls_;
                         if (done)
                           tell_of_revocation(who, now);
                       });
}

void world::tell_of_revocation(user_id who, timestamp cutoff) {
  ++open_calls_;
  node_->ask<finished>(node_->directory, revoke_access{{{}, {{who, cutoff}}}},
                       [this, life = life_](const tl::expected<finished, error_code>&) {
                         if (life == life_)
                           --open_calls_;
                       });
}

} // namespace parley::sim
