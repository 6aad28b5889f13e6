// Frames of /ws: {"type","payload","id"?}.
#include "protocol/decode_sync.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/limits.hpp"
#include "protocol/plain_post.hpp"
#include "protocol/post_reader.hpp"
#include "protocol/raw_member.hpp"

#include <nlohmann/json.hpp>

namespace parley {

namespace {

using nlohmann::json;

const tl::unexpected<error_code> mistyped_member{error_code::bad_message};

ws_read_result read_ping(const frame_members& in) {
  if (!in.object.contains("timestamp"))
    return ping_command{"null"};
  return ping_command{std::string{raw_member(raw_member(in.frame, "payload"), "timestamp")}};
}

ws_read_result read_auth(const frame_members& in) {
  const auto* token = find_text(in.object, "token");
  if (token == nullptr)
    return mistyped_member;
  return auth_command{*token};
}

ws_read_result read_join_room(const frame_members& in) {
  const auto room = read_id(in.object, "room_id");
  if (!room)
    return mistyped_member;
  join_room_command out{room_id{*room}, std::nullopt, std::nullopt};
  if (const auto* last = find_member(in.object, "last_message_id")) {
    const auto value = to_integer(*last, 0);
    if (!value)
      return mistyped_member;
    out.last_message = message_id{*value};
  }
  if (const auto* last = find_member(in.object, "last_change")) {
    out.last_change = to_integer(*last, 0);
    if (!out.last_change)
      return mistyped_member;
  }
  if (find_member(in.object, "members_only") != nullptr) {
    const auto members_only = read_boolean(in.object, "members_only");
    if (!members_only)
      return mistyped_member;
    out.members_only = *members_only;
  }
  return out;
}

ws_read_result read_leave_room(const frame_members& in) {
  const auto room = read_id(in.object, "room_id");
  if (!room)
    return mistyped_member;
  return leave_room_command{room_id{*room}};
}

ws_read_result read_send_message(const frame_members& in) {
  const auto room = read_id(in.object, "room_id");
  if (!room)
    return mistyped_member;
  auto draft = read_post(in.object, in.bounds);
  if (!draft)
    return tl::unexpected{draft.error()};
  return send_message_command{room_id{*room}, std::move(*draft)};
}

ws_read_result read_typing(const frame_members& in) {
  const auto room = read_id(in.object, "room_id");
  const auto is_typing = read_boolean(in.object, "is_typing");
  if (!room || !is_typing)
    return mistyped_member;
  return typing_command{room_id{*room}, *is_typing};
}

using ws_kind = command_kind<ws_command>;

constexpr std::array ws_kinds{ws_kind{"ping", read_ping},
                              ws_kind{"auth", read_auth},
                              ws_kind{"join_room", read_join_room},
                              ws_kind{"leave_room", read_leave_room},
                              ws_kind{"send_message", read_send_message},
                              ws_kind{"typing", read_typing},
                              ws_kind{"sync_load", read_sync_load},
                              ws_kind{"sync_play", read_sync_play},
                              ws_kind{"sync_pause", read_sync_pause},
                              ws_kind{"sync_seek", read_sync_seek},
                              ws_kind{"sync_rate", read_sync_rate},
                              ws_kind{"sync_buffering", read_sync_buffering},
                              ws_kind{"sync_request", read_sync_request},
                              ws_kind{"clock_ping", read_clock_ping}};
constexpr auto known_ws_types = types_of(ws_kinds);
// `steer_command` has a type for each way to steer, all others have one.
static_assert(ws_kinds.size() == std::variant_size_v<ws_command> - 1 + std::variant_size_v<steering>,
              "a command has no reader");

/// The frame's `id` as JSON text, empty where there is none; nullopt where it is no id. A number keeps its digits.
std::optional<std::string> read_request_id(const json& frame, std::string_view text) {
  const auto* id = find_member(frame, "id");
  std::string out;
  if (id == nullptr)
    return out;
  if (id->is_string())
    append_json_string(out, id->get_ref<const std::string&>());
  else if (id->is_number())
    out = raw_member(text, "id");
  else
    return std::nullopt;
  if (out.size() > limits::request_id_bytes)
    return std::nullopt;
  return out;
}

ws_read_result read_command(const json& frame, std::string_view text, const text_limits& bounds) {
  const auto found = find_kind(ws_kinds, frame);
  if (!found)
    return tl::unexpected{found.error()};
  const auto* payload = find_member(frame, "payload");
  const auto none = json::object();
  if (payload == nullptr)
    payload = &none;
  return payload->is_object() ? (*found)->read({*payload, text, bounds}) : mistyped_member;
}

} // namespace

tl::expected<ws_request, frame_fault> decode_ws(std::string_view text, const text_limits& bounds) {
  if (auto plain = read_plain_send_message(text, bounds))
    return std::move(*plain);
  const auto frame = parse_json(text);
  if (!frame || !frame->is_object())
    return tl::unexpected{frame_fault{}};
  auto request_id = read_request_id(*frame, text);
  if (!request_id)
    return tl::unexpected{frame_fault{}};
  if (holds_nul(text))
    return tl::unexpected{frame_fault{error_code::bad_message, std::move(*request_id)}};
  auto command = read_command(*frame, text, bounds);
  if (!command) {
    const auto kind = find_kind(ws_kinds, *frame);
    return tl::unexpected{frame_fault{command.error(), std::move(*request_id), kind ? (*kind)->type : ""}};
  }
  return ws_request{std::move(*request_id), std::move(*command)};
}

std::span<const std::string_view> ws_command_types() {
  return known_ws_types;
}

} // namespace parley
