// The session actor: one WebSocket client, who it is, and what it may ask for. Each kind of socket derives from it.
#pragma once

#include "actors/compat/light_actor.hpp"
#include "actors/interfaces/database.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/interfaces/hub.hpp"
#include "actors/interfaces/placement.hpp"
#include "actors/interfaces/room.hpp"
#include "actors/interfaces/session.hpp"
#include "actors/interfaces/task_board.hpp"
#include "actors/refusals.hpp"
#include "protocol/close_reason.hpp"
#include "protocol/limits.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley {

struct session_options {
  std::chrono::milliseconds heartbeat{30'000};
  std::chrono::seconds auth_timeout{10}; ///< for a guest of `/ws` to send `auth`
  text_limits texts;                     ///< of what clients say
};

/// What every session of one I/O thread works with.
struct session_environment {
  hub_actor hub;
  placement_actor placement;
  directory_actor directory;
  task_board_actor tasks;
  std::vector<db_reader_actor> readers;
  token_checker* tokens = nullptr; ///< of this thread
  rate_limiter* limits = nullptr;  ///< of the node; null where there are none
  time_source now;
  session_options options;
  refusal_log* refusals = nullptr; ///< of the node; null where nobody keeps one
  db_writer_actor writer = {};     ///< for users who come for the first time
};

/// The connection that a session is spawned for.
struct session_start {
  connection_id connection;
  std::shared_ptr<connection_port> port;
  std::optional<std::string> token;
  std::string subject; ///< the id in the path, decoded; empty on `/ws`
  language lang = language::zh;
  std::string guest_name = {}; ///< how a guest of `/ws/chat/` wants to be called; not checked yet
};

/// What all kinds share: signing in, expiry, limits, the end.
class session : public light_actor, public inbound_port {
public:
  static constexpr std::chrono::seconds expiry_warning{60};
  static constexpr std::chrono::milliseconds drain_grace{250}; ///< for acknowledgements that are on their way
  static constexpr int malformed_limit = 10;                   ///< `bad_message`s a minute; one more closes 4400
  static constexpr std::int64_t backlog_pause_ms = 1000;       ///< `retry_after_ms` where the server is behind
  static constexpr int rate_error_limit = 10;                  ///< `rate_limited`s within ten seconds that close 4429

  /// Takes what every kind needs out of `start`; the subject is left to the kind.
  session(caf::actor_config& cfg, pin where, std::shared_ptr<const session_environment> env, session_start& start);

  const char* name() const override { return "session"; }

  // -- inbound_port --
  bool take(std::string_view payload, bool binary) final;

protected:
  struct identity {
    user_brief user;
    timestamp expires_at{};
    std::string family;
    timestamp issued_at{};
  };

  void on_start() final;
  bool on_content(caf::type_erased_tuple& content) final;
  void on_exit() final;

  // -- what a kind decides --
  virtual socket_kind kind() const = 0;
  /// False where nobody is asked who it is: it begins as a guest, whatever its token.
  virtual bool authenticates() const { return true; }
  /// Who the client is has been found out: `signed_in()` where `status` is `authenticated`.
  virtual void begin(auth_status status) = 0;
  /// One whole message of the client.
  virtual void on_message(std::string_view payload, bool binary) = 0;
  /// Tells its rooms, its board or whoever else knows it, and lets go of them.
  virtual void leave_all() = 0;
  virtual void say_error(error_code code, std::string_view request_id, std::optional<std::int64_t> retry_after_ms) = 0;
  virtual void say_draining(std::int64_t reconnect_after_ms) = 0;
  /// Only `/ws` has a message for it.
  virtual void say_expiring(timestamp) {}
  /// True while a client who is nobody is given time to sign in.
  virtual bool awaits_auth() const { return false; }

  // -- what a kind that has rooms decides --
  virtual void on_entered(const entered_room&) {}
  virtual void on_refused(const refused&) {}
  virtual void on_removed(const removed_from_room&) {}
  virtual void on_news(const room_news&) {}
  virtual void rename_in_rooms(const user_brief&) {}

  // -- what a kind uses --
  /// Checks the token and finds its user; calls back on this actor, at once or later.
  void authenticate(const std::string& token, std::function<void(tl::expected<identity, error_code>)> then);
  void sign_in(identity who);
  bool signed_in() const { return expires_at_ != timestamp{}; }
  /// Only where `signed_in`.
  const user_brief& user() const { return user_; }
  timestamp expires_at() const { return expires_at_; }

  connection_port& port() { return *port_; }
  void say(std::string_view json) { port_->send(make_text_frame(json)); }
  /// Says the error and counts it, where it is one that is counted: `rate_limited` with a time is the client's own.
  void fault(error_code code, std::string_view request_id, std::optional<std::int64_t> retry_after_ms = {});
  void close(close_code code, std::string_view reason);
  void close(const close_reason& why) { close(why.code, why.words); }
  bool closing() const { return closing_; }

  /// 0, or after how many milliseconds another one may come.
  std::int64_t use_up(limited_act act);

  void schedule();
  origin from(std::string request_id);
  /// One of the readers, always the same.
  const db_reader_actor& reader() const;
  session_actor own_handle() { return {ctrl(), true}; }
  const session_environment& env() const { return *env_; }
  timestamp started_at() const { return started_at_; }
  connection_id connection() const { return connection_; }
  language lang() const { return lang_; }

private:
  /// What a client did wrong lately. Most sessions never have any.
  struct offences {
    std::vector<moment> malformed;
    std::vector<moment> too_many;
  };

  void find_out();
  /// `authenticate` of a token whose user is known, if it is good.
  void check(const std::string& token, std::function<void(tl::expected<identity, error_code>)> then);
  void tell_refused(error_code why);
  void rename(const user_brief& user);
  void on_inbound(std::string_view payload, bool binary);
  void on_wake();
  void begin_to_leave();
  void end(const connection_lost& how);

  // Tens of thousands of these are idle most of the time: what only some need is behind a pointer.
  std::shared_ptr<const session_environment> env_;
  connection_id connection_;
  std::shared_ptr<connection_port> port_;
  std::unique_ptr<std::string> token_; ///< until it is checked
  user_brief user_;                    ///< meaningless while not signed in
  timestamp expires_at_{};             ///< as the access token says; the epoch while not signed in
  timestamp started_at_{};
  moment end_at_{}; ///< while the server drains or nobody is signed in, the end of its patience; else of the token
  std::unique_ptr<offences> offences_;
  language lang_;
  bool warned_ = false;  ///< of the token's expiry
  bool leaving_ = false; ///< the server drains
  bool closing_ = false;
};

/// Spawns the session of a connection on the connection's thread. What `inbound_port_of` answers is good as long as
/// the session.
session_actor spawn_session(caf::actor_system& system, pin where, socket_kind kind,
                            std::shared_ptr<const session_environment> env, session_start start);
inbound_port* inbound_port_of(const session_actor& whom);

} // namespace parley
