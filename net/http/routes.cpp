#include "net/http/routes.hpp"

#include "net/http/handlers.hpp"

#include <iterator>

namespace parley::net {

namespace {

route socket(std::string_view pattern, std::string_view name, socket_kind kind) {
  route out{"GET", std::string(pattern), route_auth::none, std::string(name), nullptr, route_kind::websocket};
  out.socket = kind;
  return out;
}

std::vector<route> make_table() {
  using enum route_auth; // here alone: `user` is a type elsewhere
  const auto profile = &http_options::profile_body_bytes;
  const auto whole_body = &http_options::body_bytes;
  const auto streamed = body_mode::streamed;
  std::vector<route> out{
    {"POST", "/users/", none, "register_user", register_user},
    {"GET", "/users/me", user, "show_profile", show_profile},
    {"PUT", "/users/me", user, "change_profile", change_profile, route_kind::http, profile},
    {"DELETE", "/users/me", user, "delete_profile", delete_profile},
    {"GET", "/users/me/sessions", user, "list_sessions", list_sessions},
    {"DELETE", "/users/me/sessions", user, "end_other_sessions", end_other_sessions},
    {"DELETE", "/users/me/sessions/{session_id}", user, "end_session", end_session},
    {"GET", "/users/me/clients", user, "list_my_clients", list_my_clients},
    {"GET", "/users/me/blocks", user, "list_blocks", list_blocks},
    {"PUT", "/users/me/blocks/{user_id}", user, "block_user", block_user},
    {"DELETE", "/users/me/blocks/{user_id}", user, "unblock_user", unblock_user},
    {"POST", "/users/{user_id}/push", admin, "push_to_user", push_to_user},
    {"POST", "/clients/{client_id}/messages", admin, "push_to_client", push_to_client},
    {"GET", "/users/", user, "list_users", list_users},
    {"GET", "/users/{user_id}", user, "show_user", show_user},
    {"POST", "/token", none, "login", login},
    {"POST", "/api/v1/login/access-token", none, "api_login", login},
    {"POST", "/token/refresh", none, "refresh_token", refresh_token},
    {"GET", "/token/check", user, "check_token", check_token},
    {"POST", "/token/revoke", none, "revoke_token", revoke_token},
    {"POST", "/rooms/", user, "create_room", create_room},
    {"GET", "/rooms/", user, "list_rooms", list_rooms},
    {"POST", "/rooms/join", user, "join_room", join_room},
    {"POST", "/rooms/leave", user, "leave_room", leave_room},
    {"GET", "/rooms/{room_id}", user, "show_room", show_room},
    {"PUT", "/rooms/{room_id}", user, "change_room", change_room},
    {"DELETE", "/rooms/{room_id}", user, "delete_room", delete_room},
    {"GET", "/rooms/{room_id}/details", user, "show_room_details", show_room_details},
    {"PUT", "/rooms/{room_id}/config", user, "change_room_config", change_room_config},
    {"POST", "/rooms/{room_id}/members", user, "add_member", add_member},
    {"DELETE", "/rooms/{room_id}/members/request", user, "withdraw_request", withdraw_request},
    {"PUT", "/rooms/{room_id}/members/{user_id}", user, "change_member", change_member},
    {"DELETE", "/rooms/{room_id}/members/{user_id}", user, "remove_member", remove_member},
    {"GET", "/rooms/{room_id}/bans", user, "list_bans", list_bans},
    {"DELETE", "/rooms/{room_id}/bans/{user_id}", user, "lift_ban", lift_ban},
    {"POST", "/rooms/{room_id}/transfer", user, "transfer_room", transfer_room},
    {"GET", "/notifications/", user, "list_notifications", list_notifications},
    {"PUT", "/notifications/{notification_id}", user, "mark_notification", mark_notification},
    {"POST", "/notifications/{notification_id}/respond", user, "respond_notification", respond_notification},
    {"POST", "/rooms/{room_id}/messages/", user, "post_message", post_message},
    {"GET", "/rooms/{room_id}/messages/", user, "list_messages", list_messages},
    {"GET", "/messages/{message_id}", user, "show_message", show_message},
    {"PUT", "/messages/{message_id}", user, "edit_message", edit_message},
    {"DELETE", "/messages/{message_id}", user, "delete_message", delete_message},
    {"POST", "/api/chat/messages/{message_id}/read/", user, "mark_read", mark_read},
    {"GET", "/api/chat/messages/{message_id}/readers/", user, "list_readers", list_readers},
    {"POST", "/realtime/tasks", user, "publish_task", publish_task},
    {"GET", "/realtime/tasks", user, "list_tasks", list_tasks},
    {"GET", "/realtime/tasks/{connection_id...}", user, "show_task", show_task},
    {"GET", "/rooms/{room_id}/videos", user, "list_videos", list_videos},
    {"POST", "/rooms/{room_id}/videos", user, "add_video", add_video, route_kind::http, whole_body, streamed},
    {"DELETE", "/videos/{video_id}", user, "delete_video", delete_video},
    {"GET", "/videos/{video_id}/content", none, "show_video", show_video},
    {"POST", "/rooms/{room_id}/files", user, "add_file", add_file, route_kind::http, whole_body, streamed},
    {"GET", "/files/{file_id}/content", none, "show_file", show_file},
    {"GET", "/files/{file_id}/thumbnail", none, "show_thumbnail", show_thumbnail},
    {"OPTIONS", "/rooms/{room_id}/uploads", none, "describe_uploads", describe_uploads},
    {"POST", "/rooms/{room_id}/uploads", user, "create_upload", create_upload, route_kind::http, whole_body, streamed},
    {"OPTIONS", "/uploads/{upload_id}", none, "describe_upload", describe_uploads},
    {"HEAD", "/uploads/{upload_id}", user, "show_upload", show_upload},
    {"PATCH", "/uploads/{upload_id}", user, "append_upload", append_upload, route_kind::http, whole_body, streamed},
    {"DELETE", "/uploads/{upload_id}", user, "delete_upload", delete_upload},
    {"GET", "/avatars/{file}", none, "show_avatar", show_avatar},
    {"GET", "/ws/status", none, "show_status", show_status},
    {"GET", "/healthz", none, "show_health", show_health},
    {"GET", "/readyz", none, "show_readiness", show_readiness},
    {"GET", "/metrics", none, "show_metrics", show_metrics},
    {"GET", "/admin/overview", admin, "show_overview", show_overview},
    {"GET", "/admin/connections", admin, "list_connections", list_connections},
    {"POST", "/admin/connections/{connection_id}/close", admin, "close_connection", close_connection},
    {"GET", "/admin/disconnects", admin, "list_disconnects", list_disconnects},
    {"POST", "/admin/drain", admin, "drain_node", drain_node},
    {"GET", "/admin/webhooks", admin, "list_webhooks", list_webhooks},
    {"POST", "/admin/webhooks", admin, "create_webhook", create_webhook},
    {"GET", "/admin/webhooks/{webhook_id}", admin, "show_webhook", show_webhook},
    {"PATCH", "/admin/webhooks/{webhook_id}", admin, "change_webhook", change_webhook},
    {"DELETE", "/admin/webhooks/{webhook_id}", admin, "delete_webhook", delete_webhook},
    {"GET", "/admin/webhooks/{webhook_id}/deliveries", admin, "list_deliveries", list_deliveries},
    {"POST", "/admin/webhooks/{webhook_id}/deliveries/{delivery_id}/resend", admin, "resend_delivery", resend_delivery},
    {"POST", "/admin/webhooks/{webhook_id}/test", admin, "test_webhook", test_webhook},
    {"GET", "/", none, "show_home", show_home},
    {"GET", "/docs", none, "show_docs", show_docs},
    {"GET", "/app", none, "show_app", show_app},
    {"GET", "/app/{page...}", none, "show_app_page", show_app},
    {"GET", "/openapi.json", none, "show_openapi", show_openapi},
    {"GET", "/asyncapi.json", none, "show_asyncapi", show_asyncapi},
    {"GET", "/static/{file...}", none, "show_static", show_static},
    socket("/ws", "rooms_socket", socket_kind::rooms),
    socket("/ws/chat/{room_id}/", "chat_socket", socket_kind::chat),
    socket("/ws/realtime/{connection_id...}", "task_socket", socket_kind::task),
    socket("/ws/ws/simple/{connection_id}", "simple_socket", socket_kind::simple),
    socket("/ws/test/{connection_id}", "test_socket", socket_kind::test),
    socket("/ws/{client_id}", "client_socket", socket_kind::client),
  };
  // The paths of an older interface lead to the same handlers.
  std::vector<route> aliases;
  for (const auto& row : out)
    if (row.pattern.starts_with("/rooms/") || row.pattern.starts_with("/messages/")) {
      aliases.push_back(row);
      aliases.back().pattern.insert(0, "/api/chat");
      aliases.back().name.insert(0, "api_");
    }
  out.insert(out.end(), std::make_move_iterator(aliases.begin()), std::make_move_iterator(aliases.end()));
  return out;
}

} // namespace

const std::vector<route>& routes() {
  static const auto table = make_table();
  return table;
}

std::string describe_routes() {
  using enum route_auth;
  std::string out;
  for (const auto& row : routes()) {
    out += row.kind == route_kind::websocket ? "WS" : row.method;
    out += ' ';
    out += row.pattern;
    out += row.auth == none ? " none " : row.auth == user ? " user " : " admin ";
    out += row.name;
    out += '\n';
  }
  return out + std::to_string(routes().size()) + " routes\n";
}

route_match match_route(std::string_view method, std::string_view path, std::size_t id_bytes_max) {
  static const route_tree tree(routes());
  return tree.find(method, path, id_bytes_max);
}

} // namespace parley::net
