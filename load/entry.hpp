// The way of one connection from the accepted handshake into its room, on either WebSocket path.
#pragma once

#include "load/client.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::load {

enum class wire_path : std::uint8_t {
  envelope, ///< `/ws`, rooms by `join_room`
  flat,     ///< `/ws/chat/{room}/`
};

/// How far a connection has come.
enum class entry_state : std::uint8_t { greeting_awaited, room_awaited, inside };

/// Path and query of the handshake. `room` is ignored on `envelope`.
std::string entry_target(const ws_url& url, wire_path path, std::uint32_t room, std::string_view token);

/// Takes one text of the server and answers with what comes next. `room` 0 stays out of rooms: the greeting is
/// enough. The error is one phrase for people: not authenticated, or refused by the room.
tl::expected<entry_state, std::string> advance_entry(client& link, entry_state state, wire_path path,
                                                     std::uint32_t room, std::string_view text);

/// The value of a frame's `type`; empty where it has none.
std::string_view type_of(std::string_view text);

/// The value of a frame's `code`, or the word `error` where it has none.
std::string code_of(std::string_view text);

} // namespace parley::load
