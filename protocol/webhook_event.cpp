#include "protocol/webhook_event.hpp"

#include "protocol/model_json.hpp"
#include "protocol/page_json.hpp"
#include "protocol/public_place.hpp"
#include "protocol/words.hpp"

namespace parley {

namespace {

template <class Write>
std::string encode_data(webhook_kind kind, timestamp at, std::size_t size, Write write) {
  return encode_object(96 + size, [&](json_writer& out) {
    out.text("type", name(kind));
    out.time("timestamp", at);
    out.begin_object("data");
    write(out);
    out.end_object();
  });
}

/// Who fetches them shows a token of its own.
message with_bare_addresses(message x) {
  for (auto& file : x.attachments) {
    const auto path = "/files/" + std::to_string(file.id.value);
    file.url = give_out(path + "/content");
    if (file.is_picture())
      file.thumbnail_url = give_out(path + "/thumbnail");
  }
  return x;
}

} // namespace

std::string encode_event(webhook_kind kind, timestamp at, const message& x) {
  return encode_data(kind, at, 256 + x.content.size(), [&](json_writer& out) {
    if (x.attachments.empty())
      write_members(out, x);
    else
      write_members(out, with_bare_addresses(x));
  });
}

std::string encode_event(webhook_kind kind, timestamp at, room_id room, user_id user) {
  return encode_data(kind, at, 64, [&](json_writer& out) {
    out.number("room_id", room);
    out.number("user_id", user);
  });
}

std::string encode_event(webhook_kind kind, timestamp at, room_id room) {
  return encode_data(kind, at, 32, [&](json_writer& out) { out.number("room_id", room); });
}

std::string encode_event(webhook_kind kind, timestamp at, const notification& x) {
  return encode_data(kind, at, 256, [&](json_writer& out) {
    out.number("id", x.id);
    out.text("type", name(x.kind));
    out.number("receiver_id", x.receiver);
    out.number("room_id", x.room);
    out.text("room_name", x.room_name);
    out.number("from_id", x.from.id);
    out.text("from_username", x.from.username);
    out.time("created_at", x.created_at);
  });
}

std::string encode_event(webhook_kind kind, timestamp at, user_id owner, const task_status& x) {
  return encode_data(kind, at, 160 + x.data.size(), [&](json_writer& out) {
    out.number("owner_id", owner);
    write_members(out, x);
  });
}

std::string encode_event(webhook_kind kind, timestamp at, webhook_id hook) {
  return encode_data(kind, at, 32, [&](json_writer& out) { out.number("webhook_id", hook); });
}

} // namespace parley
