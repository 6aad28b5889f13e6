// What handlers of rooms share: the right to a room, how full rooms are now, rate limits as refusals.
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"
#include "storage/ports.hpp"

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace parley::net {

/// The user who asks; `invalid_token` where its token outlived it.
storage::result<user> find_caller(storage::reader& from, user_id id);

/// The room and the caller's place in it. `room_not_found`, `invalid_token`, `not_a_member`; with `strangers_too`,
/// `who` may be empty.
storage::result<storage::room_access> find_place(storage::reader& from, room_id room, user_id caller,
                                                 bool strangers_too = false);

/// How full each room is now, in the order asked.
boost::asio::awaitable<tl::expected<std::vector<occupancy>, error_code>> ask_occupancy(http_context& context,
                                                                                       std::vector<room_id> rooms);

/// The room as it is shown.
boost::asio::awaitable<tl::expected<room_view, error_code>> view(http_context& context, room value);

/// `rate_limited` where the act is due too early.
tl::expected<void, refusal> take_turn(http_context& context, limited_act act, std::string_view who);

} // namespace parley::net
