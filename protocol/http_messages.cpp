// Bodies about messages.
#include "protocol/field_reader.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/limits.hpp"
#include "protocol/model_json.hpp"
#include "protocol/page_json.hpp"

namespace parley {

namespace {

constexpr std::size_t message_size = 256; ///< without the content

std::string read_content(field_reader& in, const text_limits& bounds) {
  return in.visible_text("content", need::required, bounds.content_characters).value_or("");
}

} // namespace

decoded<post_draft> decode_post(std::string_view json, const text_limits& bounds) {
  field_reader in{json};
  post_draft out;
  for (const auto id : in.row_ids("attachments", limits::attachments_max))
    out.attachments.emplace_back(id);
  // Files that are refused are files: what is missing without any is not told as well.
  const bool has_files = in.has_entries("attachments");
  if (!has_files || !in.is_empty_text("content"))
    out.content = read_content(in, bounds);
  out.type = in.choice<message_type>("message_type").value_or(message_type::text);
  if (out.type == message_type::image && !has_files)
    in.refuse("attachments", fault::required);
  out.client_msg_id = in.text("client_msg_id", need::optional);
  if (out.client_msg_id)
    in.check_length("client_msg_id", out.client_msg_id->size(), 1, limits::client_msg_id_max, length_unit::bytes);
  return in.finish(std::move(out));
}

decoded<message_edit> decode_message_edit(std::string_view json, const text_limits& bounds) {
  field_reader in{json};
  message_edit out{read_content(in, bounds)};
  return in.finish(std::move(out));
}

std::string encode(const message& x) {
  return encode_object(message_size + x.content.size(), [&](json_writer& out) { write_members(out, x); });
}

std::string encode(const attachment& x) {
  return encode_object(message_size + 512, [&](json_writer& out) { write_members(out, x); });
}

std::string encode(const history_page& x) {
  return encode_object(64 + x.items.size() * (message_size + 64), [&](json_writer& out) {
    write_objects(out, "items", x.items, [](json_writer& o, const message& m) { write_members(o, m); });
    out.boolean("has_more", x.has_more);
  });
}

std::string encode(const post_receipt& x, language lang) {
  return encode_object(message_size, [&](json_writer& out) {
    out.text("message", text(phrase::message_sent, lang));
    out.number("message_id", x.id);
    out.number("sent_to_online_users", x.sent_to_online_users);
    out.time("timestamp", x.sent_at);
  });
}

std::string encode(const read_mark& x, message_id asked) {
  return encode_object(96, [&](json_writer& out) {
    out.number("message_id", asked);
    out.number("room_id", x.room);
    out.number("last_read_id", x.last_read);
  });
}

} // namespace parley
