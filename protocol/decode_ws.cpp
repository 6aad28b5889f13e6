// Frames of /ws: {"type","payload","id"?}.
#include "protocol/commands.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/limits.hpp"
#include "protocol/post_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace parley {

namespace {

using nlohmann::json;
using read_result = tl::expected<ws_command, error_code>;

const tl::unexpected<error_code> mistyped{error_code::bad_message};

read_result read_ping(const json& payload) {
  const auto at = payload.find("timestamp");
  if (at == payload.end())
    return ping_command{"null"};
  return ping_command{at->dump(-1, ' ', false, json::error_handler_t::replace)};
}

read_result read_auth(const json& payload) {
  const auto* token = find_member(payload, "token");
  if (token == nullptr || !token->is_string())
    return mistyped;
  return auth_command{token->get<std::string>()};
}

read_result read_join_room(const json& payload) {
  const auto room = read_id(payload, "room_id");
  if (!room)
    return mistyped;
  join_room_command out{room_id{*room}, std::nullopt};
  if (const auto* last = find_member(payload, "last_message_id")) {
    const auto value = to_integer(*last, 0);
    if (!value)
      return mistyped;
    out.last_message = message_id{*value};
  }
  return out;
}

read_result read_leave_room(const json& payload) {
  const auto room = read_id(payload, "room_id");
  if (!room)
    return mistyped;
  return leave_room_command{room_id{*room}};
}

read_result read_send_message(const json& payload) {
  const auto room = read_id(payload, "room_id");
  if (!room)
    return mistyped;
  auto draft = read_post(payload);
  if (!draft)
    return tl::unexpected{draft.error()};
  return send_message_command{room_id{*room}, std::move(*draft)};
}

read_result read_typing(const json& payload) {
  const auto room = read_id(payload, "room_id");
  const auto is_typing = read_boolean(payload, "is_typing");
  if (!room || !is_typing)
    return mistyped;
  return typing_command{room_id{*room}, *is_typing};
}

using reader = read_result (*)(const json& payload);

// Both in the order of the variant.
constexpr std::array types{std::string_view{"ping"},         std::string_view{"auth"},
                           std::string_view{"join_room"},    std::string_view{"leave_room"},
                           std::string_view{"send_message"}, std::string_view{"typing"}};
constexpr std::array<reader, types.size()> readers{read_ping,       read_auth,         read_join_room,
                                                   read_leave_room, read_send_message, read_typing};
static_assert(types.size() == std::variant_size_v<ws_command>, "a command has no type or no reader");

/// The frame's `id` as JSON text, empty where there is none; nullopt where it is no id.
std::optional<std::string> read_request_id(const json& frame) {
  const auto* id = find_member(frame, "id");
  std::string out;
  if (id == nullptr)
    return out;
  if (id->is_string())
    append_json_string(out, id->get_ref<const std::string&>());
  else if (id->is_number())
    out = id->dump();
  else
    return std::nullopt;
  if (out.size() > limits::request_id_bytes)
    return std::nullopt;
  return out;
}

read_result read_command(const json& frame) {
  const auto* type = find_member(frame, "type");
  if (type == nullptr || !type->is_string())
    return mistyped;
  const auto at = std::find(types.begin(), types.end(), type->get_ref<const std::string&>());
  if (at == types.end())
    return tl::unexpected{error_code::unknown_type};
  const auto read = readers[static_cast<std::size_t>(at - types.begin())];
  const auto* payload = find_member(frame, "payload");
  if (payload == nullptr)
    return read(json::object());
  return payload->is_object() ? read(*payload) : mistyped;
}

} // namespace

tl::expected<ws_request, frame_fault> decode_ws(std::string_view text) {
  const auto frame = parse_json(text);
  if (!frame || !frame->is_object())
    return tl::unexpected{frame_fault{}};
  auto request_id = read_request_id(*frame);
  if (!request_id)
    return tl::unexpected{frame_fault{}};
  if (holds_nul(text))
    return tl::unexpected{frame_fault{error_code::bad_message, std::move(*request_id)}};
  auto command = read_command(*frame);
  if (!command)
    return tl::unexpected{frame_fault{command.error(), std::move(*request_id)}};
  return ws_request{std::move(*request_id), std::move(*command)};
}

std::span<const std::string_view> ws_command_types() {
  return types;
}

} // namespace parley
