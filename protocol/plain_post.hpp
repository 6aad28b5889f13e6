// The frame that nearly everybody sends nearly all the time, read without building a JSON tree. Inside `protocol/`
// only.
#pragma once

#include "protocol/commands.hpp"
#include "protocol/limits.hpp"

#include <optional>
#include <string_view>

namespace parley {

/// A `send_message` of `/ws` in its plain form: each member once and known, strings without escapes, ids of at most 18
/// digits, everything within its bounds. Nothing if `text` is anything else, right or wrong: that is for the reader
/// that takes JSON as a whole, and whose answer would be the same.
std::optional<ws_request> read_plain_send_message(std::string_view text, const text_limits& bounds = {});

/// The same for a `chat_message` of `/ws/chat/{room_id}/`.
std::optional<chat_message_command> read_plain_chat_message(std::string_view text, const text_limits& bounds = {});

} // namespace parley
