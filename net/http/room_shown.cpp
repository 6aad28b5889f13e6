#include "net/http/room_shown.hpp"

#include "actors/invitations.hpp"

namespace parley::net {

storage::result<stored_room> find_stored_room(storage::reader& from, room_id room, user_id caller, timestamp now) {
  auto place = from.profiles().find_place(room, caller);
  if (!place)
    return tl::unexpected(error_code::room_not_found);
  if (!place->access.who && !from.users().find(caller))
    return tl::unexpected(error_code::invalid_token);
  return describe(from, std::move(*place), caller, now);
}

stored_room describe(storage::reader& from, storage::room_place place, user_id caller, timestamp now) {
  auto& access = place.access;
  const auto& pending = place.pending;
  standing stands{.config = access.value.config,
                  .who = access.who,
                  .banned = access.banned,
                  .awaits_answer = pending.has_value(),
                  .has_asked = pending && pending->kind == notification_kind::join_request};
  if (way_in(stands.config, stands.who.has_value(), stands.banned) == join_policy::approval && !pending)
    stands.ask = may_ask(from, access.value.id, caller, access.value.owner, now);
  own_place me;
  me.unread = place.unread;
  me.may = allowed_actions(stands, now);
  if (pending)
    me.pending = pending->id;
  if (access.who) {
    me.role = access.who->role;
    me.joined_at = access.who->joined_at;
    if (access.who->muted_until && *access.who->muted_until > now)
      me.muted_until = access.who->muted_until;
    me.last_read = place.last_read; // a mark outlives a membership, but only members are told of it
  }
  return {std::move(access.value), std::move(me)};
}

boost::asio::awaitable<answer> show(http_context& context, stored_room stored, int status) {
  auto shown = co_await view(context, std::move(stored.value));
  if (!shown)
    co_return tl::unexpected<refusal>(shown.error());
  const seen_room out{.room = std::move(*shown), .me = std::move(stored.me)};
  co_return json(status, encode(out));
}

boost::asio::awaitable<answer> show_again(http_context& context, room_id room, user_id caller, int status) {
  auto find = [room, caller, now = context.now()](storage::reader& reader) {
    return find_stored_room(reader, room, caller, now);
  };
  auto stored = co_await look_up(context, std::move(find));
  if (!stored)
    co_return tl::unexpected(std::move(stored.error()));
  co_return co_await show(context, std::move(*stored), status);
}

} // namespace parley::net
