// Somebody's client program: it connects, says things, hears, loses its connection and comes back.
#pragma once

#include "tests/sim/link.hpp"
#include "tests/sim/lot.hpp"

#include <map>
#include <memory>
#include <string>

namespace parley::sim {

struct device {
  user_id user; ///< `anonymous_user` for a guest
  wire_shape shape = wire_shape::envelope;
  room_id room; ///< of a flat one
  std::shared_ptr<link> way;
  std::string token; ///< empty until it gets one
  timestamp token_ends_at{};
  timestamp issued_at{};
  std::map<room_id, message_id> last; ///< that it heard, by room: where it resumes

  bool is_connected() const { return way != nullptr && way->client_is_there(); }

  void join(room_id where, bool resume, std::int64_t late = 0);
  void leave(room_id where);
  void post(room_id where, const std::string& client_msg_id, const std::string& content);
  void type(room_id where, bool is_typing);
  void ping();
  void say_nonsense();
  /// Shows another token on the same socket.
  void renew();
  /// Takes in what has come.
  void hear(const heard& what);
};

} // namespace parley::sim
