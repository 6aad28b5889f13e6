// Notifications: the caller's own, read or answered. An answer is the room's to carry out.
#include "actors/invitations.hpp"
#include "net/http/access.hpp"
#include "net/http/handlers.hpp"

namespace parley::net {

namespace {

struct notification_listing {
  std::optional<notification_status> status;
  page_request at;
};

tl::expected<notification_listing, refusal> decode_notification_listing(const query_parameters& query) {
  notification_listing out;
  std::vector<field_fault> faults;
  gather(decode_notification_status(query), out.status, faults);
  gather(decode_page(query), out.at, faults);
  if (!faults.empty())
    return tl::unexpected<refusal>(problem(std::move(faults)));
  return out;
}

struct letter {
  notification value;
  user_brief reader;
};

} // namespace

handled list_notifications(http_context& context, const request& from) {
  const auto wish = decode_notification_listing(from.query);
  if (!wish)
    co_return tl::unexpected(wish.error());
  auto find = [caller = from.caller.user,
               wish = *wish](storage::reader& reader) -> storage::result<page<notification>> {
    if (auto known = find_caller(reader, caller); !known)
      return tl::unexpected(known.error());
    return reader.notifications().list(caller, wish.status, wish.at);
  };
  auto theirs = co_await look_up(context, std::move(find));
  if (!theirs)
    co_return tl::unexpected(std::move(theirs.error()));
  co_return json(200, encode(*theirs));
}

handled mark_notification(http_context& context, const request& from) {
  const auto id = path_id<notification_id>(from, "notification_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const auto wish = decode_notification_mark(from.body);
  if (!wish)
    co_return tl::unexpected<refusal>(wish.error());
  auto mark = [id = *id, caller = from.caller.user, read = wish->read](storage::writer& writer) {
    return writer.notifications().mark(id, caller, read);
  };
  auto marked = co_await store(context, std::move(mark));
  if (!marked)
    co_return tl::unexpected(std::move(marked.error()));
  co_return json(200, encode(*marked));
}

handled respond_notification(http_context& context, const request& from) {
  const auto id = path_id<notification_id>(from, "notification_id");
  if (!id)
    co_return tl::unexpected(id.error());
  auto wish = decode_notification_answer(from.body);
  if (!wish)
    co_return tl::unexpected<refusal>(std::move(wish.error()));
  // Asked here already, because a room that is gone cannot say what else is wrong.
  auto find = [id = *id, caller = from.caller.user,
               token = wish->token](storage::reader& reader) -> storage::result<letter> {
    auto who = find_caller(reader, caller);
    if (!who)
      return tl::unexpected(who.error());
    auto value = reader.notifications().find(id);
    if (const auto verdict = may_answer(value, caller, token); verdict != error_code::none)
      return tl::unexpected(verdict);
    return letter{std::move(*value), {who->id, std::move(who->username), std::move(who->avatar_url)}};
  };
  auto open = co_await look_up(context, std::move(find));
  if (!open)
    co_return tl::unexpected(std::move(open.error()));
  answer_notification order{
    .by = std::move(open->reader), .id = *id, .accept = wish->accept, .token = std::move(wish->token)};
  auto done = co_await context.ask.ask_room<notification_outcome>(open->value.room, std::move(order));
  if (!done)
    co_return tl::unexpected<refusal>(done.error() == error_code::room_not_found ? error_code::gone : done.error());
  co_return json(200, encode(*done));
}

} // namespace parley::net
