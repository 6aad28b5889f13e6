// The handler of every HTTP route, by topic. Each runs on its connection's I/O thread and holds nothing but its
// request.
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace parley::net {

using handled = boost::asio::awaitable<answer>;

// -- users.cpp --
handled register_user(http_context& context, const request& from);
handled show_profile(http_context& context, const request& from);
handled change_profile(http_context& context, const request& from);

// -- tokens.cpp --
handled login(http_context& context, const request& from);
handled refresh_token(http_context& context, const request& from);
handled check_token(http_context& context, const request& from);
handled revoke_token(http_context& context, const request& from);

// -- rooms.cpp --
handled create_room(http_context& context, const request& from);
handled list_rooms(http_context& context, const request& from);
handled show_room(http_context& context, const request& from);
handled change_room(http_context& context, const request& from);
handled delete_room(http_context& context, const request& from);
handled show_room_details(http_context& context, const request& from);
handled change_room_config(http_context& context, const request& from);

// -- members.cpp --
handled add_member(http_context& context, const request& from);
handled remove_member(http_context& context, const request& from);
handled join_room(http_context& context, const request& from);
handled leave_room(http_context& context, const request& from);

// -- messages.cpp --
handled post_message(http_context& context, const request& from);
handled list_messages(http_context& context, const request& from);
handled show_message(http_context& context, const request& from);

// -- status.cpp --
handled show_status(http_context& context, const request& from);
handled show_health(http_context& context, const request& from);
handled show_readiness(http_context& context, const request& from);

} // namespace parley::net
