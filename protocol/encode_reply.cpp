// Replies to one connection of /ws.
#include "protocol/event_types.hpp"
#include "protocol/limits.hpp"
#include "protocol/model_json.hpp"
#include "protocol/page_json.hpp"
#include "protocol/reply_json.hpp"
#include "protocol/text.hpp"
#include "protocol/words.hpp"

namespace parley {

namespace {

/// Writes the members of payloads.
class payload_writer {
public:
  payload_writer(json_writer& out, language lang) : out_(out), lang_(lang) {}

  void operator()(const connected_reply& x) {
    out_.number("connection_id", x.connection);
    out_.text("auth_status", name(x.status));
    write_frame_user_or_null(out_, x.user);
    out_.number("heartbeat_ms", x.heartbeat_ms);
    out_.time("server_time", x.server_time);
  }

  void operator()(const pong_reply& x) {
    write_echo(out_, x);
    write_members(out_, x);
  }

  void operator()(const auth_ok_reply& x) {
    write_frame_user(out_, x.user);
    out_.time("expires_at", x.expires_at);
  }

  void operator()(const auth_expiring_reply& x) { out_.time("expires_at", x.expires_at); }

  void operator()(const room_joined_reply& x) {
    out_.number("room_id", x.room);
    out_.text("status", "success");
    out_.number("active_users", x.active_users);
    if (x.last_message)
      out_.number("last_message_id", x.last_message);
    else
      out_.null("last_message_id");
    if (x.sync)
      write("sync", *x.sync);
    else
      out_.null("sync");
    out_.number("last_change", x.last_change);
    write_online(x.online);
    write_reads(x.reads);
    if (x.resync)
      out_.boolean("resync", true);
  }

  void operator()(const room_activity_reply& x) {
    out_.number("room_id", x.room);
    if (x.last)
      write_snippet(*x.last);
    else
      out_.null("last_message");
    out_.number("unread", x.unread);
  }

  void operator()(const room_join_error_reply& x) { refuse(x.room, "failed", x.code); }

  void operator()(const room_left_reply& x) {
    out_.number("room_id", x.room);
    out_.text("status", "success");
    if (!x.reason.empty())
      out_.text("reason", x.reason);
  }

  void operator()(const room_leave_error_reply& x) { refuse(x.room, "error", x.code); }

  void operator()(const message_ack_reply& x) {
    out_.number("message_id", x.id);
    out_.text_or_null("client_msg_id", x.client_msg_id);
    out_.time("timestamp", x.sent_at);
    out_.number("sent_to_online_users", x.sent_to_online_users);
  }

  void operator()(const server_draining_reply& x) { write_members(out_, x); }

  void operator()(const error_reply& x) {
    write_code(x.code);
    write_extras(out_, x, ws_command_types());
  }

  void operator()(const notification_reply& x) { write_members(out_, x.value); }

  void operator()(const notification_answered_reply& x) {
    out_.number("id", x.id);
    out_.number("room_id", x.room);
    out_.text("status", name(x.status));
    write("user", x.user);
  }

  void operator()(const sync_state_reply& x) { write_members(out_, x.value); }

  void operator()(const sync_conflict_reply& x) {
    write_code(error_code::sync_conflict);
    write("sync", x.now);
  }

  void operator()(const clock_pong_reply& x) {
    out_.raw("t0", x.t0);
    out_.number("t1", x.received_at.time_since_epoch().count());
    out_.number("t2", x.sent_at.time_since_epoch().count());
  }

private:
  template <class Document>
  void write(std::string_view key, const Document& x) {
    out_.begin_object(key);
    write_members(out_, x);
    out_.end_object();
  }

  void write_online(const std::optional<std::vector<user_id>>& users) {
    if (!users) {
      out_.null("online");
      return;
    }
    out_.begin_array("online");
    for (const user_id user : *users)
      out_.number(user.value);
    out_.end_array();
  }

  void write_reads(const std::optional<std::vector<read_mark>>& marks) {
    if (!marks) {
      out_.null("reads");
      return;
    }
    write_objects(out_, "reads", *marks, [](json_writer& out, const read_mark& x) {
      out.number("user_id", x.user);
      out.number("last_read_id", x.last_read);
    });
  }

  void write_snippet(const message& x) {
    out_.begin_object("last_message");
    out_.number("id", x.id);
    out_.begin_object("sender");
    out_.number("id", x.sender);
    out_.text("username", x.sender_username);
    out_.end_object();
    out_.text("snippet", x.deleted ? std::string_view{} : first_characters(x.content, limits::snippet_characters));
    out_.time("timestamp", x.sent_at);
    out_.end_object();
  }

  void write_code(error_code x) {
    out_.text("code", name(x));
    out_.text("message", text(x, lang_));
  }

  void refuse(room_id room, std::string_view status, error_code code) {
    out_.number("room_id", room);
    out_.text("status", status);
    out_.text("message", text(code, lang_));
    out_.text("code", name(code));
  }

  json_writer& out_;
  language lang_;
};

} // namespace

std::string_view name(auth_status x) {
  switch (x) {
  case auth_status::authenticated:
    return "authenticated";
  case auth_status::guest:
    return "guest";
  case auth_status::invalid_token:
    return "invalid_token";
  case auth_status::auth_error:
    return "auth_error";
  }
  return {};
}

std::string encode_envelope(const envelope_reply& reply, std::string_view request_id, language lang) {
  json_writer out{reply_size};
  std::visit(
    [&]<class Reply>(const Reply& x) {
      out.begin_object();
      out.text("type", type_of<Reply>);
      out.begin_object("payload");
      payload_writer{out, lang}(x);
      out.end_object();
      if (!request_id.empty())
        out.raw("id", request_id);
      out.end_object();
    },
    reply);
  return out.take();
}

} // namespace parley
