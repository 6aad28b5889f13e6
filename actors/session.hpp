// The session actor: one WebSocket client, who it is, and what it may ask for. Each kind of socket derives from it.
#pragma once

#include "actors/interfaces.hpp"
#include "actors/pinned.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley {

struct session_options {
  std::chrono::milliseconds heartbeat{30'000};
  std::chrono::seconds auth_timeout{10}; ///< for a guest of `/ws` to send `auth`
};

/// What every session of one I/O thread works with.
struct session_environment {
  hub_actor hub;
  std::uint32_t thread = 0; ///< the hub's index
  directory_actor directory;
  task_board_actor tasks;
  std::vector<db_reader_actor> readers;
  const token_checker* tokens = nullptr; ///< of this thread
  rate_limiter* limits = nullptr;        ///< of the node; null where there are none
  time_source now;
  session_options options;
};

/// The connection that a session is spawned for.
struct session_start {
  connection_id connection;
  std::shared_ptr<connection_port> port;
  std::optional<std::string> token;
  std::string subject; ///< the id in the path, decoded; empty on `/ws`
  language lang = language::zh;
  std::string address; ///< of the client
};

/// What all kinds share: signing in, expiry, limits, the end.
class session : public pinned<session_actor> {
public:
  static constexpr std::chrono::seconds expiry_warning{60};
  static constexpr std::chrono::milliseconds drain_grace{250}; ///< for acknowledgements that are on their way
  static constexpr int malformed_limit = 10;                   ///< `bad_message`s a minute; one more closes 4400
  static constexpr int rate_error_limit = 10;                  ///< `rate_limited`s within ten seconds that close 4429

  session(caf::actor_config& cfg, pin where, std::shared_ptr<const session_environment> env, session_start start);

  const char* name() const override { return "session"; }

protected:
  struct identity {
    user_brief user;
    timestamp expires_at{};
    std::string family;
    timestamp issued_at{};
  };

  behavior_type make_behavior() final;
  void on_exit() final;

  // -- what a kind decides --
  virtual socket_kind kind() const = 0;
  /// False where nobody is asked who it is: it begins as a guest, whatever its token.
  virtual bool authenticates() const { return true; }
  /// Who the client is has been found out: `signed_in()` where `status` is `authenticated`.
  virtual void begin(auth_status status) = 0;
  virtual void on_message(inbound& x) = 0;
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
  virtual void rename_in_rooms(const user_brief&) {}

  // -- what a kind uses --
  /// Checks the token and finds its user; calls back on this actor, at once or later.
  void authenticate(const std::string& token, std::function<void(tl::expected<identity, error_code>)> then);
  void sign_in(identity who);
  bool signed_in() const { return identity_.has_value(); }
  const user_brief& user() const { return identity_->user; }
  timestamp expires_at() const { return identity_->expires_at; }

  void say(std::string json) { start_.port->send(make_text_frame(json)); }
  /// Says the error and counts it, where it is one that is counted.
  void fault(error_code code, std::string_view request_id, std::optional<std::int64_t> retry_after_ms = {});
  void close(close_code code, std::string_view reason);
  bool closing() const { return closing_; }

  /// 0, or after how many milliseconds another one may come.
  std::int64_t take(limited_act act);

  void schedule();
  origin from(std::string request_id);
  const session_environment& env() const { return *env_; }
  timestamp started_at() const { return started_at_; }
  const session_start& start() const { return start_; }

private:
  void find_out();
  void rename(const user_brief& user);
  void on_wake();
  void end(const connection_lost& how);

  std::shared_ptr<const session_environment> env_;
  session_start start_;
  std::optional<identity> identity_;
  timestamp started_at_{};
  bool warned_ = false;                 ///< of the token's expiry
  std::optional<timestamp> leaving_at_; ///< while the server drains
  bool closing_ = false;
  std::vector<timestamp> malformed_; // vectors: most sessions never have an entry, and these own nothing then
  std::vector<timestamp> rate_errors_;
};

/// Spawns the session of a connection on the connection's thread.
session_actor spawn_session(caf::actor_system& system, pin where, socket_kind kind,
                            std::shared_ptr<const session_environment> env, session_start start);

} // namespace parley
