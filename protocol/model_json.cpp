#include "protocol/model_json.hpp"

#include "protocol/page_json.hpp"
#include "protocol/public_place.hpp"
#include "protocol/words.hpp"

namespace parley {

namespace {

void write_members(json_writer& out, const room_config& x) {
  out.boolean("is_public", x.is_public);
  out.text("join_policy", name(x.join));
  out.text("history", name(x.history));
  out.boolean("allow_guests", x.allow_guests);
  out.text("sync_mode", name(x.sync));
}

/// Stored is the path alone: where the server is found may change.
void write_avatar(json_writer& out, const std::optional<std::string>& path) {
  out.text_or_null("avatar_url", path ? std::optional(give_out(*path)) : std::nullopt);
}

} // namespace

void write_members(json_writer& out, const message& x) {
  out.number("id", x.id);
  out.number("room_id", x.room);
  out.number("sender_id", x.sender);
  out.text("sender_username", x.sender_username);
  out.text("content", x.deleted ? std::string_view{} : x.content);
  out.text("message_type", name(x.type));
  out.time("timestamp", x.sent_at);
  out.time_or_null("edited_at", x.edited_at);
  out.boolean("deleted", x.deleted);
  out.text_or_null("client_msg_id", x.client_msg_id);
  write_attachments(out, x.attachments);
}

void write_members(json_writer& out, const attachment& x) {
  out.number("id", x.id);
  out.number("room_id", x.room);
  out.text("name", x.name);
  out.text("content_type", x.content_type);
  out.number("size", x.size);
  out.number_or_null("width", x.width);
  out.number_or_null("height", x.height);
  if (x.is_picture())
    out.text("thumbnail_url", x.thumbnail_url);
  else
    out.null("thumbnail_url");
  out.text("url", x.url);
  out.number("uploaded_by", x.uploaded_by);
  out.time("created_at", x.created_at);
}

void write_attachments(json_writer& out, const std::vector<attachment>& all) {
  write_objects(out, "attachments", all, [](json_writer& o, const attachment& x) { write_members(o, x); });
}

void write_members(json_writer& out, const user& x) {
  out.number("id", x.id);
  out.text("username", x.username);
  out.text("email", x.email);
  write_avatar(out, x.avatar_url);
  out.text("role", name(x.role));
  out.time("created_at", x.created_at);
}

void write_members(json_writer& out, const room& x, const occupancy& live) {
  out.number("id", x.id);
  out.text("name", x.name);
  out.text("description", x.description);
  out.number("owner_id", x.owner);
  out.boolean("is_active", live.is_active());
  out.number("active_users", live.active_users);
  out.number("member_count", x.members);
  out.begin_object("config");
  write_members(out, x.config);
  out.end_object();
  out.time("created_at", x.created_at);
}

void write_members(json_writer& out, const user_brief& x) {
  out.number("id", x.id);
  out.text("username", x.username);
  write_avatar(out, x.avatar_url);
}

void write_members(json_writer& out, const member_view& x) {
  write_members(out, x.user);
  out.text("role", name(x.role));
  out.boolean("online", x.online);
  out.time("joined_at", x.joined_at);
}

void write_members(json_writer& out, const notification& x) {
  out.number("id", x.id);
  out.text("status", name(x.status));
  out.time("created_at", x.created_at);
  out.begin_object("content");
  out.text("type", name(x.kind));
  out.number("room_id", x.room);
  out.text("room_name", x.room_name);
  out.number("user_id", x.from.id);
  out.text("username", x.from.username);
  out.text("token", x.token);
  out.end_object();
}

void write_members(json_writer& out, const video& x) {
  out.number("id", x.id);
  out.number("room_id", x.room);
  out.text("title", x.title);
  out.text("kind", name(x.kind));
  out.text("url", x.url);
  out.number_or_null("size", x.size);
  out.text_or_null("content_type", x.content_type);
  out.number("uploaded_by", x.uploaded_by);
  out.time("created_at", x.created_at);
}

void write_members(json_writer& out, const sync_state& x) {
  out.number("room_id", x.room);
  out.number("version", x.version);
  if (x.watched) {
    out.begin_object("video");
    write_members(out, *x.watched);
    out.end_object();
  } else {
    out.null("video");
  }
  out.text("state", x.playing ? "playing" : "paused");
  out.real("position_s", x.position_s);
  out.real("rate", x.rate);
  out.number("server_time_ms", x.at.time_since_epoch().count());
  if (x.by)
    out.number("by", x.by);
  else
    out.null("by");
  out.begin_array("waiting_for");
  for (const user_id user : x.waiting_for)
    out.number(user.value);
  out.end_array();
}

void write_members(json_writer& out, const task_status& x) {
  out.text("connection_id", x.connection);
  out.text("status", x.status);
  if (x.progress)
    out.real("progress", *x.progress);
  else
    out.null("progress");
  out.text("message", x.message);
  out.raw("data", x.data.empty() ? std::string_view{"null"} : x.data);
  out.time("timestamp", x.at);
}

void write_frame_user(json_writer& out, const user_brief& x, std::string_view guest_name) {
  out.begin_object("user");
  out.number("id", x.id);
  out.text("username", x.username);
  write_guest_name(out, guest_name);
  out.end_object();
}

void write_guest_name(json_writer& out, std::string_view name) {
  if (!name.empty())
    out.text("guest_name", name);
}

} // namespace parley
