// The session actor: one WebSocket client, who it is, and what it may ask for. Two wire shapes derive from it.
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
  std::optional<std::string> room; ///< flat shape: the path's segment
  language lang = language::zh;
  std::string address; ///< of the client
};

/// What both shapes share: signing in, expiry, limits, the end.
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

  // -- what a shape decides --
  virtual void begin() = 0;
  virtual void on_text(std::string_view text) = 0;
  virtual void on_entered(const entered_room& x) = 0;
  virtual void on_refused(const refused& x) = 0;
  virtual void on_removed(const removed_from_room& x) = 0;
  /// Tells its rooms, and lets go of them.
  virtual void leave_all() = 0;
  virtual void say_error(error_code code, std::string_view request_id, std::optional<std::int64_t> retry_after_ms) = 0;
  virtual void say_draining(std::int64_t reconnect_after_ms) = 0;
  virtual void say_expiring(timestamp expires_at) = 0;
  virtual void rename_in_rooms(const user_brief& user) = 0;
  /// True while a client who is nobody is given time to sign in.
  virtual bool awaits_auth() const = 0;

  // -- what a shape uses --
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
  const session_start& start() const { return start_; }

private:
  void on_wake();
  void end();

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
session_actor spawn_session(caf::actor_system& system, pin where, wire_shape shape,
                            std::shared_ptr<const session_environment> env, session_start start);

} // namespace parley
