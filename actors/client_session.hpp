// The session of `/ws/{client_id}`: a client with a name of its own, known by a token or anonymous.
#pragma once

#include "actors/channel_session.hpp"

namespace parley {

class client_session final : public channel_session {
public:
  using channel_session::channel_session;

private:
  socket_kind kind() const override { return socket_kind::client; }
  /// Claims its id at the directory; the client is greeted once that is its own.
  void begin(auth_status status) override;
  void on_message(std::string_view payload, bool) override;
  void leave_all() override;

  void greet(auth_status status);
  void turn_away(error_code why);
  void handle(hello_command& x);
  void handle(ping_command& x);

  bool claimed_ = false; ///< it was asked for; answered or not
};

} // namespace parley
