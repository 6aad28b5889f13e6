// What clients say over WebSocket: one closed variant a wire shape, decoded from text.
#pragma once

#include "protocol/error_code.hpp"
#include "protocol/limits.hpp"
#include "protocol/model.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace parley {

// -- both shapes -----------------------------------------------------------------

struct post_draft {
  std::string content;
  message_type type = message_type::text;
  std::optional<std::string> client_msg_id;
  std::vector<file_id> attachments = {}; ///< at most `limits::attachments_max`
};

/// Why a frame could not be taken.
struct frame_fault {
  error_code code = error_code::bad_message; ///< `bad_message`, `unknown_type` or `validation_failed`
  std::string request_id;                    ///< the frame's own `id` as JSON where it could be read; may be empty
  std::string_view type = {};                ///< of `ws_command_types`, where the frame names one of them
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
  std::optional<message_id> last_message;  ///< resume after this one; 0 is the beginning
  std::optional<std::int64_t> last_change; ///< the room's revision that the client knows; 0 is the beginning
  bool members_only = false;               ///< a stranger is refused, even where the room is open
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

// -- watching together: what may be done to a room's player --
struct sync_load {
  std::optional<video_id> what; ///< none: nothing is watched
};
struct sync_play {
  double position_s = 0; ///< 0 to limits::sync_position_max_s, as all positions
};
struct sync_pause {
  double position_s = 0;
};
struct sync_seek {
  double position_s = 0;
};
struct sync_rate {
  double rate = 1; ///< 0.25 to 4
};
using steering = std::variant<sync_load, sync_play, sync_pause, sync_seek, sync_rate>;

struct steer_command {
  room_id room;
  steering what;
  std::optional<std::int64_t> if_version;
};
struct buffering_command {
  room_id room;
  bool is_buffering = false;
};
struct sync_request_command {
  room_id room;
};
struct clock_ping_command {
  std::string t0; ///< the client's number as JSON text
};

using ws_command =
  std::variant<ping_command, auth_command, join_room_command, leave_room_command, send_message_command, typing_command,
               steer_command, buffering_command, sync_request_command, clock_ping_command>;

struct ws_request {
  std::string request_id; ///< the client's `id` (string or number) as JSON text; empty where it gave none
  ws_command command;
};

/// Decodes one frame of `/ws`. `text` is valid UTF-8 of any content. Any thread; never throws.
tl::expected<ws_request, frame_fault> decode_ws(std::string_view text, const text_limits& bounds = {});

/// The `type`s that `decode_ws` knows, in the order in which they are shown to clients.
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
tl::expected<chat_command, frame_fault> decode_chat(std::string_view text, const text_limits& bounds = {});

std::span<const std::string_view> chat_command_types();

// -- /ws/{client_id} ----------------------------------------------------------------

struct hello_command {
  std::string message;
};
using client_command = std::variant<hello_command, ping_command>;

/// Decodes one frame of `/ws/{client_id}`: flat, `{"type":"hello","message"}` or `{"type":"ping","timestamp"?}`.
/// As `decode_chat`.
tl::expected<client_command, frame_fault> decode_client(std::string_view text);

std::span<const std::string_view> client_command_types();

/// Those of them that `/ws/realtime/{connection_id}` takes.
std::span<const std::string_view> task_command_types();

} // namespace parley
