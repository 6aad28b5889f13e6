#include "actors/invitations.hpp"

#include "auth/password.hpp"
#include "protocol/limits.hpp"
#include "protocol/policy.hpp"

#include <cassert>
#include <utility>

namespace parley {

namespace {

storage::result<notification> ask_owner(storage::writer& in, const room& where, user_id candidate, std::string token,
                                        timestamp now) {
  if (const auto verdict = may_ask(in, where.id, candidate, where.owner, now); verdict != error_code::none)
    return tl::unexpected(verdict);
  return in.notifications().add(
    {notification_kind::join_request, where.owner, candidate, where.id, std::move(token), now});
}

/// An invitation is the owner's only as long as whoever sent it is the owner; a request is put to the owner.
bool has_the_owners_word(const notification& x, const room& where) {
  return x.kind == notification_kind::join_request ||
         (x.kind == notification_kind::owner_invitation && x.from.id == where.owner);
}

storage::result<entered> add_member(storage::writer& in, room_id room, user_id user, timestamp now) {
  return in.members().add(room, user, member_role::member, now).map([&](membership&& who) {
    auto known = in.users().find(user).value(); // members are users
    return entered{{user, std::move(known.username), std::move(known.avatar_url)},
                   std::move(who),
                   true,
                   in.read_marks().find(room, user)};
  });
}

} // namespace

error_code may_ask(storage::reader& in, room_id room, user_id from, user_id to, timestamp now) {
  if (in.blocks().has(to, from))
    return error_code::user_blocked;
  const auto since = now - std::chrono::days(limits::rejections_days);
  return in.notifications().count_rejections(room, from, to, since) < limits::rejections_max
           ? error_code::none
           : error_code::invitation_declined;
}

storage::result<entered> enter_open_room(storage::writer& in, room_id room, user_id user, timestamp now) {
  auto place = in.rooms().find_access(room, user);
  if (!place)
    return tl::unexpected(error_code::room_not_found);
  if (place->who)
    return entered{{user, {}, {}}, std::move(*place->who), false, {}};
  if (place->banned)
    return tl::unexpected(error_code::banned);
  if (place->value.config.join != join_policy::open)
    return tl::unexpected(error_code::not_a_member);
  return add_member(in, room, user, now);
}

storage::result<asked> ask_to_join(storage::writer& in, room_id room, user_id user, std::string token, timestamp now) {
  if (!in.users().find(user))
    return tl::unexpected(error_code::invalid_token);
  auto place = in.rooms().find_access(room, user);
  if (!place)
    return tl::unexpected(error_code::room_not_found);
  const auto way = way_in(place->value.config, place->who.has_value(), place->banned);
  if (!way)
    return tl::unexpected(way.error());
  if (*way == join_policy::open)
    return enter_open_room(in, room, user, now).map([](entered&& who) { return asked{std::move(who), std::nullopt}; });
  return ask_owner(in, place->value, user, std::move(token), now).map([](notification&& request) {
    return asked{std::nullopt, std::move(request)};
  });
}

storage::result<notification> invite(storage::writer& in, room_id room, const invite_member& order, std::string token,
                                     timestamp now) {
  auto by = in.rooms().find_access(room, order.by);
  if (!by)
    return tl::unexpected(error_code::room_not_found);
  if (!by->who)
    return tl::unexpected(error_code::not_a_member);
  if (order.target == anonymous_user || !in.users().find(order.target))
    return tl::unexpected(error_code::user_not_found);
  auto target = in.rooms().find_access(room, order.target);
  if (target->who)
    return tl::unexpected(error_code::already_member);
  if (target->banned)
    return tl::unexpected(error_code::banned);
  if (const auto verdict = may_ask(in, room, order.by, order.target, now); verdict != error_code::none)
    return tl::unexpected(verdict);
  auto kind =
    by->who->role == member_role::owner ? notification_kind::owner_invitation : notification_kind::member_invitation;
  return in.notifications().add({kind, order.target, order.by, room, std::move(token), now});
}

error_code may_answer(const std::optional<notification>& found, user_id by, std::string_view token) {
  if (!found || found->receiver != by)
    return error_code::notification_not_found;
  if (!auth::same_secret(found->token, token))
    return error_code::bad_token;
  if (found->withdrawn)
    return error_code::gone;
  return found->answered() ? error_code::already_answered : error_code::none;
}

storage::result<answered> answer(storage::writer& in, room_id room, const answer_notification& order, std::string token,
                                 timestamp now) {
  auto found = in.notifications().find(order.id);
  if (auto verdict = may_answer(found, order.by.id, order.token); verdict != error_code::none)
    return tl::unexpected(verdict);
  assert(found->room == room);
  auto candidate = found->candidate();
  auto place = in.rooms().find_access(room, candidate);
  if (!place)
    return tl::unexpected(error_code::room_not_found);
  if (found->kind == notification_kind::join_request && place->value.owner != order.by.id)
    return tl::unexpected(error_code::owner_only);
  bool comes_in = order.accept && !place->who;
  if (comes_in && place->banned)
    return tl::unexpected(error_code::banned);

  const bool asks_owner = comes_in && !has_the_owners_word(*found, place->value);
  if (asks_owner)
    if (const auto verdict = may_ask(in, room, candidate, place->value.owner, now); verdict != error_code::none)
      return tl::unexpected(verdict); // before anything is changed: the invitation stays open

  auto closed = in.notifications().answer(order.id, order.accept, now);
  if (!closed)
    return tl::unexpected(closed.error());
  answered out{std::move(*closed), std::nullopt, std::nullopt};
  if (!comes_in)
    return out;
  if (!asks_owner) {
    auto joined = add_member(in, room, candidate, now);
    if (!joined)
      return tl::unexpected(joined.error());
    out.joined = std::move(*joined);
  } else if (auto request = ask_owner(in, place->value, candidate, std::move(token), now)) {
    out.request = std::move(*request);
  } else if (request.error() != error_code::already_pending) { // one that waits already stands
    return tl::unexpected(request.error());
  }
  return out;
}

} // namespace parley
