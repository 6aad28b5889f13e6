#include "net/http/api/asyncapi.hpp"

#include "net/http/api/channel.hpp"
#include "net/http/api/schemas.hpp"
#include "protocol/public_place.hpp"

#include <algorithm>
#include <cassert>

namespace parley::net::api {

namespace {

constexpr std::string_view about_sockets =
  "Frames are JSON texts with a `type`. `receive` is what the server takes, `send` what it says. A token goes into the "
  "`Authorization` header, else into the subprotocols (`bearer`, then the token; `parley.v1` may stand beside them and "
  "is then the one chosen), else into the query; a handshake is never refused for it, the socket says what is wrong "
  "and closes. Messages are compressed both ways (`permessage-deflate`, RFC 7692) where the client offers it."
  "\n\nClose codes:\n\n"
  "- `1000` normal\n- `1001` going away\n- `1002` not RFC 6455\n- `1003` binary\n- `1007` not UTF-8, or compressed and "
  "not readable\n- `1009` too "
  "big\n- `1011` the server failed\n"
  "- `4400` too many malformed messages\n- `4401` authentication\n- `4403` not a member or put out\n"
  "- `4404` no such room\n- `4408` heartbeat missed\n- `4409` replaced or taken\n- `4413` slow consumer\n"
  "- `4429` rate limit";

// The client knows whom it asked for this document; the default is what `parley serve` binds.
constexpr std::string_view any_authority =
  R"({"authority":{"default":"127.0.0.1:8000","description":"Host and port that serve this document."}})";

void write_server(json_writer& out, called_as called) {
  const auto& place = settled_place();
  if (!place.origin.empty())
    called = {.host = place.authority(), .secure = place.scheme() == "https"};
  out.begin_object("servers");
  out.begin_object("this");
  out.text("host", called.host.empty() ? "{authority}" : called.host);
  out.text("protocol", called.secure ? "wss" : "ws");
  if (!place.base.empty())
    out.text("pathname", place.base);
  if (called.host.empty())
    out.raw("variables", any_authority);
  out.end_object();
  out.end_object();
}

constexpr std::string_view bindings =
  R"({"ws":{"method":"GET","query":{"type":"object","properties":{"token":{"type":"string"},)"
  R"("lang":{"type":"string","enum":["zh","en","ru"]}}},"headers":{"type":"object","properties":{)"
  R"("Authorization":{"type":"string"},"Sec-WebSocket-Protocol":{"type":"string",)"
  R"("examples":["parley.v1","parley.v1, bearer, TOKEN"]}}},"bindingVersion":"0.1.0"}})";
constexpr std::string_view chat_bindings =
  R"({"ws":{"method":"GET","query":{"type":"object","properties":{"token":{"type":"string"},)"
  R"("name":{"type":"string"},"lang":{"type":"string","enum":["zh","en","ru"]}}},"headers":{"type":"object",)"
  R"("properties":{"Authorization":{"type":"string"},"Sec-WebSocket-Protocol":{"type":"string",)"
  R"("examples":["parley.v1","parley.v1, bearer, TOKEN"]}}},"bindingVersion":"0.1.0"}})";

class asyncapi_writer {
public:
  std::string write(const std::vector<route>& table, std::string_view version, const text_limits& bounds,
                    called_as called) {
    out_.begin_object();
    out_.text("asyncapi", "3.0.0");
    out_.begin_object("info");
    out_.text("title", "Parley");
    out_.text("version", version);
    out_.text("description", about_sockets);
    out_.raw("contact", R"({"name":"The Parley authors"})");
    out_.raw("license", R"({"name":"MIT"})");
    out_.raw("tags", R"([{"name":"WebSocket"}])");
    out_.end_object();
    out_.text("defaultContentType", "application/json");
    write_server(out_, called);
    for_each_channel(table, "channels", &asyncapi_writer::write_channel);
    for_each_channel(table, "operations", &asyncapi_writer::write_operations);
    out_.begin_object("components");
    write_schemas(out_, {"both", "frames"}, bounds);
    out_.end_object();
    out_.end_object();
    return out_.take();
  }

private:
  void for_each_channel(const std::vector<route>& table, std::string_view key,
                        void (asyncapi_writer::*write_one)(const route&, const channel&)) {
    out_.begin_object(key);
    for (const auto& row : table) {
      if (row.kind != route_kind::websocket)
        continue;
      const auto known = std::ranges::find(channels(), row.name, &channel::route);
      assert(known != channels().end());
      (this->*write_one)(row, *known);
    }
    out_.end_object();
  }

  void write_channel(const route& row, const channel& known) {
    const auto path = read_pattern(row.pattern);
    out_.begin_object(known.route);
    out_.text("address", path.text);
    out_.text("title", known.title);
    out_.text("description", known.what);
    if (!path.parameters.empty()) {
      out_.begin_object("parameters");
      for (const auto& one : path.parameters) {
        out_.begin_object(one.name);
        out_.text("description", one.takes_slashes ? "May hold `/`." : "One segment of the path.");
        if (one.takes_slashes)
          out_.boolean("x-takes-slashes", true);
        out_.end_object();
      }
      out_.end_object();
    }
    out_.raw("bindings", row.socket == socket_kind::chat ? chat_bindings : bindings);
    out_.begin_object("messages");
    for (const auto& one : known.from_client)
      write_message("client.", one, known.has_envelope, true);
    for (const auto& one : known.from_server)
      write_message("server.", one, known.has_envelope, one.answers);
    out_.end_object();
    out_.end_object();
  }

  void write_message(std::string_view side, const frame& one, bool has_envelope, bool takes_id) {
    out_.begin_object(std::string(side).append(one.type));
    out_.text("name", one.type);
    out_.text("summary", one.what);
    if (!has_envelope) {
      out_.raw("payload", schema_reference(one.schema));
      out_.end_object();
      return;
    }
    out_.begin_object("payload");
    out_.text("type", "object");
    const bool is_ours = side == "server.";
    if (is_ours)
      out_.boolean("additionalProperties", false);
    out_.raw("required", R"(["type","payload"])");
    out_.begin_object("properties");
    out_.begin_object("type");
    out_.text("const", one.type);
    out_.end_object();
    out_.raw("payload", schema_reference(one.schema));
    if (takes_id)
      out_.raw("id", R"({"type":["string","number"]})");
    out_.end_object();
    out_.end_object();
    out_.end_object();
  }

  void write_operations(const route&, const channel& known) {
    write_operation(known, "receive", "client.", known.from_client);
    write_operation(known, "send", "server.", known.from_server);
  }

  void write_operation(const channel& known, std::string_view action, std::string_view side,
                       const std::vector<frame>& frames) {
    const auto place = std::string("#/channels/").append(known.route);
    out_.begin_object(std::string(known.route).append(".").append(action));
    out_.text("action", action);
    out_.text("description", action == "receive" ? "What the server takes." : "What the server says.");
    out_.begin_object("channel");
    out_.text("$ref", place);
    out_.end_object();
    out_.begin_array("messages");
    for (const auto& one : frames) {
      out_.begin_object();
      out_.text("$ref", std::string(place).append("/messages/").append(side).append(one.type));
      out_.end_object();
    }
    out_.end_array();
    out_.end_object();
  }

  json_writer out_{64 * 1024};
};

} // namespace

std::string make_asyncapi(const std::vector<route>& table, std::string_view version, const text_limits& bounds,
                          called_as called) {
  return asyncapi_writer().write(table, version, bounds, called);
}

} // namespace parley::net::api
