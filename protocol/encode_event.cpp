// Events of a room, each once a wire shape.
#include "protocol/events.hpp"
#include "protocol/model_json.hpp"
#include "protocol/words.hpp"

namespace parley {

namespace {

constexpr std::size_t frame_size = 320; ///< a frame of today's kinds without its texts

/// `{"type":"…","payload":{…}}`
class envelope_encoder {
public:
  explicit envelope_encoder(std::size_t size) : out_(size) {}

  void operator()(const message_posted& x) {
    open("room_message");
    write_members(out_, x.value);
    if (x.replayed)
      out_.boolean("replayed", true);
  }

  void operator()(const typing_changed& x) {
    open("typing");
    out_.number("room_id", x.room);
    write_frame_user(out_, x.user);
    out_.boolean("is_typing", x.is_typing);
  }

  void operator()(const presence_changed& x) {
    open("presence");
    out_.number("room_id", x.room);
    write_frame_user(out_, x.user);
    out_.text("status", x.online ? "online" : "offline");
    out_.number("active_users", x.active_users);
  }

  void operator()(const room_updated& x) {
    open("room_updated");
    write_members(out_, x.value, x.live);
  }

  void operator()(const room_closed& x) {
    open("room_closed");
    out_.number("room_id", x.id);
  }

  std::string take() {
    out_.end_object();
    out_.end_object();
    return out_.take();
  }

private:
  void open(std::string_view type) {
    out_.begin_object();
    out_.text("type", type);
    out_.begin_object("payload");
  }

  json_writer out_;
};

/// `{"type":"…", members…}`
class flat_encoder {
public:
  explicit flat_encoder(std::size_t size) : out_(size) {}

  void operator()(const message_posted& x) {
    const auto& value = x.value;
    open("chat_message");
    out_.begin_object("message");
    out_.number("id", value.id);
    out_.text("content", value.deleted ? std::string_view{} : value.content);
    out_.text("message_type", name(value.type));
    out_.time("timestamp", value.sent_at);
    out_.begin_object("sender");
    out_.number("id", value.sender);
    out_.text("username", value.sender_username);
    out_.end_object();
    if (value.client_msg_id)
      out_.text("client_msg_id", *value.client_msg_id);
    out_.end_object();
  }

  void operator()(const typing_changed& x) {
    open("typing");
    write_frame_user(out_, x.user);
    out_.boolean("is_typing", x.is_typing);
  }

  void operator()(const presence_changed& x) {
    open(x.online ? "user_join" : "user_leave");
    write_frame_user(out_, x.user);
  }

  void operator()(const room_updated& x) {
    open("room_updated");
    write_members(out_, x.value, x.live);
  }

  void operator()(const room_closed& x) {
    open("room_closed");
    out_.number("room_id", x.id);
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

  json_writer out_;
};

std::size_t guess_size(const room_event& event) {
  const auto* posted = std::get_if<message_posted>(&event);
  return frame_size + (posted != nullptr ? posted->value.content.size() : 0);
}

template <class Encoder>
std::string encode_event(const room_event& event) {
  Encoder encoder{guess_size(event)};
  std::visit(encoder, event);
  return encoder.take();
}

} // namespace

std::string encode_envelope(const room_event& event) {
  return encode_event<envelope_encoder>(event);
}

std::string encode_flat(const room_event& event) {
  return encode_event<flat_encoder>(event);
}

} // namespace parley
