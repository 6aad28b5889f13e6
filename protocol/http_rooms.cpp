// Bodies about rooms.
#include "protocol/field_reader.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/limits.hpp"
#include "protocol/model_json.hpp"
#include "protocol/page_json.hpp"
#include "protocol/words.hpp"

namespace parley {

namespace {

constexpr std::size_t room_size = 768;

std::optional<std::string> read_description(field_reader& in) {
  return in.text("description", need::optional, 0, limits::room_description_max);
}

config_patch read_config(field_reader& in) {
  config_patch out;
  out.is_public = in.boolean("is_public");
  out.join = in.choice<join_policy>("join_policy");
  out.history = in.choice<history_policy>("history");
  out.allow_guests = in.boolean("allow_guests");
  out.sync = in.choice<sync_mode>("sync_mode");
  return out;
}

void write_own_place(json_writer& out, const own_place& x) {
  out.begin_object("me");
  out.text_or_null("role", x.role ? std::optional(std::string(name(*x.role))) : std::nullopt);
  out.time_or_null("muted_until", x.muted_until);
  out.time_or_null("joined_at", x.joined_at);
  out.number("last_read_id", x.last_read);
  out.number("unread", x.unread);
  out.number_or_null("pending", x.pending);
  out.begin_array("may");
  for (const auto action : x.may)
    out.text(name(action));
  out.end_array();
  out.end_object();
}

void write_seen(json_writer& out, const seen_room& x) {
  write_members(out, x.room.value, x.room.live);
  write_own_place(out, x.me);
  if (!x.last_message)
    return;
  if (!*x.last_message) {
    out.null("last_message");
    return;
  }
  out.begin_object("last_message");
  write_members(out, **x.last_message);
  out.end_object();
}

} // namespace

decoded<new_room> decode_new_room(std::string_view json, const text_limits& bounds) {
  field_reader in{json};
  new_room out;
  out.name = in.visible_text("name", need::required, bounds.room_name_characters).value_or("");
  out.description = read_description(in).value_or("");
  field_reader config{in, "config"};
  out.config = apply(read_config(config), out.config);
  return in.finish(std::move(out));
}

decoded<room_patch> decode_room_patch(std::string_view json, const text_limits& bounds) {
  field_reader in{json};
  room_patch out;
  out.name = in.visible_text("name", need::optional, bounds.room_name_characters);
  out.description = read_description(in);
  return in.finish(std::move(out));
}

decoded<config_patch> decode_config_patch(std::string_view json) {
  field_reader in{json};
  return in.finish(read_config(in));
}

decoded<room_reference> decode_room_reference(std::string_view json) {
  field_reader in{json};
  room_reference out{room_id{in.row_id("room_id", need::required).value_or(0)}};
  return in.finish(out);
}

room_config apply(const config_patch& patch, room_config config) {
  config.is_public = patch.is_public.value_or(config.is_public);
  config.join = patch.join.value_or(config.join);
  config.history = patch.history.value_or(config.history);
  config.allow_guests = patch.allow_guests.value_or(config.allow_guests);
  config.sync = patch.sync.value_or(config.sync);
  return config;
}

std::string encode(const seen_room& x) {
  return encode_object(room_size, [&](json_writer& out) { write_seen(out, x); });
}

std::string encode(const room_details& x) {
  return encode_object(room_size + x.members.size() * 128, [&](json_writer& out) {
    write_members(out, x.room.value, x.room.live);
    write_own_place(out, x.me);
    out.begin_object("owner");
    write_members(out, x.owner);
    out.end_object();
    write_objects(out, "members", x.members, [](json_writer& o, const member_view& m) { write_members(o, m); });
  });
}

std::string encode(const page<seen_room>& x) {
  return encode_page(x, room_size, [](json_writer& out, const seen_room& r) { write_seen(out, r); });
}

} // namespace parley
