// The readers of the commands with which a room watches together (wire contract §10). Inside `protocol/` only.
#pragma once

#include "protocol/command_table.hpp"

namespace parley {

using ws_read_result = tl::expected<ws_command, error_code>;

ws_read_result read_sync_load(const frame_members& in);
ws_read_result read_sync_play(const frame_members& in);
ws_read_result read_sync_pause(const frame_members& in);
ws_read_result read_sync_seek(const frame_members& in);
ws_read_result read_sync_rate(const frame_members& in);
ws_read_result read_sync_buffering(const frame_members& in);
ws_read_result read_sync_request(const frame_members& in);
ws_read_result read_clock_ping(const frame_members& in);

} // namespace parley
