// What actors need from the outside of one I/O thread: the socket's port, whether a token is good, whether one may go
// on.
#pragma once

#include "actors/frame.hpp"
#include "auth/foreign_token.hpp"
#include "auth/token.hpp"
#include "protocol/close_code.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

/// What a WebSocket is for: the sections 6 to 9 of the wire contract.
enum class socket_kind : std::uint8_t { rooms, chat, client, task, simple, test };

inline constexpr std::size_t socket_kinds = 6;

constexpr std::string_view name_of(socket_kind x) {
  constexpr std::string_view names[socket_kinds] = {"rooms", "chat", "client", "task", "simple", "test"};
  return names[static_cast<std::size_t>(x)];
}

/// The outgoing side of one WebSocket connection. Called on its own I/O thread only.
///
/// Its queue is bounded in bytes (`websocket.outbox_bytes`); the policy is to close a slow consumer with 4413.
/// After a close every call is without effect.
class connection_port {
public:
  virtual ~connection_port() = default;

  /// Queues one frame; it leaves at the end of the thread's turn.
  virtual void send(frame_ptr frame) = 0;

  /// Queues one frame that may wait for company: it leaves with the next one that does not, or when the thread's
  /// `frame_hold` lets it go.
  virtual void send_later(frame_ptr frame) { send(std::move(frame)); }

  /// Queues many frames that wait outside the bound and move in as the socket drains (a replay). Whatever is sent
  /// afterwards stays behind them.
  virtual void send_paced(std::vector<frame_ptr> frames) = 0;

  /// Begins to read; a new connection reads nothing until its session asks for it.
  virtual void start_reading() = 0;

  /// The client's address without the port; empty if it is gone.
  virtual std::string address() const = 0;

  /// Bytes that wait in its queue.
  virtual std::size_t outbox_bytes() const = 0;

  /// Sends a close frame behind what is queued and closes; `reason` has at most 123 bytes (RFC 6455 §5.5).
  virtual void close(close_code code, std::string_view reason) = 0;
};

/// Frames that wait on one I/O thread for others to the same sockets, so that these are written once. Used on that
/// thread only.
class frame_hold {
public:
  using clock = std::chrono::steady_clock;

  virtual ~frame_hold() = default;

  /// How long a frame may wait now; zero while the thread has time to write each at once.
  virtual std::chrono::microseconds bound(clock::time_point now) = 0;
  /// Frames are about to wait. All leaves by the time said last, and no later than the first of it may wait.
  virtual void leave_by(clock::time_point at) = 0;
  /// How often what waited has left.
  virtual std::uint64_t departures() const = 0;
};

/// The incoming side of one WebSocket connection: its session, for calls on their common I/O thread.
class inbound_port {
public:
  virtual ~inbound_port() = default;

  /// Handles one whole message of the client now. False, and nothing was done, while messages wait for the session:
  /// then this one has to wait behind them, as an `inbound`.
  virtual bool take(std::string_view payload, bool binary) = 0;
};

/// Somebody whom an identity provider vouches for, and of whom a thread does not know which user that is.
struct stranger {
  auth::foreign_identity who;
  timestamp issued_at{};      ///< its token, in whole seconds; the epoch where that does not say
  std::uint64_t asked_at = 0; ///< how old the thread's knowledge of users was when it was asked
};

/// Decides whether an access token is good now. One an I/O thread, used on that thread only.
class token_checker {
public:
  virtual ~token_checker() = default;

  /// Nobody can tell which tokens are good: revocations may have been missed.
  virtual bool is_suspended() const { return false; }

  /// `invalid_token` or `token_expired` if it is not; revoked ones are `invalid_token`. `internal` while suspended.
  virtual tl::expected<auth::access_claims, error_code> check(std::string_view token) const = 0;

  /// Whether users of a provider are made at first sight: where not, nobody is a stranger.
  virtual bool makes_users() const { return false; }

  /// Whose token it is, where a provider's users are made at first sight, the token is good, and this thread does not
  /// know which user of ours that is: `check` refuses it until `introduce`.
  virtual std::optional<stranger> find_stranger(std::string_view) const { return std::nullopt; }
  /// Without effect where a user's tokens were revoked since the stranger was found, for it may have been this user's
  /// end: then it has to be found again.
  virtual void introduce(const stranger&, user_id) {}
};

/// What is limited in how often it may happen: the first two an address, or a user who changes what was registered; the
/// next three a user, or a guest of a room, or the address of another client who is nobody; the last three all guests
/// of an address together.
enum class limited_act : std::uint8_t {
  login,
  registration,
  message,
  join,
  frame,
  guests_message,
  guests_join,
  guests_frame
};

inline constexpr std::size_t limited_acts = 8;

/// What all guests of an address share of an act that each of them is limited in.
constexpr limited_act crowd_of(limited_act x) {
  switch (x) {
  case limited_act::message:
    return limited_act::guests_message;
  case limited_act::join:
    return limited_act::guests_join;
  case limited_act::frame:
    return limited_act::guests_frame;
  default:
    return x;
  }
}

/// The rate limits of a node. Any thread: what it counts is one user's on every socket and over HTTP.
class rate_limiter {
public:
  virtual ~rate_limiter() = default;

  /// nullopt if `who` (a user's id, or an address) may do it at `now`, else how long it should wait.
  virtual std::optional<std::chrono::milliseconds> take(limited_act act, std::string_view who, moment now) = 0;
};

} // namespace parley
