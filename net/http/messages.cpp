// Messages: posting through the room's actor, reading what the room's history policy shows.
#include "net/http/access.hpp"
#include "net/http/handlers.hpp"
#include "protocol/policy.hpp"

namespace parley::net {

handled post_message(http_context& context, const request& from) {
  const auto id = path_number(from, "room_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const auto caller = from.caller.user;
  if (auto turn = take_turn(context, limited_act::message, std::to_string(caller.value)); !turn)
    co_return tl::unexpected(std::move(turn.error()));
  auto draft = decode_post(from.body);
  if (!draft)
    co_return tl::unexpected<refusal>(std::move(draft.error()));
  auto find = [caller](storage::reader& reader) { return find_caller(reader, caller); };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  if (!*found)
    co_return tl::unexpected<refusal>(found->error());
  auto& sender = **found;
  user_brief brief{.id = caller, .username = std::move(sender.username), .avatar_url = std::move(sender.avatar_url)};
  submit_message order{.user = std::move(brief), .draft = std::move(*draft)};
  auto posted = co_await context.ask.ask_room<submitted>(room_id(*id), std::move(order));
  if (!posted)
    co_return tl::unexpected<refusal>(posted.error());
  co_return json(posted->repeated ? 200 : 201, encode(posted->receipt, from.lang));
}

handled list_messages(http_context& context, const request& from) {
  const auto id = path_number(from, "room_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const auto at = decode_history(from.query);
  if (!at)
    co_return tl::unexpected<refusal>(at.error());
  auto find = [id = room_id(*id), caller = from.caller.user,
               at = *at](storage::reader& reader) -> storage::result<history_page> {
    const auto place = find_place(reader, id, caller);
    if (!place)
      return tl::unexpected(place.error());
    const auto visible = visible_messages(place->value.config, *place->who);
    if (visible.none)
      return history_page{};
    return reader.find_messages(id, visible.after, at);
  };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  if (!*found)
    co_return tl::unexpected<refusal>(found->error());
  co_return json(200, encode(**found));
}

handled show_message(http_context& context, const request& from) {
  const auto id = path_number(from, "message_id");
  if (!id)
    co_return tl::unexpected(id.error());
  auto find = [id = message_id(*id), caller = from.caller.user](storage::reader& reader) -> storage::result<message> {
    auto found = reader.find_message(id);
    if (!found)
      return tl::unexpected(error_code::message_not_found);
    const auto place = find_place(reader, found->room, caller);
    if (!place)
      return tl::unexpected(place.error());
    if (!visible_messages(place->value.config, *place->who).shows(id))
      return tl::unexpected(error_code::message_not_found);
    return std::move(*found);
  };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  if (!*found)
    co_return tl::unexpected<refusal>(found->error());
  co_return json(200, encode(**found));
}

} // namespace parley::net
