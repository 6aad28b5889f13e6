// What /openapi.json says of each route beside what the route table itself knows.
#pragma once

#include "protocol/error_code.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace parley::net::api {

/// A query parameter or a header of a request. `schema` names a component.
struct parameter {
  std::string_view name;
  std::string_view schema;
  std::string_view what = {};
  bool in_header = false;
  bool required = false;
};

/// One form that a request's body may take.
struct request_body {
  std::string_view schema;
  std::string_view media_type = "application/json";
};

/// One answer that is no error. Without a schema it has no body.
struct documented_answer {
  int status = 200;
  std::string_view what;
  std::string_view schema = {};
  std::string_view media_type = "application/json";
  std::vector<std::string_view> headers = {}; ///< that it always carries
};

enum class caller_rule : std::uint8_t {
  by_route, ///< as the route table says
  optional, ///< a bearer token, or another proof that the summary or a parameter tells of
};

/// One row a route, by the route's name; a row `api_x` of the route table is the alias of `x`.
struct operation {
  std::string_view name;
  std::string_view tag;
  std::string_view summary;
  std::vector<parameter> parameters = {};
  std::vector<request_body> bodies = {};
  std::vector<documented_answer> answers = {};
  /// Beside those that any request may get, a wrong token, and what a body of JSON may have wrong.
  std::vector<error_code> errors = {};
  caller_rule caller = caller_rule::by_route;
  bool body_is_optional = false;
};

std::vector<operation> people_operations();
std::vector<operation> room_operations();
std::vector<operation> message_operations();
std::vector<operation> video_operations();
std::vector<operation> running_operations();
std::vector<operation> webhook_operations();
std::vector<operation> socket_operations();

/// All of the above.
const std::vector<operation>& operations();

/// The row of the route, or of the route that it is an alias of; null if there is none.
const operation* find_operation(std::string_view route_name);

/// `page` and `size`, and then the others.
std::vector<parameter> paged(std::vector<parameter> others = {});

/// What anybody may get who asks for something in a room: it is not there, or is not theirs to see; then the others.
std::vector<error_code> in_room(std::vector<error_code> others = {});

} // namespace parley::net::api
