// Who is in a room and as what: joining, inviting, leaving, roles, mutes, removals, bans.
#include "net/http/access.hpp"
#include "net/http/handlers.hpp"
#include "protocol/policy.hpp"

namespace parley::net {

namespace {

/// 201 where somebody has to answer first.
template <class Order>
handled admit(http_context& context, room_id room, Order order) {
  auto done = co_await context.ask.ask_room<admission>(room, std::move(order));
  if (!done)
    co_return tl::unexpected<refusal>(done.error());
  co_return json(done->pending ? 201 : 200, encode(*done));
}

/// Asks for the caller itself, or invites `target`.
handled request_place(http_context& context, room_id room, user_id caller, std::optional<user_id> target) {
  if (auto turn = take_turn(context, limited_act::join, std::to_string(caller.value)); !turn)
    co_return tl::unexpected(std::move(turn.error()));
  if (target.value_or(caller) == caller) {
    const become_member order{.user = caller};
    co_return co_await admit(context, room, order);
  }
  const invite_member order{.by = caller, .target = *target};
  co_return co_await admit(context, room, order);
}

tl::expected<bool, refusal> decode_flag(const query_parameters& query, std::string_view name) {
  const auto given = find_parameter(query, name).value_or("false");
  if (given != "true" && given != "false")
    return tl::unexpected<refusal>(problem({{std::string(name), fault::not_a_boolean}}));
  return given == "true";
}

} // namespace

handled add_member(http_context& context, const request& from) {
  const auto wish = read_room_wish(from, decode_member_request);
  if (!wish)
    co_return tl::unexpected(wish.error());
  co_return co_await request_place(context, wish->room, from.caller.user, wish->body.user);
}

handled withdraw_request(http_context& context, const request& from) {
  const auto room = path_id<room_id>(from, "room_id");
  if (!room)
    co_return tl::unexpected(room.error());
  const parley::withdraw_request order{.by = from.caller.user};
  co_return co_await order_room(context, *room, order);
}

handled change_member(http_context& context, const request& from) {
  const auto at = read_member_path(from);
  if (!at)
    co_return tl::unexpected(at.error());
  const auto patch = decode_member_patch(from.body);
  if (!patch)
    co_return tl::unexpected<refusal>(patch.error());
  parley::change_member order{.by = from.caller.user, .target = at->user, .patch = *patch};
  auto changed = co_await context.ask.ask_room<member_state>(at->room, std::move(order));
  if (!changed)
    co_return tl::unexpected<refusal>(changed.error());
  std::vector<user_id> who(1, at->user);
  auto online = co_await ask_online(context, std::move(who));
  if (!online)
    co_return tl::unexpected<refusal>(online.error());
  changed->member.online = online->front();
  co_return json(200, encode(*changed));
}

handled remove_member(http_context& context, const request& from) {
  const auto at = read_member_path(from);
  if (!at)
    co_return tl::unexpected(at.error());
  const auto ban = decode_flag(from.query, "ban");
  if (!ban)
    co_return tl::unexpected(ban.error());
  const parley::remove_member order{.by = from.caller.user, .target = at->user, .ban = *ban};
  co_return co_await order_room(context, at->room, order);
}

handled list_bans(http_context& context, const request& from) {
  const auto room = path_id<room_id>(from, "room_id");
  if (!room)
    co_return tl::unexpected(room.error());
  const auto at = decode_page(from.query);
  if (!at)
    co_return tl::unexpected<refusal>(at.error());
  auto find = [room = *room, caller = from.caller.user,
               at = *at](storage::reader& reader) -> storage::result<page<user_brief>> {
    const auto place = find_place(reader, room, caller);
    if (!place)
      return tl::unexpected(place.error());
    if (const auto verdict = may_moderate(*place->who); verdict != error_code::none)
      return tl::unexpected(verdict);
    return reader.members().list_bans(room, at);
  };
  auto banned = co_await look_up(context, std::move(find));
  if (!banned)
    co_return tl::unexpected(std::move(banned.error()));
  co_return json(200, encode(*banned));
}

handled lift_ban(http_context& context, const request& from) {
  const auto at = read_member_path(from);
  if (!at)
    co_return tl::unexpected(at.error());
  const parley::lift_ban order{.by = from.caller.user, .target = at->user};
  co_return co_await order_room(context, at->room, order);
}

handled join_room(http_context& context, const request& from) {
  const auto wish = decode_room_reference(from.body);
  if (!wish)
    co_return tl::unexpected<refusal>(wish.error());
  co_return co_await request_place(context, wish->room, from.caller.user, std::nullopt);
}

handled leave_room(http_context& context, const request& from) {
  const auto wish = decode_room_reference(from.body);
  if (!wish)
    co_return tl::unexpected<refusal>(wish.error());
  const parley::remove_member order{.by = from.caller.user, .target = from.caller.user, .ban = false};
  co_return co_await order_room(context, wish->room, order);
}

} // namespace parley::net
