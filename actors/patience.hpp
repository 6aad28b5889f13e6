// How long anybody is kept waiting for the database: nobody who asked for something hears nothing for five seconds.
#pragma once

#include <chrono>

namespace parley {

/// The age of the oldest change that is not committed, from which on new ones are refused at once.
inline constexpr std::chrono::seconds write_patience{3};

/// What a room, the directory or a session gives the database for an answer; then the asker is told `rate_limited`. A
/// change that was told of so may still be committed, and heard of, later.
inline constexpr std::chrono::seconds answer_patience{4};

/// What an HTTP request gives any actor but the writer: those that give up by themselves have done so by then.
inline constexpr std::chrono::milliseconds request_patience{4200};

/// What an HTTP client waits for an answer, from when its request is there; while its body is still coming, from its
/// latest piece. Then it is told `rate_limited`; the request goes on, so that whatever follows a commit follows it.
inline constexpr std::chrono::milliseconds response_patience{4500};

} // namespace parley
