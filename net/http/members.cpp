// Who is in a room: joining where the room is open, leaving, removing.
#include "net/http/access.hpp"
#include "net/http/handlers.hpp"

namespace parley::net {

namespace {

handled join(http_context& context, room_id room, user_id caller) {
  if (auto turn = take_turn(context, limited_act::join, std::to_string(caller.value)); !turn)
    co_return tl::unexpected(std::move(turn.error()));
  auto find = [caller](storage::reader& reader) { return find_caller(reader, caller); };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  if (!*found)
    co_return tl::unexpected<refusal>(found->error());
  become_member order{.user = caller};
  auto joined = co_await context.ask.ask_room<finished>(room, std::move(order));
  if (!joined)
    co_return tl::unexpected<refusal>(joined.error());
  co_return json(200, encode_joined());
}

handled remove(http_context& context, room_id room, parley::remove_member order) {
  auto removed = co_await context.ask.ask_room<finished>(room, std::move(order));
  if (!removed)
    co_return tl::unexpected<refusal>(removed.error());
  co_return no_content();
}

/// Of parameters with one name the last counts.
tl::expected<bool, refusal> decode_flag(const query_parameters& query, std::string_view name) {
  std::string_view given = "false";
  for (const auto& [key, value] : query)
    if (key == name)
      given = value;
  if (given != "true" && given != "false")
    return tl::unexpected<refusal>(problem({{std::string(name), fault::not_a_boolean}}));
  return given == "true";
}

} // namespace

handled add_member(http_context& context, const request& from) {
  const auto id = path_number(from, "room_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const auto wish = decode_member_request(from.body);
  if (!wish)
    co_return tl::unexpected<refusal>(wish.error());
  const room_id room(*id);
  if (!wish->user)
    co_return co_await join(context, room, from.caller.user);
  // Nobody is put into a room by somebody else: that takes an invitation, and there are none yet.
  auto find = [room, caller = from.caller.user](storage::reader& reader) { return find_place(reader, room, caller); };
  auto place = co_await context.ask.read(std::move(find));
  if (!place)
    co_return tl::unexpected<refusal>(place.error());
  co_return tl::unexpected<refusal>(*place ? error_code::forbidden : place->error());
}

handled remove_member(http_context& context, const request& from) {
  const auto room = path_number(from, "room_id");
  if (!room)
    co_return tl::unexpected(room.error());
  const auto target = path_number(from, "user_id");
  if (!target)
    co_return tl::unexpected(target.error());
  const auto ban = decode_flag(from.query, "ban");
  if (!ban)
    co_return tl::unexpected(ban.error());
  // Whoever leaves does not ban itself.
  parley::remove_member order{.by = from.caller.user, .target = user_id(*target), .ban = false};
  order.ban = *ban && order.by != order.target;
  co_return co_await remove(context, room_id(*room), order);
}

handled join_room(http_context& context, const request& from) {
  const auto wish = decode_room_reference(from.body);
  if (!wish)
    co_return tl::unexpected<refusal>(wish.error());
  co_return co_await join(context, wish->room, from.caller.user);
}

handled leave_room(http_context& context, const request& from) {
  const auto wish = decode_room_reference(from.body);
  if (!wish)
    co_return tl::unexpected<refusal>(wish.error());
  const parley::remove_member order{.by = from.caller.user, .target = from.caller.user, .ban = false};
  co_return co_await remove(context, wish->room, order);
}

} // namespace parley::net
