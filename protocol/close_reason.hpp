// Why the server closes a connection that is not at fault against RFC 6455: each cause once, its code beside its words.
#pragma once

#include "protocol/close_code.hpp"

#include <string_view>

namespace parley {

/// The code is for programs. The words are for people and may change; at most 123 bytes (RFC 6455 §5.5).
struct close_reason {
  close_code code;
  std::string_view words;
};

namespace close_reasons {

inline constexpr close_reason going_away{close_code::going_away, "the server is going away"};
inline constexpr close_reason home_moved{close_code::going_away, "the room went to another node"};
inline constexpr close_reason token_unchecked{close_code::server_failed, "the token could not be checked"};
inline constexpr close_reason too_many_malformed{close_code::malformed, "too many malformed messages"};
inline constexpr close_reason invalid_token{close_code::unauthenticated, "invalid token"};
inline constexpr close_reason no_auth{close_code::unauthenticated, "no auth in time"};
inline constexpr close_reason token_expired{close_code::unauthenticated, "the access token expired"};
inline constexpr close_reason token_revoked{close_code::unauthenticated, "the access token was revoked"};
inline constexpr close_reason removed{close_code::forbidden, "removed from the room"};
inline constexpr close_reason dismissed{close_code::forbidden, "closed by an administrator"};
inline constexpr close_reason dissolved{close_code::no_room, "the room was dissolved"};
inline constexpr close_reason no_heartbeat{close_code::heartbeat_missed, "heartbeat missed"};
inline constexpr close_reason nothing_read{close_code::heartbeat_missed, "nothing was read"};
inline constexpr close_reason replaced{close_code::replaced, "replaced by a newer connection"};
inline constexpr close_reason rate_limit{close_code::rate_limit, "rate limit"};

} // namespace close_reasons

} // namespace parley
