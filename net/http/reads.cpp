// How far members have read.
#include "net/http/access.hpp"
#include "net/http/handlers.hpp"
#include "net/http/room_of_message.hpp"

namespace parley::net {

handled mark_read(http_context& context, const request& from) {
  const auto id = path_id<message_id>(from, "message_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const parley::mark_read order{.by = from.caller.user, .id = *id};
  auto mark = co_await ask_room_of<read_mark>(context, order);
  if (!mark)
    co_return tl::unexpected<refusal>(mark.error());
  co_return json(200, encode(*mark, order.id));
}

handled list_readers(http_context& context, const request& from) {
  const auto id = path_id<message_id>(from, "message_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const auto at = decode_page(from.query);
  if (!at)
    co_return tl::unexpected<refusal>(at.error());
  auto find = [id = *id, caller = from.caller.user,
               at = *at](storage::reader& reader) -> storage::result<page<user_brief>> {
    const auto found = find_visible_message(reader, id, caller);
    if (!found)
      return tl::unexpected(found.error());
    return reader.read_marks().list_readers(found->room, id, at);
  };
  auto found = co_await look_up(context, std::move(find));
  if (!found)
    co_return tl::unexpected(std::move(found.error()));
  co_return json(200, encode(*found));
}

} // namespace parley::net
