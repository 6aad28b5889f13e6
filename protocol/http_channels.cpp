// Bodies about clients of /ws/{client_id} and about tasks.
#include "protocol/event_types.hpp"
#include "protocol/field_reader.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/limits.hpp"
#include "protocol/model_json.hpp"
#include "protocol/page_json.hpp"

namespace parley {

decoded<push_request> decode_push(std::string_view json) {
  field_reader in{json};
  push_request out{in.json("data", need::required).value_or("")};
  in.check_length("data", out.data.size(), 0, limits::pushed_bytes);
  return in.finish(std::move(out));
}

decoded<task_status> decode_task(std::string_view json, const text_limits& bounds) {
  field_reader in{json};
  task_status out;
  const auto connection = in.text("connection_id", need::required);
  if (connection)
    in.check_length("connection_id", connection->size(), 1, bounds.path_id_bytes);
  out.connection = connection.value_or("");
  out.status = in.text("status", need::required, 1, limits::task_status_max).value_or("");
  out.progress = in.real("progress", 0, 100);
  out.message = in.text("message", need::optional, 0, bounds.content_characters).value_or("");
  out.data = in.json("data", need::optional).value_or("null");
  in.check_length("data", out.data.size(), 0, limits::pushed_bytes);
  return in.finish(std::move(out));
}

std::string encode(const std::vector<client_view>& x) {
  return encode_object(32 + x.size() * 128, [&](json_writer& out) {
    write_objects(out, "items", x, [](json_writer& o, const client_view& client) {
      o.text("client_id", client.client);
      o.time("connected_at", client.connected_at);
      o.text("node", client.node);
    });
  });
}

std::string encode_delivered(std::int64_t sockets) {
  return encode_object(32, [&](json_writer& out) { out.number("delivered_to", sockets); });
}

namespace {

void write_status(json_writer& out, const task_status& x) {
  out.text("type", type_of<task_status_reply>);
  write_members(out, x);
}

} // namespace

std::string encode(const task_status& x) {
  return encode_object(192 + x.message.size() + x.data.size(), [&](json_writer& out) { write_status(out, x); });
}

std::string encode(const page<task_status>& x) {
  return encode_page(x, 512, write_status);
}

} // namespace parley
