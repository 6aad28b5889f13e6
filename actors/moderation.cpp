#include "actors/moderation.hpp"

#include "protocol/policy.hpp"

#include <utility>

namespace parley {

namespace {

/// The place of who acts. `room_not_found`, `not_a_member`.
storage::result<membership> find_actor(storage::reader& in, room_id room, user_id by) {
  auto place = in.rooms().find_access(room, by);
  if (!place)
    return tl::unexpected(error_code::room_not_found);
  if (!place->who)
    return tl::unexpected(error_code::not_a_member);
  return std::move(*place->who);
}

/// The user's place in a room that is known to exist; none where it is no member.
std::optional<membership> find_member(storage::reader& in, room_id room, user_id user) {
  return in.rooms().find_access(room, user).value().who;
}

/// What others see of a user who is known to exist.
user_brief find_brief(storage::reader& in, user_id id) {
  auto who = in.users().find(id).value();
  return {who.id, std::move(who.username), std::move(who.avatar_url)};
}

/// Guests are no members, but muted like one.
membership guests_of(const room& where) {
  return {.user = anonymous_user,
          .role = member_role::member,
          .muted_until = std::nullopt,
          .joined_at = where.created_at,
          .joined_after = {}};
}

error_code may_change(const membership& actor, const std::optional<membership>& target, const member_patch& patch) {
  if (patch.role && may_lead(actor) != error_code::none)
    return may_lead(actor);
  if (patch.muted_until && may_moderate(actor) != error_code::none)
    return may_moderate(actor);
  if (!target)
    return error_code::user_not_found;
  if (patch.role && target->role == member_role::owner)
    return error_code::owner_only;
  return patch.muted_until ? may_mute(actor, *target) : error_code::none;
}

error_code may_expel(const membership& actor, const std::optional<membership>& target, const remove_member& order) {
  if (order.by == order.target)
    return may_leave(actor);
  if (target)
    return may_remove(actor, *target);
  if (const auto verdict = may_moderate(actor); verdict != error_code::none)
    return verdict;
  return order.ban && order.target != anonymous_user ? error_code::none : error_code::user_not_found;
}

} // namespace

storage::result<room> find_owned(storage::reader& in, room_id room, user_id by) {
  auto place = in.rooms().find_access(room, by);
  if (!place)
    return tl::unexpected(error_code::room_not_found);
  if (!place->who)
    return tl::unexpected(error_code::not_a_member);
  if (const auto verdict = may_lead(*place->who); verdict != error_code::none)
    return tl::unexpected(verdict);
  return std::move(place->value);
}

storage::result<changed_member> carry_out(storage::writer& in, room_id room, const change_member& order,
                                          timestamp now) {
  auto actor = find_actor(in, room, order.by);
  if (!actor)
    return tl::unexpected(actor.error());
  auto place = in.rooms().find_access(room, order.target).value();
  const bool is_guests =
    order.target == anonymous_user && place.value.config.allow_guests && order.patch.muted_until.has_value();
  if (is_guests)
    place.who = guests_of(place.value);
  auto verdict = may_change(*actor, place.who, order.patch);
  if (verdict != error_code::none)
    return tl::unexpected(verdict);
  auto patch = order.patch;
  if (patch.muted_until && *patch.muted_until && **patch.muted_until <= now)
    patch.muted_until->reset();
  if (is_guests) {
    const auto before = in.rooms().find(room).value().guests_muted_until;
    in.members().mute_guests(room, *patch.muted_until);
    place.who->muted_until = *patch.muted_until;
    member_view shown{
      {anonymous_user, std::string(anonymous_name), std::nullopt}, place.who->role, place.who->joined_at, false};
    return changed_member{std::move(shown), std::move(*place.who), before != *patch.muted_until};
  }
  auto changed = in.members().change(room, order.target, patch);
  if (!changed)
    return tl::unexpected(changed.error());
  member_view shown{find_brief(in, order.target), changed->role, changed->joined_at, false};
  return changed_member{std::move(shown), *changed, *changed != *place.who};
}

storage::result<removed_member> carry_out(storage::writer& in, room_id room, const remove_member& order,
                                          timestamp now) {
  auto actor = find_actor(in, room, order.by);
  if (!actor)
    return tl::unexpected(actor.error());
  auto target = find_member(in, room, order.target);
  auto verdict = may_expel(*actor, target, order);
  if (verdict != error_code::none)
    return tl::unexpected(verdict);
  // Whoever leaves does not ban itself.
  auto done = in.members().remove(room, order.target, order.ban && order.by != order.target, now);
  if (!done)
    return tl::unexpected(done.error());
  return removed_member{find_brief(in, order.target), std::move(target)};
}

storage::result<void> carry_out(storage::writer& in, room_id room, const lift_ban& order) {
  auto actor = find_actor(in, room, order.by);
  if (!actor)
    return tl::unexpected(actor.error());
  if (const auto verdict = may_moderate(*actor); verdict != error_code::none)
    return tl::unexpected(verdict);
  return in.members().lift_ban(room, order.target);
}

storage::result<transferred> carry_out(storage::writer& in, room_id room, const transfer_room& order) {
  auto owned = find_owned(in, room, order.by);
  if (!owned)
    return tl::unexpected(owned.error());
  if (order.by == order.target)
    return transferred{std::move(*owned), {}, {}};
  if (!find_member(in, room, order.target))
    return tl::unexpected(error_code::user_not_found);
  auto done = in.rooms().transfer(room, order.target);
  if (!done)
    return tl::unexpected(done.error());
  auto& [value, moved] = *done;
  // They are in the new owner's list, but nobody pushes them there.
  std::erase_if(moved, [&](const notification& x) { return in.blocks().has(order.target, x.from.id); });
  return transferred{std::move(value),
                     {{find_brief(in, order.by), find_member(in, room, order.by).value()},
                      {find_brief(in, order.target), find_member(in, room, order.target).value()}},
                     std::move(moved)};
}

} // namespace parley
