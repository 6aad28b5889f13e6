// The session of `/ws/realtime/{connection_id}`: hears the status of one task.
#pragma once

#include "actors/channel_session.hpp"

namespace parley {

class task_session final : public channel_session {
public:
  using channel_session::channel_session;

private:
  socket_kind kind() const override { return socket_kind::task; }
  void begin(auth_status status) override;
  void on_message(std::string_view payload, bool) override;
  void leave_all() override;
  void say_error(error_code code, std::string_view request_id, std::optional<std::int64_t> retry_after_ms) override;

  bool watches_ = false;
};

} // namespace parley
