#include "net/http/routes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace parley::net {
namespace {

std::string name_of(std::string_view method, std::string_view path) {
  const auto found = match_route(method, path);
  return found.row == nullptr ? "(none; allow " + std::string(found.allow) + ")" : found.row->name;
}

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    if (end > at)
      out.emplace_back(path.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

TEST(routes, take_a_trailing_slash_or_none) {
  for (const auto& row : routes()) {
    auto path = row.pattern;
    for (auto brace = path.find('{'); brace != std::string::npos; brace = path.find('{'))
      path.replace(brace, path.find('}') - brace + 1, "7");
    if (path.ends_with('/'))
      path.pop_back();
    EXPECT_EQ(name_of(row.method, path), row.name) << path;
    EXPECT_EQ(name_of(row.method, path + "/"), row.name) << path;
  }
}

TEST(routes, name_no_row_twice) {
  std::set<std::string> names;
  for (const auto& row : routes())
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
}

TEST(routes, give_every_http_row_a_handler_and_no_socket_one) {
  for (const auto& row : routes())
    EXPECT_EQ(row.serve == nullptr, row.kind == route_kind::websocket) << row.name;
}

TEST(routes, decode_each_segment_so_that_an_escaped_slash_is_data) {
  const auto found = match_route("GET", "/ws/chat/a%2Fb%20c/");
  ASSERT_NE(found.row, nullptr);
  ASSERT_EQ(found.parameters.size(), 1U);
  EXPECT_EQ(found.parameters[0].name, "room_id");
  EXPECT_EQ(found.parameters[0].value, "a/b c");
}

TEST(routes, fill_every_parameter_in_its_order) {
  const auto found = match_route("DELETE", "/rooms/12/members/34");
  ASSERT_EQ(found.parameters.size(), 2U);
  EXPECT_EQ(found.parameters[0].value, "12");
  EXPECT_EQ(found.parameters[1].name, "user_id");
  EXPECT_EQ(found.parameters[1].value, "34");
}

TEST(routes, keep_all_that_is_left_of_a_path_as_one_parameter) {
  for (const auto& [path, rest] : std::vector<std::pair<std::string, std::string>>{{"/static/a", "a"},
                                                                                   {"/static/a/b.js", "a/b.js"},
                                                                                   {"/static/a/", "a/"},
                                                                                   {"/static/a%2Fb%20c", "a/b c"},
                                                                                   {"/static//a//", "/a//"},
                                                                                   {"/static/../a", "../a"}}) {
    const auto found = match_route("GET", path);
    ASSERT_NE(found.row, nullptr) << path;
    ASSERT_EQ(found.parameters.size(), 1U) << path;
    EXPECT_EQ(found.parameters[0].name, "file");
    EXPECT_EQ(found.parameters[0].value, rest);
  }
  EXPECT_TRUE(match_route("GET", "/static").allow.empty()) << "nothing is left";
  EXPECT_TRUE(match_route("GET", "/static/").allow.empty());
  EXPECT_EQ(match_route("GET", "/static/" + std::string(64, '/') + std::string(65, 'a')).faults,
            (std::vector<field_fault>{{"file", fault::too_long}}));
  EXPECT_EQ(match_route("GET", "/static/a/%ff").faults, (std::vector<field_fault>{{"file", fault::bad_characters}}));
}

TEST(routes, report_a_segment_that_is_too_long_or_not_text_by_its_name) {
  const auto fits = match_route("GET", "/rooms/" + std::string(128, '1'));
  EXPECT_TRUE(fits.faults.empty());
  const auto over = match_route("GET", "/rooms/" + std::string(129, '1'));
  EXPECT_EQ(over.faults, (std::vector<field_fault>{{"room_id", fault::too_long}}));
  const auto broken = match_route("GET", "/rooms/%ff");
  EXPECT_EQ(broken.faults, (std::vector<field_fault>{{"room_id", fault::bad_characters}}));
  const auto escaped = match_route("GET", "/rooms/" + std::string(100, '1') + "%31");
  EXPECT_TRUE(escaped.faults.empty()) << "the limit is on the decoded bytes";
  EXPECT_TRUE(match_route("GET", "/rooms/123", 3).faults.empty());
  EXPECT_EQ(match_route("GET", "/rooms/1234", 3).faults, (std::vector<field_fault>{{"room_id", fault::too_long}}));
}

TEST(routes, serve_head_where_they_serve_get) {
  EXPECT_EQ(name_of("HEAD", "/healthz"), "show_health");
  EXPECT_EQ(match_route("HEAD", "/token").row, nullptr);
  EXPECT_EQ(match_route("HEAD", "/ws").row, nullptr);
}

TEST(routes, leave_head_to_a_row_of_its_own) {
  EXPECT_EQ(name_of("HEAD", "/uploads/x"), "show_upload");
  EXPECT_EQ(match_route("GET", "/uploads/x").row, nullptr);
  EXPECT_EQ(match_route("GET", "/uploads/x").allow, "HEAD, PATCH, DELETE, OPTIONS");
}

TEST(routes, name_options_once_where_it_has_a_row) {
  EXPECT_EQ(name_of("OPTIONS", "/rooms/5/uploads"), "describe_uploads");
  EXPECT_EQ(match_route("OPTIONS", "/rooms/5/uploads").allow, "POST, OPTIONS");
}

TEST(routes, list_a_path_s_methods_where_the_asked_one_is_missing) {
  EXPECT_EQ(match_route("PATCH", "/rooms/5").allow, "GET, HEAD, PUT, DELETE, OPTIONS");
  EXPECT_EQ(match_route("PATCH", "/rooms/5").row, nullptr);
  EXPECT_EQ(match_route("get", "/rooms/5").row, nullptr);
  EXPECT_EQ(match_route("POST", "/ws").allow, "GET, OPTIONS");
}

TEST(routes, prefer_a_literal_to_a_parameter) {
  EXPECT_EQ(name_of("POST", "/rooms/join"), "join_room");
  EXPECT_EQ(match_route("GET", "/rooms/join").allow, "POST, OPTIONS");
  EXPECT_EQ(name_of("GET", "/users/me/clients"), "list_my_clients");
}

/// A row of the table, taken apart.
struct taken_apart {
  const route* row = nullptr;
  std::vector<std::string> segments;
  bool takes_rest = false;

  bool fits(const std::vector<std::string>& path) const {
    if (takes_rest ? path.size() < segments.size() : path.size() != segments.size())
      return false;
    const auto named = static_cast<std::ptrdiff_t>(segments.size()) - (takes_rest ? 1 : 0);
    return std::equal(segments.begin(), segments.begin() + named, path.begin(),
                      [](const auto& word, const auto& given) { return word.starts_with('{') || word == given; });
  }
};

std::vector<taken_apart> take_apart() {
  std::vector<taken_apart> out;
  for (const auto& row : routes())
    out.push_back({&row, segments_of(row.pattern), row.pattern.ends_with("...}")});
  return out;
}

/// As the table says it: the first pattern that fits is the path's.
std::string first_fit(const std::vector<taken_apart>& table, std::string_view method,
                      const std::vector<std::string>& path) {
  const auto first = std::ranges::find_if(table, [&](const auto& x) { return x.fits(path); });
  for (auto at = first; at != table.end(); ++at)
    if (at->row->pattern == first->row->pattern && at->row->method == method)
      return at->row->name;
  return "(none)";
}

TEST(routes, of_a_tree_are_those_that_the_table_has_first) {
  const auto table = take_apart();
  std::vector<std::string> words{"7"};
  for (const auto& x : table)
    for (const auto& word : x.segments)
      if (!word.starts_with('{') && std::ranges::find(words, word) == words.end())
        words.push_back(word);
  // Each pattern with each of its segments in turn replaced by each word that is anywhere in the table.
  for (const auto& x : table) {
    if (x.row->method == "HEAD") // GET stands in for it where it has no row
      continue;
    auto path = x.segments;
    for (auto& segment : path)
      if (segment.starts_with('{'))
        segment = "7";
    for (auto& segment : path) {
      const auto before = segment;
      for (const auto& word : words) {
        segment = word;
        std::string text;
        for (const auto& each : path)
          text.append("/").append(each);
        const auto* const found = match_route(x.row->method, text).row;
        EXPECT_EQ(found == nullptr ? "(none)" : found->name, first_fit(table, x.row->method, path))
          << x.row->method << ' ' << text;
      }
      segment = before;
    }
  }
}

TEST(routes, know_a_socket_by_its_words_and_any_other_segment_as_a_client) {
  for (const auto& [path, name] : std::vector<std::pair<std::string, std::string>>{{"/ws", "rooms_socket"},
                                                                                   {"/ws/", "rooms_socket"},
                                                                                   {"/ws/status", "show_status"},
                                                                                   {"/ws/chat/1", "chat_socket"},
                                                                                   {"/ws/test/1", "test_socket"},
                                                                                   {"/ws/ws/simple/1", "simple_socket"},
                                                                                   {"/ws/realtime/a/b", "task_socket"},
                                                                                   {"/ws/statuses", "client_socket"},
                                                                                   {"/ws/chat%2F1", "client_socket"},
                                                                                   {"/ws/realtime", "client_socket"},
                                                                                   {"/ws/test", "client_socket"}})
    EXPECT_EQ(name_of("GET", path), name) << path;
  EXPECT_TRUE(match_route("GET", "/ws/other/1").allow.empty());
}

TEST(routes, give_a_socket_s_id_as_its_only_parameter) {
  for (const auto& row : routes())
    if (row.kind == route_kind::websocket) {
      EXPECT_EQ(std::ranges::count(row.pattern, '{'), row.socket == socket_kind::rooms ? 0 : 1) << row.name;
    }
}

TEST(routes, know_no_other_path) {
  for (const auto* path : {"/nothing", "/rooms//members", "/rooms/1/members/2/3", "/users/5/6", "//rooms", "/room",
                           "/Rooms/", "/api/chat", "/rooms/1//"})
    EXPECT_TRUE(match_route("GET", path).allow.empty()) << path;
}

TEST(routes, of_rooms_stand_under_api_chat_too) {
  EXPECT_EQ(match_route("POST", "/api/chat/rooms/5/messages/").row->serve,
            match_route("POST", "/rooms/5/messages/").row->serve);
  EXPECT_EQ(match_route("POST", "/api/v1/login/access-token").row->serve, match_route("POST", "/token").row->serve);
}

TEST(routes, ask_for_a_user_unless_they_are_open_on_purpose) {
  const std::set<std::string> open{
    "register_user", "login", "api_login", "refresh_token", "revoke_token", "show_status", "show_health",
    "show_readiness", "rooms_socket", "chat_socket", "client_socket", "task_socket", "simple_socket", "test_socket",
    // the URL of a video or a file carries its own proof; a preflight carries none
    "show_video", "show_file", "show_thumbnail", "describe_uploads", "api_describe_uploads", "describe_upload",
    // what anybody may read
    "show_home", "show_docs", "show_app", "show_app_page", "show_static", "show_openapi", "show_asyncapi",
    "show_avatar", "show_metrics"};
  for (const auto& row : routes())
    EXPECT_EQ(row.auth == route_auth::none, open.contains(row.name)) << row.name;
}

TEST(routes, are_described_one_a_line_and_counted_on_the_last) {
  const auto text = describe_routes();
  EXPECT_NE(text.find("POST /rooms/{room_id}/messages/ user post_message\n"), std::string::npos);
  EXPECT_NE(text.find("WS /ws/chat/{room_id}/ none chat_socket\n"), std::string::npos);
  EXPECT_NE(text.find("POST /users/{user_id}/push admin push_to_user\n"), std::string::npos);
  const auto count = std::to_string(routes().size());
  EXPECT_TRUE(text.ends_with("\n" + count + " routes\n"));
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')), routes().size() + 1);
}

} // namespace
} // namespace parley::net
