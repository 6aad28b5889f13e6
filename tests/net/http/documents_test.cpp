#include "net/http/api/asyncapi.hpp"
#include "net/http/api/channel.hpp"
#include "net/http/api/openapi.hpp"
#include "net/http/api/operation.hpp"
#include "net/http/api/schemas.hpp"
#include "protocol/events.hpp"
#include "protocol/public_place.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <string>

namespace parley::net::api {
namespace {

using nlohmann::json;
using names = std::set<std::string>;

names types_of(std::span<const std::string_view> types) {
  return {types.begin(), types.end()};
}

names types_of(const std::vector<frame>& frames) {
  names out;
  for (const auto& one : frames)
    EXPECT_TRUE(out.emplace(one.type).second) << one.type << " stands twice";
  return out;
}

const channel& channel_of(std::string_view route) {
  return *std::ranges::find(channels(), route, &channel::route);
}

void expect_resolved(const json& whole, const json& part) {
  if (part.is_object() && part.contains("$ref")) {
    const auto target = part["$ref"].get<std::string>();
    EXPECT_TRUE(target.starts_with("#/") && whole.contains(json::json_pointer(target.substr(1)))) << target;
  }
  for (const auto& one : part)
    if (one.is_structured())
      expect_resolved(whole, one);
}

TEST(the_openapi_document, has_a_row_for_every_route) {
  for (const auto& row : routes())
    EXPECT_NE(find_operation(row.name), nullptr) << row.name;
}

TEST(the_openapi_document, has_no_row_without_a_route_and_none_twice) {
  names seen;
  for (const auto& row : operations()) {
    EXPECT_TRUE(seen.emplace(row.name).second) << row.name;
    EXPECT_NE(std::ranges::find(routes(), row.name, &route::name), routes().end()) << row.name;
  }
}

TEST(the_openapi_document, tells_of_each_route_and_holds_what_it_refers_to) {
  const auto document = json::parse(make_openapi(routes(), "1.2.3"));
  EXPECT_EQ(document["openapi"], "3.1.0");
  EXPECT_EQ(document["info"]["version"], "1.2.3");
  std::size_t count = 0;
  for (const auto& [path, methods] : document["paths"].items())
    count += methods.size();
  EXPECT_EQ(count, routes().size());
  expect_resolved(document, document);
}

TEST(the_openapi_document, names_the_codes_of_each_error_beside_those_of_any_request) {
  const auto document = json::parse(make_openapi(routes(), ""));
  const auto& answers = document["paths"]["/rooms/{room_id}"]["put"]["responses"];
  EXPECT_EQ(answers["403"]["$ref"], "#/components/responses/not_a_member.owner_only");
  EXPECT_EQ(answers["400"]["$ref"], "#/components/responses/bad_json.bad_request");
  EXPECT_EQ(answers["default"]["$ref"], "#/components/responses/any_request");
  EXPECT_EQ(answers["200"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Room");
}

TEST(the_openapi_document, says_what_each_tag_means_and_who_may_ask) {
  const auto document = json::parse(make_openapi(routes(), ""));
  names described;
  for (const auto& tag : document["tags"])
    EXPECT_TRUE(!tag["description"].empty() && described.insert(tag["name"]).second) << tag;
  names used;
  for (const auto& methods : document["paths"])
    for (const auto& operation : methods) {
      used.insert(operation["tags"].begin(), operation["tags"].end());
      EXPECT_FALSE(operation["description"].get<std::string>().empty()) << operation["operationId"];
    }
  EXPECT_EQ(used, described);
}

TEST(the_openapi_document, may_refuse_every_body_for_its_type) {
  const auto document = json::parse(make_openapi(routes(), ""));
  for (const auto& [path, methods] : document["paths"].items())
    for (const auto& operation : methods)
      EXPECT_TRUE(!operation.contains("requestBody") || operation["responses"].contains("415"))
        << operation["operationId"];
}

TEST(the_openapi_document, asks_for_a_token_where_the_route_does) {
  const auto document = json::parse(make_openapi(routes(), ""));
  EXPECT_EQ(document["paths"]["/token"]["post"]["security"], json::array());
  EXPECT_EQ(document["paths"]["/users/me"]["get"]["security"][0], json::parse(R"({"bearer":[]})"));
}

TEST(the_asyncapi_document, has_a_channel_for_every_socket_and_no_other) {
  for (const auto& row : routes())
    if (row.kind == route_kind::websocket) {
      EXPECT_NE(std::ranges::find(channels(), row.name, &channel::route), channels().end()) << row.name;
    }
  for (const auto& one : channels())
    EXPECT_NE(std::ranges::find(routes(), one.route, &route::name), routes().end()) << one.route;
}

TEST(the_asyncapi_document, takes_exactly_what_is_decoded) {
  EXPECT_EQ(types_of(channel_of("rooms_socket").from_client), types_of(ws_command_types()));
  EXPECT_EQ(types_of(channel_of("chat_socket").from_client), types_of(chat_command_types()));
  EXPECT_EQ(types_of(channel_of("client_socket").from_client), types_of(client_command_types()));
  EXPECT_EQ(types_of(channel_of("task_socket").from_client), types_of(task_command_types()));
}

TEST(the_asyncapi_document, tells_of_exactly_what_is_encoded) {
  EXPECT_EQ(types_of(channel_of("rooms_socket").from_server), types_of(envelope_event_types()));
  EXPECT_EQ(types_of(channel_of("chat_socket").from_server), types_of(chat_event_types()));
  EXPECT_EQ(types_of(channel_of("client_socket").from_server), types_of(client_event_types()));
  EXPECT_EQ(types_of(channel_of("task_socket").from_server), types_of(task_event_types()));
  EXPECT_EQ(types_of(channel_of("simple_socket").from_server), types_of(simple_event_types()));
  auto echoes = types_of(test_event_types());
  echoes.insert("any");
  EXPECT_EQ(types_of(channel_of("test_socket").from_server), echoes);
}

TEST(the_asyncapi_document, holds_what_it_refers_to) {
  const auto document = json::parse(make_asyncapi(routes(), "1.2.3"));
  EXPECT_EQ(document["asyncapi"], "3.0.0");
  expect_resolved(document, document);
}

TEST(both_documents, name_the_server_as_clients_find_it) {
  const auto server_of = [](called_as called = {}) {
    return json::parse(make_asyncapi(routes(), "", {}, called))["servers"]["this"].dump();
  };
  const auto url = [] { return json::parse(make_openapi(routes(), ""))["servers"][0]["url"]; };
  EXPECT_EQ(url(), "/");
  EXPECT_EQ(json::parse(server_of())["host"], "{authority}");
  EXPECT_EQ(server_of({.host = "a.example:8443", .secure = true}), R"({"host":"a.example:8443","protocol":"wss"})");
  settle_at({"", "/parley"});
  EXPECT_EQ(url(), "/parley");
  EXPECT_EQ(json::parse(server_of())["pathname"], "/parley");
  settle_at({"https://chat.example", "/parley"});
  EXPECT_EQ(url(), "https://chat.example/parley");
  EXPECT_EQ(server_of({.host = "a.example", .secure = false}),
            R"({"host":"chat.example","pathname":"/parley","protocol":"wss"})");
  settle_at({});
}

TEST(both_documents, list_the_codes_of_the_catalogue) {
  for (const auto& text : {make_openapi(routes(), ""), make_asyncapi(routes(), "")}) {
    const auto codes = json::parse(text)["components"]["schemas"]["ErrorCode"]["enum"];
    ASSERT_EQ(codes.size(), all_error_codes().size());
    EXPECT_EQ(codes.front(), name(all_error_codes().front()));
  }
}

TEST(both_documents, show_the_bounds_that_hold) {
  text_limits bounds;
  bounds.content_characters = 12345;
  bounds.username_max = 54;
  const auto people = json::parse(make_openapi(routes(), "", bounds))["components"]["schemas"];
  EXPECT_EQ(people["MessageContent"]["maxLength"], 12345);
  EXPECT_EQ(people["Username"]["minLength"], 2);
  EXPECT_EQ(people["Username"]["maxLength"], 54);
  const auto frames = json::parse(make_asyncapi(routes(), "", bounds))["components"]["schemas"];
  EXPECT_EQ(frames["SaidContent"]["maxLength"], 12345);
}

TEST(a_pattern, becomes_a_template_that_says_which_parameter_takes_slashes) {
  const auto both = read_pattern("/a/{b}/c/{d...}");
  EXPECT_EQ(both.text, "/a/{b}/c/{d}");
  ASSERT_EQ(both.parameters.size(), 2U);
  EXPECT_EQ(both.parameters[0].name, "b");
  EXPECT_FALSE(both.parameters[0].takes_slashes);
  EXPECT_EQ(both.parameters[1].name, "d");
  EXPECT_TRUE(both.parameters[1].takes_slashes);
  EXPECT_TRUE(read_pattern("/a/").parameters.empty());
}

} // namespace
} // namespace parley::net::api
