#include "net/http/routes.hpp"

#include "net/http/handlers.hpp"
#include "protocol/limits.hpp"

#include <iterator>
#include <optional>

namespace parley::net {

namespace {

using enum route_auth;

std::vector<route> make_table() {
  const auto profile = &http_options::profile_body_bytes;
  std::vector<route> out{
    {"POST", "/users/", none, "register_user", register_user},
    {"GET", "/users/me", user, "show_profile", show_profile},
    {"PUT", "/users/me", user, "change_profile", change_profile, route_kind::http, profile},
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
    {"DELETE", "/rooms/{room_id}/members/{user_id}", user, "remove_member", remove_member},
    {"POST", "/rooms/{room_id}/messages/", user, "post_message", post_message},
    {"GET", "/rooms/{room_id}/messages/", user, "list_messages", list_messages},
    {"GET", "/messages/{message_id}", user, "show_message", show_message},
    {"GET", "/ws/status", none, "show_status", show_status},
    {"GET", "/healthz", none, "show_health", show_health},
    {"GET", "/readyz", none, "show_readiness", show_readiness},
    {"GET", "/ws", none, "rooms_socket", nullptr, route_kind::websocket},
    {"GET", "/ws/chat/{room_id}/", none, "chat_socket", nullptr, route_kind::websocket},
  };
  // The paths of an older interface lead to the same handlers.
  std::vector<route> aliases;
  for (const auto& row : out)
    if (row.pattern.starts_with("/rooms/")) {
      aliases.push_back(row);
      aliases.back().pattern.insert(0, "/api/chat");
      aliases.back().name.insert(0, "api_");
    }
  out.insert(out.end(), std::make_move_iterator(aliases.begin()), std::make_move_iterator(aliases.end()));
  return out;
}

/// Takes the first segment and its slash off an absolute path; nullopt at the end or before a trailing slash.
std::optional<std::string_view> next_segment(std::string_view& path) {
  if (path.size() < 2 || path.front() != '/')
    return std::nullopt;
  path.remove_prefix(1);
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{');
}

bool fits(std::string_view pattern, std::string_view path) {
  while (true) {
    const auto wanted = next_segment(pattern);
    const auto given = next_segment(path);
    if (!wanted || !given)
      return !wanted && !given;
    if (given->empty() || (!is_parameter(*wanted) && decode_path_segment(*given) != *wanted))
      return false;
  }
}

void fill_parameters(route_match& out, std::string_view pattern, std::string_view path) {
  while (const auto wanted = next_segment(pattern)) {
    const auto given = *next_segment(path);
    if (!is_parameter(*wanted))
      continue;
    const auto name = wanted->substr(1, wanted->size() - 2);
    auto value = decode_path_segment(given);
    if (!value)
      out.faults.push_back({std::string(name), fault::bad_characters});
    else if (value->size() > limits::path_id_bytes)
      out.faults.push_back({std::string(name), fault::too_long});
    else
      out.parameters.push_back({name, std::move(*value)});
  }
}

void add_method(std::string& allow, std::string_view method) {
  if (!allow.empty())
    allow += ", ";
  allow += method;
  if (method == "GET")
    allow += ", HEAD";
}

} // namespace

const std::vector<route>& routes() {
  static const auto table = make_table();
  return table;
}

std::string describe_routes() {
  std::string out;
  for (const auto& row : routes()) {
    out += row.kind == route_kind::websocket ? "WS" : row.method;
    out += ' ';
    out += row.pattern;
    out += row.auth == user ? " user " : " none ";
    out += row.name;
    out += '\n';
  }
  return out + std::to_string(routes().size()) + " routes\n";
}

route_match match_route(std::string_view method, std::string_view path) {
  route_match out;
  const auto wanted = method == "HEAD" ? "GET" : method;
  const route* first = nullptr;
  for (const auto& row : routes()) {
    // The first pattern that fits is the path's; other rows with it are its other methods.
    if (first == nullptr ? !fits(row.pattern, path) : row.pattern != first->pattern)
      continue;
    if (first == nullptr)
      first = &row;
    if (row.method == wanted && (row.kind == route_kind::http || method == "GET"))
      out.row = &row;
    if (row.kind == route_kind::websocket)
      out.allow = "GET";
    else
      add_method(out.allow, row.method);
  }
  if (first == nullptr)
    return out;
  out.allow += ", OPTIONS";
  if (out.row != nullptr)
    fill_parameters(out, out.row->pattern, path);
  return out;
}

} // namespace parley::net
