// What clients say over WebSocket: one closed variant a wire shape, decoded from text.
#pragma once

#include "protocol/error_code.hpp"
#include "protocol/model.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace parley {

// -- both shapes -----------------------------------------------------------------

struct post_draft {
  std::string content;
  message_type type = message_type::text;
  std::optional<std::string> client_msg_id;
};

/// Why a frame could not be taken.
struct frame_fault {
  error_code code = error_code::bad_message; ///< `bad_message`, `unknown_type` or `validation_failed`
  std::string request_id;                    ///< the frame's own `id` as JSON where it could be read; may be empty
};

// -- /ws: {"type","payload","id"?} -------------------------------------------------

struct ping_command {
  std::string timestamp; ///< the client's value as JSON text; `null` where it gave none
};
struct auth_command {
  std::string token;
};
struct join_room_command {
  room_id room;
  std::optional<message_id> last_message; ///< resume after this one; 0 is the beginning
};
struct leave_room_command {
  room_id room;
};
struct send_message_command {
  room_id room;
  post_draft draft;
};
struct typing_command {
  room_id room;
  bool is_typing = false;
};

using ws_command =
  std::variant<ping_command, auth_command, join_room_command, leave_room_command, send_message_command, typing_command>;

struct ws_request {
  std::string request_id; ///< the client's `id` (string or number) as JSON text; empty where it gave none
  ws_command command;
};

/// Decodes one frame of `/ws`. `text` is valid UTF-8 of any content. Any thread; never throws.
tl::expected<ws_request, frame_fault> decode_ws(std::string_view text);

/// The `type`s that `decode_ws` knows, in the order of the variant.
std::span<const std::string_view> ws_command_types();

// -- /ws/chat/{room_id}/: {"type", members…} ----------------------------------------

struct chat_ping_command {};
struct chat_message_command {
  post_draft draft;
};
struct chat_typing_command {
  bool is_typing = false;
};
struct chat_join_command {};
struct chat_leave_command {};

using chat_command =
  std::variant<chat_message_command, chat_typing_command, chat_join_command, chat_leave_command, chat_ping_command>;

/// Decodes one frame of `/ws/chat/{room_id}/`. As `decode_ws`; `request_id` is always empty.
tl::expected<chat_command, frame_fault> decode_chat(std::string_view text);

std::span<const std::string_view> chat_command_types();

} // namespace parley
