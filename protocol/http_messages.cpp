// Bodies about messages.
#include "protocol/field_reader.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/limits.hpp"
#include "protocol/model_json.hpp"

namespace parley {

namespace {

constexpr std::size_t message_size = 256; ///< without the content

} // namespace

decoded<post_draft> decode_post(std::string_view json) {
  field_reader in{json};
  post_draft out;
  out.content = in.text("content", need::required, 1, limits::message_characters).value_or("");
  out.type = in.choice<message_type>("message_type").value_or(message_type::text);
  out.client_msg_id = in.text("client_msg_id", need::optional);
  if (out.client_msg_id)
    in.check_length("client_msg_id", out.client_msg_id->size(), 1, limits::client_msg_id_max);
  return in.finish(std::move(out));
}

std::string encode(const message& x) {
  json_writer out{message_size + x.content.size()};
  out.begin_object();
  write_members(out, x);
  out.end_object();
  return out.take();
}

std::string encode(const history_page& x) {
  json_writer out{64 + x.items.size() * (message_size + 64)};
  out.begin_object();
  out.begin_array("items");
  for (const auto& item : x.items) {
    out.begin_object();
    write_members(out, item);
    out.end_object();
  }
  out.end_array();
  out.boolean("has_more", x.has_more);
  out.end_object();
  return out.take();
}

std::string encode(const post_receipt& x, language lang) {
  json_writer out{message_size};
  out.begin_object();
  out.text("message", text(phrase::message_sent, lang));
  out.number("message_id", x.id);
  out.number("sent_to_online_users", x.sent_to_online_users);
  out.time("timestamp", x.sent_at);
  out.end_object();
  return out.take();
}

} // namespace parley
