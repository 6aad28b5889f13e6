// Replies to one connection, on /ws and on /ws/chat/.
#include "protocol/events.hpp"
#include "protocol/model_json.hpp"

namespace parley {

namespace {

constexpr std::size_t reply_size = 256;

void write_members(json_writer& out, const error_reply& x, std::span<const std::string_view> types) {
  if (x.code == error_code::unknown_type) {
    out.begin_array("supported_types");
    for (std::string_view type : types)
      out.text(type);
    out.end_array();
  }
  if (x.retry_after_ms)
    out.number("retry_after_ms", *x.retry_after_ms);
}

/// `{"type":"…","payload":{…},"id":…}`
class envelope_encoder {
public:
  explicit envelope_encoder(language lang) : lang_(lang) {}

  void operator()(const connected_reply& x) {
    open("connected");
    out_.number("connection_id", x.connection);
    out_.text("auth_status", name(x.status));
    if (x.user)
      write_frame_user(out_, *x.user);
    else
      out_.null("user");
    out_.number("heartbeat_ms", x.heartbeat_ms);
    out_.time("server_time", x.server_time);
  }

  void operator()(const pong_reply& x) {
    open("pong");
    out_.raw("timestamp", x.echo.empty() ? std::string_view{"null"} : x.echo);
    out_.number("server_time_ms", x.server_time.time_since_epoch().count());
  }

  void operator()(const auth_ok_reply& x) {
    open("auth_ok");
    write_frame_user(out_, x.user);
    out_.time("expires_at", x.expires_at);
  }

  void operator()(const auth_expiring_reply& x) {
    open("auth_expiring");
    out_.time("expires_at", x.expires_at);
  }

  void operator()(const room_joined_reply& x) {
    open("room_joined");
    out_.number("room_id", x.room);
    out_.text("status", "success");
    out_.number("active_users", x.active_users);
    if (x.last_message)
      out_.number("last_message_id", x.last_message);
    else
      out_.null("last_message_id");
    out_.null("sync");
    if (x.resync)
      out_.boolean("resync", true);
  }

  void operator()(const room_join_error_reply& x) { refuse("room_join_error", x.room, "failed", x.code); }

  void operator()(const room_left_reply& x) {
    open("room_left");
    out_.number("room_id", x.room);
    out_.text("status", "success");
    if (!x.reason.empty())
      out_.text("reason", x.reason);
  }

  void operator()(const room_leave_error_reply& x) { refuse("room_leave_error", x.room, "error", x.code); }

  void operator()(const message_ack_reply& x) {
    open("message_ack");
    out_.number("message_id", x.id);
    out_.text_or_null("client_msg_id", x.client_msg_id);
    out_.time("timestamp", x.sent_at);
    out_.number("sent_to_online_users", x.sent_to_online_users);
  }

  void operator()(const server_draining_reply& x) {
    open("server_draining");
    out_.number("reconnect_after_ms", x.reconnect_after_ms);
  }

  void operator()(const error_reply& x) {
    open("error");
    out_.text("code", name(x.code));
    out_.text("message", text(x.code, lang_));
    write_members(out_, x, ws_command_types());
  }

  std::string take(std::string_view request_id) {
    out_.end_object();
    if (!request_id.empty())
      out_.raw("id", request_id);
    out_.end_object();
    return out_.take();
  }

private:
  void open(std::string_view type) {
    out_.begin_object();
    out_.text("type", type);
    out_.begin_object("payload");
  }

  void refuse(std::string_view type, room_id room, std::string_view status, error_code code) {
    open(type);
    out_.number("room_id", room);
    out_.text("status", status);
    out_.text("message", text(code, lang_));
    out_.text("code", name(code));
  }

  json_writer out_{reply_size};
  language lang_;
};

/// `{"type":"…", members…}`
class flat_encoder {
public:
  explicit flat_encoder(language lang) : lang_(lang) {}

  void operator()(const connection_established_reply& x) {
    open("connection_established");
    out_.text("message", text(phrase::connected, lang_));
    write_frame_user(out_, x.user);
  }

  void operator()(const user_join_reply& x) {
    open("user_join");
    write_frame_user(out_, x.user);
  }

  void operator()(const user_leave_reply& x) {
    open("user_leave");
    write_frame_user(out_, x.user);
  }

  void operator()(const pong_reply& x) {
    open("pong");
    out_.number("server_time_ms", x.server_time.time_since_epoch().count());
  }

  void operator()(const server_draining_reply& x) {
    open("server_draining");
    out_.number("reconnect_after_ms", x.reconnect_after_ms);
  }

  void operator()(const error_reply& x) {
    open("error");
    out_.text("message", text(x.code, lang_));
    out_.text("code", name(x.code));
    write_members(out_, x, chat_command_types());
  }

  std::string take() {
    out_.end_object();
    return out_.take();
  }

private:
  void open(std::string_view type) {
    out_.begin_object();
    out_.text("type", type);
  }

  json_writer out_{reply_size};
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
  }
  return {};
}

std::string encode_envelope(const envelope_reply& reply, std::string_view request_id, language lang) {
  envelope_encoder encoder{lang};
  std::visit(encoder, reply);
  return encoder.take(request_id);
}

std::string encode_flat(const flat_reply& reply, language lang) {
  flat_encoder encoder{lang};
  std::visit(encoder, reply);
  return encoder.take();
}

} // namespace parley
