// Events of a room, each once a wire shape.
#include "protocol/event_types.hpp"
#include "protocol/model_json.hpp"
#include "protocol/words.hpp"

namespace parley {

namespace {

constexpr std::size_t frame_size = 320; ///< a frame without its texts

// -- what is the same in both shapes: members of the payload, or of the flat frame -----------

void write(json_writer& out, const room_updated& x) {
  write_members(out, x.value, x.live);
}

void write(json_writer& out, const room_closed& x) {
  out.number("room_id", x.id);
}

void write(json_writer& out, const message_deleted& x) {
  out.number("id", x.id);
  out.number("room_id", x.room);
  if (x.replayed)
    out.boolean("replayed", true);
}

void write(json_writer& out, const message_read& x) {
  out.number("room_id", x.value.room);
  out.number("user_id", x.value.user);
  out.number("last_read_id", x.value.last_read);
}

void write(json_writer& out, const sync_changed& x) {
  write_members(out, x.value);
}

void write(json_writer& out, const member_news& x) {
  out.number("room_id", x.room);
  out.begin_object("user");
  write_members(out, x.user);
  out.end_object();
  out.text("role", name(x.role));
  out.time_or_null("muted_until", x.muted_until);
}

// -- what differs ------------------------------------------------------------------------------

void write_payload(json_writer& out, const message_posted& x) {
  write_members(out, x.value);
  if (x.replayed)
    out.boolean("replayed", true);
  write_guest_name(out, x.guest_name);
}

void write_payload(json_writer& out, const typing_changed& x) {
  out.number("room_id", x.room);
  write_frame_user(out, x.user, x.guest_name);
  out.boolean("is_typing", x.is_typing);
}

void write_payload(json_writer& out, const presence_changed& x) {
  out.number("room_id", x.room);
  write_frame_user(out, x.user, x.guest_name);
  out.text("status", x.online ? "online" : "offline");
  out.number("active_users", x.active_users);
}

void write_payload(json_writer& out, const message_edited& x) {
  write_members(out, x.value);
  if (x.replayed)
    out.boolean("replayed", true);
}

template <class Event>
void write_payload(json_writer& out, const Event& x) {
  write(out, x);
}

/// A message as `/ws/chat/` shows it, without its room.
void write_chat_members(json_writer& out, const message& x, std::string_view guest_name = {}) {
  out.number("id", x.id);
  out.text("content", x.deleted ? std::string_view{} : x.content);
  out.text("message_type", name(x.type));
  out.time("timestamp", x.sent_at);
  out.begin_object("sender");
  out.number("id", x.sender);
  out.text("username", x.sender_username);
  write_guest_name(out, guest_name);
  out.end_object();
  if (x.client_msg_id)
    out.text("client_msg_id", *x.client_msg_id);
  if (!x.attachments.empty())
    write_attachments(out, x.attachments);
}

void write_flat(json_writer& out, const message_posted& x) {
  out.begin_object("message");
  write_chat_members(out, x.value, x.guest_name);
  out.end_object();
}

void write_flat(json_writer& out, const typing_changed& x) {
  write_frame_user(out, x.user, x.guest_name);
  out.boolean("is_typing", x.is_typing);
}

void write_flat(json_writer& out, const presence_changed& x) {
  write_frame_user(out, x.user, x.guest_name);
}

void write_flat(json_writer& out, const message_edited& x) {
  out.begin_object("message");
  write_chat_members(out, x.value);
  out.time_or_null("edited_at", x.value.edited_at);
  out.end_object();
}

template <class Event>
void write_flat(json_writer& out, const Event& x) {
  write(out, x);
}

template <class Event>
std::string_view flat_type(const Event&) {
  static_assert(flat_types_of<Event>.size() == 1);
  return flat_types_of<Event>[0];
}

std::string_view flat_type(const presence_changed& x) {
  return flat_types_of<presence_changed>[x.online ? 0 : 1];
}

// -- frames ------------------------------------------------------------------------------------

std::size_t guess_size(const room_event& event) {
  if (const auto* posted = std::get_if<message_posted>(&event))
    return frame_size + posted->value.content.size();
  if (const auto* edited = std::get_if<message_edited>(&event))
    return frame_size + edited->value.content.size();
  return frame_size;
}

} // namespace

std::string encode_envelope(const room_event& event) {
  json_writer out{guess_size(event)};
  std::visit(
    [&out]<class Event>(const Event& x) {
      out.begin_object();
      out.text("type", type_of<Event>);
      out.begin_object("payload");
      write_payload(out, x);
      out.end_object();
      out.end_object();
    },
    event);
  return out.take();
}

std::string encode_flat(const room_event& event) {
  json_writer out{guess_size(event)};
  std::visit(
    [&out](const auto& x) {
      out.begin_object();
      out.text("type", flat_type(x));
      write_flat(out, x);
      out.end_object();
    },
    event);
  return out.take();
}

} // namespace parley
