#include "protocol/policy.hpp"

#include <cassert>
#include <initializer_list>

namespace parley {

visibility visible_messages(const room_config& config, const membership& who) {
  if (who.moderates())
    return {};
  switch (config.history) {
  case history_policy::all:
    return {};
  case history_policy::since_join:
    return {.none = false, .after = who.joined_after};
  case history_policy::none:
    return {.none = true, .after = {}};
  }
  assert(false);
  return {.none = true, .after = {}};
}

bool knows_message(const room_config& config, const membership& who, message_id id) {
  return id > who.joined_after || visible_messages(config, who).shows(id);
}

error_code may_post(const membership& who, message_type type, timestamp now) {
  if (who.muted_until && *who.muted_until > now)
    return error_code::muted;
  if (type == message_type::system && !who.moderates())
    return error_code::moderator_only;
  return error_code::none;
}

error_code may_lead(const membership& who) {
  return who.role == member_role::owner ? error_code::none : error_code::owner_only;
}

error_code may_moderate(const membership& who) {
  return who.moderates() ? error_code::none : error_code::moderator_only;
}

error_code may_leave(const membership& who) {
  return who.role == member_role::owner ? error_code::owner_cannot_leave : error_code::none;
}

error_code may_steer(const room_config& config, const membership& who) {
  const bool is_let = config.sync == sync_mode::everyone || (config.sync == sync_mode::owner && who.moderates());
  return is_let ? error_code::none : error_code::sync_forbidden;
}

tl::expected<join_policy, error_code> way_in(const room_config& config, bool is_member, bool banned) {
  if (is_member)
    return tl::unexpected(error_code::already_member);
  if (banned)
    return tl::unexpected(error_code::banned);
  if (config.join == join_policy::invite)
    return tl::unexpected(error_code::invite_only);
  return config.join;
}

std::vector<room_action> allowed_actions(const standing& x, timestamp now) {
  using enum room_action;
  std::vector<room_action> out;
  out.reserve(static_cast<std::size_t>(answer_requests) + 1);
  const auto add = [&out](error_code verdict, std::initializer_list<room_action> actions) {
    if (verdict == error_code::none)
      out.insert(out.end(), actions);
  };
  if (const auto way = way_in(x.config, x.who.has_value(), x.banned); way == join_policy::open)
    add(error_code::none, {join});
  else if (way == join_policy::approval)
    add(x.awaits_answer ? error_code::already_pending : x.ask, {ask});
  add(x.has_asked ? error_code::none : error_code::notification_not_found, {withdraw});
  if (!x.who)
    return out;
  const auto& who = *x.who;
  add(visible_messages(x.config, who).none ? error_code::message_not_found : error_code::none, {read_history});
  add(may_post(who, message_type::text, now), {send});
  add(error_code::none, {invite});
  add(may_leave(who), {leave});
  add(may_lead(who), {edit, configure, set_role});
  add(may_moderate(who), {mute, room_action::remove, ban, delete_any});
  add(may_lead(who), {transfer, dissolve});
  add(error_code::none, {add_video});
  add(may_steer(x.config, who), {steer});
  add(may_lead(who), {answer_requests});
  return out;
}

error_code may_mute(const membership& actor, const membership& target) {
  if (const auto verdict = may_moderate(actor); verdict != error_code::none)
    return verdict;
  bool over =
    target.role == member_role::member || (target.role == member_role::moderator && actor.role == member_role::owner);
  return over ? error_code::none : error_code::owner_only;
}

error_code may_remove(const membership& actor, const membership& target) {
  assert(actor.user != target.user);
  return may_mute(actor, target);
}

} // namespace parley
