#include "net/http/api/openapi.hpp"

#include "net/http/api/operation.hpp"
#include "net/http/api/response_plan.hpp"
#include "net/http/api/schemas.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/public_place.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <map>

namespace parley::net::api {

namespace {

constexpr std::string_view about_http =
  "Rooms of people: chat, presence, notifications, tasks, watching together.\n\n"
  "Errors are problem documents (RFC 9457) whose `code` is stable; their texts come in the language that "
  "`Accept-Language` asks for (zh, en, ru). What serves `GET` serves `HEAD`, every path answers `OPTIONS` and takes a "
  "trailing slash or none, unknown members of a body are ignored. A path that is not listed is 404 `not_found`, a "
  "method that is not is 405 `method_not_allowed`, one that no path has is 501 with the same code. Bodies come as they "
  "are: "
  "with a `Content-Encoding` they are 415. What is said over WebSocket stands in /asyncapi.json.";

constexpr std::string_view security_schemes =
  R"({"bearer":{"type":"http","scheme":"bearer","bearerFormat":"JWT"},)"
  R"("password":{"type":"oauth2","flows":{"password":{"tokenUrl":"/token","refreshUrl":"/token/refresh","scopes":{}}}}})";

constexpr std::string_view authors = R"({"name":"The Parley authors"})";
constexpr std::string_view license = R"({"name":"MIT","identifier":"MIT"})";

struct topic {
  std::string_view tag;
  std::string_view what;
};

/// Every tag of the operations, in the order of reading.
constexpr std::array topics{
  topic{"Users", "Registration, the caller's own profile, other users."},
  topic{"Tokens", "Logging in and out."},
  topic{"Rooms", "Rooms and their settings."},
  topic{"Members", "Coming into rooms and leaving them, moderators, mutes and bans."},
  topic{"Messages", "What is said in rooms, and how far it was read."},
  topic{"Notifications", "Invitations and requests to join."},
  topic{"Videos", "What a room watches together."},
  topic{"Uploads", "Videos in pieces, by tus 1.0."},
  topic{"Clients", "Pushes to the sockets of `/ws/{client_id}`."},
  topic{"Tasks", "The status of tasks, for the sockets of `/ws/realtime/{connection_id}`."},
  topic{"WebSocket", "Handshakes; what is said behind them stands in /asyncapi.json."},
  topic{"Files", "Pages, documents and pictures."},
  topic{"Running", "How the node does."},
  topic{"Administration", "What administrators see and do."},
  topic{"Webhooks", "Events for other servers, signed as Standard Webhooks say."},
  topic{"Aliases", "Paths of an older interface."},
};

std::string_view path_schema(std::string_view parameter) {
  constexpr std::array<std::string_view, 5> rows{"room_id", "user_id", "message_id", "notification_id", "video_id"};
  return std::ranges::find(rows, parameter) != rows.end() ? "Id" : "PathId";
}

std::string lower(std::string_view method) {
  std::string out(method);
  std::ranges::transform(out, out.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
  return out;
}

/// Who may ask.
std::string describe_caller(const route& row, const operation& known) {
  if (known.caller == caller_rule::optional)
    return "For users who are logged in, or who prove their right otherwise.";
  if (row.auth == route_auth::none)
    return "For anybody.";
  return row.auth == route_auth::admin ? "For users of the role `admin`." : "For users who are logged in.";
}

/// As the server would send it.
problem make_problem(error_code code) {
  problem out(code);
  if (code == error_code::validation_failed)
    out.fields = {{"username", fault::too_short}, {"email", fault::not_an_email}};
  if (code == error_code::bad_image)
    out.fields = {{"avatar", fault::not_an_image}};
  return out;
}

class openapi_writer {
public:
  std::string write(const std::vector<route>& table, std::string_view version, const text_limits& bounds) {
    out_.begin_object();
    out_.text("openapi", "3.1.0");
    out_.begin_object("info");
    out_.text("title", "Parley");
    out_.text("version", version);
    out_.text("description", about_http);
    out_.raw("contact", authors);
    out_.raw("license", license);
    out_.end_object();
    write_topics();
    out_.begin_array("servers");
    out_.begin_object();
    out_.text("url", public_root());
    out_.end_object();
    out_.end_array();
    write_paths(table);
    out_.begin_object("components");
    write_schemas(out_, {"both", "http"}, bounds);
    write_problems();
    out_.raw("securitySchemes", security_schemes);
    out_.end_object();
    out_.end_object();
    return out_.take();
  }

private:
  void write_topics() {
    out_.begin_array("tags");
    for (const auto& one : topics) {
      out_.begin_object();
      out_.text("name", one.tag);
      out_.text("description", one.what);
      out_.end_object();
    }
    out_.end_array();
  }

  /// A path is an object whose members are its methods, wherever in the table they stand.
  void write_paths(const std::vector<route>& table) {
    std::vector<const route*> todo;
    todo.reserve(table.size());
    for (const auto& row : table)
      todo.push_back(&row);
    out_.begin_object("paths");
    while (!todo.empty()) {
      const auto& pattern = todo.front()->pattern;
      const auto rest =
        std::stable_partition(todo.begin(), todo.end(), [&](const route* x) { return x->pattern == pattern; });
      out_.begin_object(read_pattern(pattern).text);
      for (auto row = todo.begin(); row != rest; ++row)
        write_operation(**row);
      out_.end_object();
      todo.erase(todo.begin(), rest);
    }
    out_.end_object();
  }

  void write_operation(const route& row) {
    const auto* known = find_operation(row.name);
    assert(known != nullptr);
    const bool is_alias = known->name != row.name;
    out_.begin_object(lower(row.method));
    out_.text("operationId", row.name);
    out_.begin_array("tags");
    out_.text(is_alias ? std::string_view("Aliases") : known->tag);
    out_.end_array();
    out_.text("summary", known->summary);
    out_.text("description", is_alias ? "As `" + std::string(known->name) + "`." : describe_caller(row, *known));
    if (known->caller == caller_rule::optional)
      out_.raw("security", R"([{},{"bearer":[]}])");
    else
      out_.raw("security", row.auth == route_auth::none ? R"([])" : R"([{"bearer":[]},{"password":[]}])");
    write_parameters(row, *known);
    write_bodies(*known);
    write_responses(row, *known);
    out_.end_object();
  }

  void write_parameters(const route& row, const operation& known) {
    const auto path = read_pattern(row.pattern);
    if (path.parameters.empty() && known.parameters.empty())
      return;
    out_.begin_array("parameters");
    for (const auto& one : path.parameters) {
      out_.begin_object();
      out_.text("name", one.name);
      out_.text("in", "path");
      out_.boolean("required", true);
      if (one.takes_slashes)
        out_.boolean("x-takes-slashes", true);
      out_.raw("schema", schema_reference(path_schema(one.name)));
      out_.end_object();
    }
    for (const auto& one : known.parameters) {
      out_.begin_object();
      out_.text("name", one.name);
      out_.text("in", one.in_header ? "header" : "query");
      if (one.required)
        out_.boolean("required", true);
      if (!one.what.empty())
        out_.text("description", one.what);
      out_.raw("schema", schema_reference(one.schema));
      out_.end_object();
    }
    out_.end_array();
  }

  void write_bodies(const operation& known) {
    if (known.bodies.empty())
      return;
    out_.begin_object("requestBody");
    out_.boolean("required", !known.body_is_optional);
    out_.begin_object("content");
    for (const auto& body : known.bodies) {
      out_.begin_object(body.media_type);
      out_.raw("schema", schema_reference(body.schema));
      out_.end_object();
    }
    out_.end_object();
    out_.end_object();
  }

  void write_responses(const route& row, const operation& known) {
    out_.begin_object("responses");
    for (const auto& [status, plan] : plan_responses(row, known)) {
      const auto key = status == 0 ? std::string("default") : std::to_string(status);
      if (!plan.answers.empty()) {
        write_response(key, plan);
        continue;
      }
      const auto name = plan.shared_name();
      shared_.emplace(name, plan);
      out_.begin_object(key);
      out_.text("$ref", "#/components/responses/" + name);
      out_.end_object();
    }
    out_.end_object();
  }

  void write_problems() {
    out_.begin_object("responses");
    for (const auto& [name, plan] : shared_)
      write_response(name, plan);
    out_.end_object();
  }

  void write_response(std::string_view key, const response_plan& plan) {
    out_.begin_object(key);
    out_.text("description", plan.describe());
    const auto headers = plan.headers();
    if (!headers.empty()) {
      out_.begin_object("headers");
      for (const auto header : headers)
        out_.raw(header, R"({"required":true,"schema":{"type":"string"}})");
      out_.end_object();
    }
    if (plan.has_body()) {
      out_.begin_object("content");
      for (const auto* answer : plan.answers)
        if (!answer->schema.empty()) {
          out_.begin_object(answer->media_type);
          out_.raw("schema", schema_reference(answer->schema));
          out_.end_object();
        }
      if (!plan.codes.empty())
        write_problem(plan);
      out_.end_object();
    }
    out_.end_object();
  }

  void write_problem(const response_plan& plan) {
    out_.begin_object("application/problem+json");
    out_.begin_object("schema");
    out_.begin_array("allOf");
    out_.begin_object();
    out_.text("$ref", "#/components/schemas/Problem");
    out_.end_object();
    out_.begin_object();
    out_.begin_object("properties");
    out_.begin_object("code");
    out_.begin_array("enum");
    for (const auto code : plan.codes)
      out_.text(name(code));
    out_.end_array();
    out_.end_object();
    out_.end_object();
    if (std::ranges::all_of(plan.codes, [](error_code x) { return http_status(x) == 422; }))
      out_.raw("required", R"(["errors"])");
    out_.end_object();
    out_.end_array();
    out_.end_object();
    out_.begin_object("examples");
    for (const auto code : plan.codes) {
      out_.begin_object(name(code));
      out_.raw("value", encode(make_problem(code), language::en));
      out_.end_object();
    }
    out_.end_object();
    out_.end_object();
  }

  json_writer out_{128 * 1024};
  std::map<std::string, response_plan> shared_; ///< that are nothing but problem documents
};

} // namespace

std::string make_openapi(const std::vector<route>& table, std::string_view version, const text_limits& bounds) {
  return openapi_writer().write(table, version, bounds);
}

} // namespace parley::net::api
