// The session of `/ws`: many rooms, one envelope.
#pragma once

#include "actors/session.hpp"

#include <memory>
#include <vector>

namespace parley {

class envelope_session final : public session {
public:
  static constexpr std::size_t waiting_limit = 1024; ///< requests while a room is being found; past it `rate_limited`

  using session::session;

private:
  /// What waits for a room's address, at most `waiting_limit`.
  struct search {
    std::vector<std::function<void(const room_actor&)>> waiting;
    std::vector<std::function<void(error_code)>> failing;
  };
  /// A room that this session asked for. Its address is kept while a join is on its way or stands.
  struct place {
    room_id id;
    room_actor room; ///< null until it was found
    int joins = 0;   ///< asked for and not answered
    int undone = 0;  ///< those of them, the first ones, that a later leave undoes
    bool inside = false;
    std::unique_ptr<search> finding; ///< while the directory is asked
  };

  socket_kind kind() const override { return socket_kind::rooms; }
  void begin(auth_status status) override;
  void on_message(std::string_view payload, bool) override { on_text(payload); }
  void on_entered(const entered_room& x) override;
  void on_refused(const refused& x) override;
  void on_removed(const removed_from_room& x) override;
  void on_news(const room_news& x) override;
  void leave_all() override;
  void say_error(error_code code, std::string_view request_id, std::optional<std::int64_t> retry_after_ms) override;
  void say_draining(std::int64_t reconnect_after_ms) override;
  void say_expiring(timestamp expires_at) override;
  void rename_in_rooms(const user_brief& user) override;
  bool awaits_auth() const override { return true; }

  void reply(const envelope_reply& what, std::string_view request_id) {
    say(encode_envelope(what, request_id, lang()));
  }
  void on_text(std::string_view text);

  void handle(const std::string& request_id, ping_command& x);
  void handle(const std::string& request_id, auth_command& x);
  void handle(const std::string& request_id, join_room_command& x);
  void handle(const std::string& request_id, leave_room_command& x);
  void handle(const std::string& request_id, send_message_command& x);
  void handle(const std::string& request_id, typing_command& x);
  void handle(const std::string& request_id, steer_command& x);
  void handle(const std::string& request_id, buffering_command& x);
  void handle(const std::string& request_id, sync_request_command& x);
  void handle(const std::string& request_id, clock_ping_command& x);

  /// Calls `use` with the address of a room that the client has joined; else `not_joined`.
  void with_joined(room_id id, const std::string& request_id, std::function<void(const room_actor&)> use);

  /// Calls `use` with the room's address, now or when the directory has answered; `failed` where there is none.
  void with_room(room_id id, std::function<void(const room_actor&)> use, std::function<void(error_code)> failed);
  void forget_unused(room_id id);
  /// One of the joins was answered. True where a later leave undoes it.
  static bool answered(place& here);

  /// Null where it has none of that id. Good until the next place comes or goes.
  place* find(room_id id);
  place& find_or_add(room_id id);

  std::vector<place> places_; ///< by id
};

} // namespace parley
