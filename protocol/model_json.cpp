#include "protocol/model_json.hpp"

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

} // namespace

void write_members(json_writer& out, const message& x) {
  out.number("id", x.id);
  out.number("room_id", x.room);
  out.number("sender_id", x.sender);
  out.text("sender_username", x.sender_username);
  out.text("content", x.deleted ? std::string_view{} : x.content);
  out.text("message_type", name(x.type));
  out.time("timestamp", x.sent_at);
  if (x.edited_at)
    out.time("edited_at", *x.edited_at);
  else
    out.null("edited_at");
  out.boolean("deleted", x.deleted);
  out.text_or_null("client_msg_id", x.client_msg_id);
}

void write_members(json_writer& out, const user& x) {
  out.number("id", x.id);
  out.text("username", x.username);
  out.text("email", x.email);
  out.text_or_null("avatar_url", x.avatar_url);
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
  out.begin_object("config");
  write_members(out, x.config);
  out.end_object();
  out.time("created_at", x.created_at);
}

void write_members(json_writer& out, const user_brief& x) {
  out.number("id", x.id);
  out.text("username", x.username);
  out.text_or_null("avatar_url", x.avatar_url);
}

void write_frame_user(json_writer& out, const user_brief& x) {
  out.begin_object("user");
  out.number("id", x.id);
  out.text("username", x.username);
  out.end_object();
}

} // namespace parley
