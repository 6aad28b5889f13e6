// Answers to operators: what runs, who is connected, why somebody was dropped.
#include "protocol/http_codec.hpp"
#include "protocol/page_json.hpp"

namespace parley {

namespace {

void name_unanswered(json_writer& out, const std::vector<std::string>& nodes) {
  out.begin_array("unanswered");
  for (const auto& node : nodes)
    out.text(node);
  out.end_array();
}

} // namespace

std::string encode(const page<connection_view>& x, const std::vector<std::string>& unanswered) {
  const auto one = [](json_writer& out, const connection_view& connection) {
    out.number("id", connection.id);
    if (connection.user) {
      out.number("user_id", connection.user->id);
      out.text("username", connection.user->username);
    } else {
      out.null("user_id");
      out.null("username");
    }
    out.text("kind", connection.kind);
    out.text("address", connection.address);
    out.time("connected_at", connection.connected_at);
    out.begin_array("rooms");
    for (const room_id room : connection.rooms)
      out.number(room.value);
    out.end_array();
    out.number("outbox_bytes", connection.outbox_bytes);
    out.text("node", connection.node);
  };
  return encode_page(x, 256, one, [&](json_writer& out) { name_unanswered(out, unanswered); });
}

std::string encode(const page<disconnect_view>& x, const std::vector<std::string>& unanswered) {
  const auto one = [](json_writer& out, const disconnect_view& drop) {
    out.number("connection_id", drop.id);
    out.number_or_null("user_id", drop.user);
    out.number("code", drop.code);
    out.text("reason", drop.reason);
    out.time("at", drop.at);
    out.text("node", drop.node);
  };
  return encode_page(x, 160, one, [&](json_writer& out) { name_unanswered(out, unanswered); });
}

std::string encode(const overview& x) {
  return encode_object(384, [&](json_writer& out) {
    out.text("node", x.node);
    out.text("version", x.version);
    out.number("uptime_s", x.uptime_s);
    out.number("connections", x.connections);
    out.number("sockets", x.sockets);
    out.number("users_online", x.users_online);
    out.number("rooms_active", x.rooms_active);
    out.number("messages_total", x.messages_total);
    out.number("deliveries_total", x.deliveries_total);
    out.number("slow_closed_total", x.slow_closed_total);
    out.begin_object("writer");
    out.number("queued", x.writer_queued);
    out.real("commit_p99_ms", x.commit_p99_ms);
    out.end_object();
  });
}

} // namespace parley
