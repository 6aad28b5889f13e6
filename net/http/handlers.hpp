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

// -- account_end.cpp --
handled delete_profile(http_context& context, const request& from);

// -- sessions.cpp --
handled list_sessions(http_context& context, const request& from);
handled end_session(http_context& context, const request& from);
handled end_other_sessions(http_context& context, const request& from);

// -- people.cpp, avatars.cpp --
handled show_user(http_context& context, const request& from);
handled list_users(http_context& context, const request& from);
handled show_avatar(http_context& context, const request& from);

// -- blocks.cpp --
handled block_user(http_context& context, const request& from);
handled unblock_user(http_context& context, const request& from);
handled list_blocks(http_context& context, const request& from);

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
handled transfer_room(http_context& context, const request& from);

// -- members.cpp --
handled add_member(http_context& context, const request& from);
handled change_member(http_context& context, const request& from);
handled remove_member(http_context& context, const request& from);
handled withdraw_request(http_context& context, const request& from);
handled list_bans(http_context& context, const request& from);
handled lift_ban(http_context& context, const request& from);
handled join_room(http_context& context, const request& from);
handled leave_room(http_context& context, const request& from);

// -- notifications.cpp --
handled list_notifications(http_context& context, const request& from);
handled mark_notification(http_context& context, const request& from);
handled respond_notification(http_context& context, const request& from);

// -- messages.cpp --
handled post_message(http_context& context, const request& from);
handled list_messages(http_context& context, const request& from);
handled show_message(http_context& context, const request& from);
handled edit_message(http_context& context, const request& from);
handled delete_message(http_context& context, const request& from);

// -- reads.cpp --
handled mark_read(http_context& context, const request& from);
handled list_readers(http_context& context, const request& from);

// -- push.cpp --
handled list_my_clients(http_context& context, const request& from);
handled push_to_client(http_context& context, const request& from);
handled push_to_user(http_context& context, const request& from);

// -- tasks.cpp --
handled publish_task(http_context& context, const request& from);
handled list_tasks(http_context& context, const request& from);
handled show_task(http_context& context, const request& from);

// -- videos.cpp --
handled list_videos(http_context& context, const request& from);
handled add_video(http_context& context, const request& from);
handled delete_video(http_context& context, const request& from);
handled show_video(http_context& context, const request& from);

// -- files.cpp --
handled add_file(http_context& context, const request& from);
handled show_file(http_context& context, const request& from);
handled show_thumbnail(http_context& context, const request& from);

// -- uploads.cpp --
handled describe_uploads(http_context& context, const request& from);
handled create_upload(http_context& context, const request& from);
handled show_upload(http_context& context, const request& from);
handled append_upload(http_context& context, const request& from);
handled delete_upload(http_context& context, const request& from);

// -- assets.cpp --
handled show_home(http_context& context, const request& from);
handled show_docs(http_context& context, const request& from);
/// The page of the application, for whatever is below `/app`: the page finds its own way. 404 where the build had no
/// npm.
handled show_app(http_context& context, const request& from);
handled show_static(http_context& context, const request& from);

// -- api/documents.cpp --
handled show_openapi(http_context& context, const request& from);
handled show_asyncapi(http_context& context, const request& from);

// -- status.cpp --
handled show_status(http_context& context, const request& from);
handled show_health(http_context& context, const request& from);
handled show_readiness(http_context& context, const request& from);

// -- metrics.cpp, admin.cpp --
handled show_metrics(http_context& context, const request& from);
handled show_overview(http_context& context, const request& from);
handled list_connections(http_context& context, const request& from);
handled close_connection(http_context& context, const request& from);
handled list_disconnects(http_context& context, const request& from);
handled drain_node(http_context& context, const request& from);

// -- webhooks.cpp --
handled list_webhooks(http_context& context, const request& from);
handled create_webhook(http_context& context, const request& from);
handled show_webhook(http_context& context, const request& from);
handled change_webhook(http_context& context, const request& from);
handled delete_webhook(http_context& context, const request& from);
handled list_deliveries(http_context& context, const request& from);
handled resend_delivery(http_context& context, const request& from);
handled test_webhook(http_context& context, const request& from);

} // namespace parley::net
