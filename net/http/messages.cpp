// Messages: posting through the room's actor, reading what the room's history policy shows.
#include "net/http/access.hpp"
#include "net/http/files_access.hpp"
#include "net/http/handlers.hpp"
#include "net/http/room_of_message.hpp"
#include "protocol/policy.hpp"

namespace parley::net {

namespace {

/// Only files can be wrong by their content where the storage looked at them: none of them is the picture that the
/// message says it has.
refusal explain_post(error_code why) {
  return why == error_code::validation_failed ? refusal(problem({{"attachments", fault::not_an_image}})) : refusal(why);
}

} // namespace

handled post_message(http_context& context, const request& from) {
  const auto id = path_id<room_id>(from, "room_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const auto caller = from.caller.user;
  if (auto turn = take_turn(context, limited_act::message, std::to_string(caller.value)); !turn)
    co_return tl::unexpected(std::move(turn.error()));
  auto draft = decode_post(from.body, context.options.texts);
  if (!draft)
    co_return tl::unexpected<refusal>(std::move(draft.error()));
  auto sender = co_await context.ask.find_user(caller);
  if (!sender)
    co_return tl::unexpected<refusal>(sender.error());
  submit_message order{.user = std::move(*sender), .draft = std::move(*draft)};
  auto posted = co_await context.ask.ask_room<submitted>(*id, std::move(order));
  if (!posted)
    co_return tl::unexpected(explain_post(posted.error()));
  co_return json(posted->repeated ? 200 : 201, encode(posted->receipt, from.lang));
}

handled list_messages(http_context& context, const request& from) {
  const auto id = path_id<room_id>(from, "room_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const auto at = decode_history(from.query);
  if (!at)
    co_return tl::unexpected<refusal>(at.error());
  auto find = [id = *id, caller = from.caller.user,
               at = *at](storage::reader& reader) -> storage::result<history_page> {
    const auto place = find_place(reader, id, caller);
    if (!place)
      return tl::unexpected(place.error());
    const auto visible = visible_messages(place->value.config, *place->who);
    if (visible.none)
      return history_page{};
    return reader.messages().list(id, visible.after, at);
  };
  auto found = co_await look_up(context, std::move(find));
  if (!found)
    co_return tl::unexpected(std::move(found.error()));
  for (auto& one : found->items)
    sign_files(context, one);
  co_return json(200, encode(*found));
}

handled show_message(http_context& context, const request& from) {
  const auto id = path_id<message_id>(from, "message_id");
  if (!id)
    co_return tl::unexpected(id.error());
  auto find = [id = *id, caller = from.caller.user](storage::reader& reader) {
    return find_visible_message(reader, id, caller);
  };
  auto found = co_await look_up(context, std::move(find));
  if (!found)
    co_return tl::unexpected(std::move(found.error()));
  sign_files(context, *found);
  co_return json(200, encode(*found));
}

handled edit_message(http_context& context, const request& from) {
  const auto id = path_id<message_id>(from, "message_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const auto caller = from.caller.user;
  // The room hears of an edit as it hears of a message.
  if (auto turn = take_turn(context, limited_act::message, std::to_string(caller.value)); !turn)
    co_return tl::unexpected(std::move(turn.error()));
  auto wish = decode_message_edit(from.body, context.options.texts);
  if (!wish)
    co_return tl::unexpected<refusal>(std::move(wish.error()));
  parley::edit_message order{.by = caller, .id = *id, .content = std::move(wish->content)};
  auto edited = co_await ask_room_of<message>(context, std::move(order));
  if (!edited)
    co_return tl::unexpected<refusal>(edited.error());
  co_return json(200, encode(*edited));
}

handled delete_message(http_context& context, const request& from) {
  const auto id = path_id<message_id>(from, "message_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const parley::delete_message order{.by = from.caller.user, .id = *id};
  auto deleted = co_await ask_room_of<finished>(context, order);
  if (!deleted)
    co_return tl::unexpected<refusal>(deleted.error());
  co_return no_content();
}

} // namespace parley::net
