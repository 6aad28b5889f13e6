// WebSocket close codes (RFC 6455 §7.4 and the application's own 44xx), with what a client should do.
#pragma once

#include <cstdint>

namespace parley {

enum class close_code : std::uint16_t {
  normal = 1000,             ///< done; nothing to do
  going_away = 1001,         ///< the server shuts down: reconnect with jitter
  protocol_violation = 1002, ///< RFC 6455 broken: fix the client
  unsupported_data = 1003,   ///< binary where text is asked: do not retry the same frame
  invalid_utf8 = 1007,       ///< a text that is not UTF-8: do not retry the same frame
  too_big = 1009,            ///< a message over the limit: do not retry the same frame
  server_failed = 1011,      ///< reconnect with backoff
  malformed = 4400,          ///< too many malformed messages: fix the client
  unauthenticated = 4401,    ///< get a token, reconnect
  forbidden = 4403,          ///< not a member, banned, removed or closed by an administrator: do not reconnect
  no_room = 4404,            ///< no such room, or it was dissolved: do not reconnect
  heartbeat_missed = 4408,   ///< nothing received for two heartbeats: reconnect
  replaced = 4409,           ///< a newer connection of the same client_id: do not reconnect
  slow_consumer = 4413,      ///< its outgoing queue passed its bound: reconnect and resume
  rate_limit = 4429,         ///< reconnect after `retry_after_ms` of the last `error`
};

} // namespace parley
