// The sessions of the two sockets for checks: what comes goes back. Nobody is asked who it is.
#pragma once

#include "actors/channel_session.hpp"

namespace parley {

/// `/ws/ws/simple/{connection_id}`: each text comes back counted.
class simple_session final : public channel_session {
public:
  using channel_session::channel_session;

private:
  socket_kind kind() const override { return socket_kind::simple; }
  bool authenticates() const override { return false; }
  void begin(auth_status status) override;
  void on_message(std::string_view payload, bool binary) override;
  void leave_all() override {}

  std::int64_t count_ = 0;
};

/// `/ws/test/{connection_id}`: each message comes back as it is, binary too, whole.
class test_session final : public channel_session {
public:
  using channel_session::channel_session;

private:
  socket_kind kind() const override { return socket_kind::test; }
  bool authenticates() const override { return false; }
  void begin(auth_status status) override;
  void on_message(std::string_view payload, bool binary) override;
  void leave_all() override {}
};

} // namespace parley
