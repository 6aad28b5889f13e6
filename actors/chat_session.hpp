// The session of `/ws/chat/{room_id}/`: one room, flat messages.
#pragma once

#include "actors/session.hpp"

#include <memory>
#include <string>
#include <vector>

namespace parley {

class chat_session final : public session {
public:
  static constexpr std::size_t waiting_limit = 64; ///< texts while the room is being found; past it `rate_limited`

  chat_session(caf::actor_config& cfg, pin where, std::shared_ptr<const session_environment> env, session_start& start);

private:
  socket_kind kind() const override { return socket_kind::chat; }
  void begin(auth_status status) override;
  void on_message(std::string_view payload, bool) override { on_text(payload); }
  void on_entered(const entered_room& x) override;
  void on_refused(const refused& x) override;
  void on_removed(const removed_from_room& x) override;
  void leave_all() override;
  void say_error(error_code code, std::string_view request_id, std::optional<std::int64_t> retry_after_ms) override;
  void say_draining(std::int64_t reconnect_after_ms) override;
  void rename_in_rooms(const user_brief& user) override;

  void reply(const flat_reply& what) { say(encode_flat(what, lang())); }
  void on_text(std::string_view text);
  /// Whether the guest may have the name that it gave, which the room is told; then it goes in.
  void check_name();
  /// Asks the directory for the room and joins it; what the client says meanwhile waits.
  void enter_room(std::string greeting);
  void turn_away(error_code why);
  void handle(chat_message_command& x);
  void handle(chat_typing_command& x);
  void handle(chat_join_command& x);
  void handle(chat_leave_command& x);
  void handle(chat_ping_command& x);

  const user_brief& self() const;
  std::string greeting() const;
  origin flat_origin();
  void join(std::string greeting);

  room_id id_;                               ///< 0 if the path names none
  room_actor room_;                          ///< null until it was found
  error_code guest_ = error_code::none;      ///< why the client is nobody
  bool greeted_ = false;                     ///< it was let in once
  bool inside_ = false;                      ///< it hears the room, or is about to
  bool finding_ = false;                     ///< the directory was asked for the room
  error_code name_fault_ = error_code::none; ///< why the guest may not have its name
  std::unique_ptr<std::string> guest_name_;  ///< null if it gave none, or is no guest
  /// What the client said meanwhile, at most `waiting_limit`; null if that is nothing.
  std::unique_ptr<std::vector<std::string>> waiting_;
};

} // namespace parley
