// What a client of `/ws` says about watching together.
#include "actors/envelope_session.hpp"

namespace parley {

void envelope_session::handle(const std::string& request_id, steer_command& x) {
  with_joined(x.room, request_id, [this, request_id, what = x.what, if_version = x.if_version](const room_actor& room) {
    send(room, steer{from(request_id), user().id, what, if_version});
  });
}

void envelope_session::handle(const std::string& request_id, buffering_command& x) {
  with_joined(x.room, request_id, [this, request_id, is_buffering = x.is_buffering](const room_actor& room) {
    send(room, set_buffering{from(request_id), user().id, is_buffering});
  });
}

void envelope_session::handle(const std::string& request_id, sync_request_command& x) {
  with_joined(x.room, request_id, [this, request_id](const room_actor& room) {
    send(room, request_sync{from(request_id), user().id});
  });
}

void envelope_session::handle(const std::string& request_id, clock_ping_command& x) {
  auto received_at = env().now.steady();
  reply(clock_pong_reply{std::move(x.t0), received_at, env().now.steady()}, request_id);
}

} // namespace parley
