// A room as whoever asks over HTTP is shown it: with what it is to that user, and what the user may do there.
#pragma once

#include "net/http/access.hpp"
#include "protocol/policy.hpp"

namespace parley::net {

/// A room as it is stored, and what it is to a user.
struct stored_room {
  room value;
  own_place me;
};

/// What the place is to the user who has it, or to a stranger who is some user.
stored_room describe(storage::reader& from, storage::room_place place, user_id caller, timestamp now);

/// What the user may do is told by the rules that serve it (protocol/policy.hpp, `may_ask`). `room_not_found`,
/// `invalid_token`.
storage::result<stored_room> find_stored_room(storage::reader& from, room_id room, user_id caller, timestamp now);

/// `status` with the document of the room, which is as full as it is now.
boost::asio::awaitable<answer> show(http_context& context, stored_room stored, int status);

/// The room as it is now, after something was done to it: `status` with the document. Errors of `find_stored_room`.
boost::asio::awaitable<answer> show_again(http_context& context, room_id room, user_id caller, int status);

/// Has the room change itself, and shows it as it is then.
template <class Order>
boost::asio::awaitable<answer> change_shown(http_context& context, room_id room, user_id caller, Order order) {
  auto done = co_await context.ask.ask_room<room_view>(room, std::move(order));
  if (!done)
    co_return tl::unexpected<refusal>(done.error());
  co_return co_await show_again(context, room, caller, 200);
}

} // namespace parley::net
