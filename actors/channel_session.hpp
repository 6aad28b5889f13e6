// What the sessions of `/ws/{client_id}`, of tasks and of the checks share: flat frames, no rooms.
#pragma once

#include "actors/session.hpp"

namespace parley {

class channel_session : public session {
public:
  channel_session(caf::actor_config& cfg, pin where, std::shared_ptr<const session_environment> env,
                  session_start& start)
    : session(cfg, where, std::move(env), start), subject_(std::move(start.subject)) {}

protected:
  /// The id in the path, decoded.
  const std::string& subject() const { return subject_; }

  void reply(const channel_reply& what) { say(encode_channel(what, lang())); }

  void say_error(error_code code, std::string_view, std::optional<std::int64_t> retry_after_ms) override {
    reply(error_reply{code, retry_after_ms});
  }
  void say_draining(std::int64_t reconnect_after_ms) final { reply(server_draining_reply{reconnect_after_ms}); }

private:
  std::string subject_;
};

} // namespace parley
