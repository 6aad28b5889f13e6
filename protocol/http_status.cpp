// The answer of GET /ws/status.
#include "protocol/http_codec.hpp"
#include "protocol/json_writer.hpp"

namespace parley {

std::string encode(const server_status& x) {
  json_writer out{256 + x.nodes.size() * 64};
  out.begin_object();
  out.text("status", x.self.status);
  out.text("node", x.self.id);
  out.text("version", x.version);
  out.number("uptime_s", x.uptime_s);
  out.number("connections", x.self.connections);
  out.number("sockets", x.sockets);
  out.number("users_online", x.users_online);
  out.number("rooms_active", x.rooms_active);
  out.begin_array("nodes");
  for (const auto& node : x.nodes) {
    out.begin_object();
    out.text("id", node.id);
    out.text("status", node.status);
    out.number("connections", node.connections);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return out.take();
}

} // namespace parley
