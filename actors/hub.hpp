// The hub: every connection of one I/O thread, what each room's audience there is, and a heap of reminders.
#pragma once

#include "actors/audience.hpp"
#include "actors/interfaces/hub.hpp"
#include "actors/known_users.hpp"
#include "actors/pinned.hpp"
#include "actors/token_gate.hpp"

#include <boost/container/small_vector.hpp>

#include <deque>
#include <functional>
#include <map>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley {

class hub final : public pinned<hub_actor> {
public:
  /// `gate`, `users` and `hold`, of which the last two may be null, belong to the same thread and outlive the hub.
  hub(caf::actor_config& cfg, pin where, token_gate& gate, time_source now, known_users* users = nullptr,
      frame_hold* hold = nullptr)
    : pinned(cfg, where), gate_(gate), users_(users), hold_(hold), now_(std::move(now)) {}

  /// Ends of connections that are kept for operators; the oldest go first.
  static constexpr std::size_t remembered_ends = 1000;

  /// Reminders in the heap that need no connection.
  static constexpr std::size_t reminder_slack = 1024;

  /// How late a reminder may be.
  static constexpr std::chrono::milliseconds resolution{250};

  const char* name() const override { return "hub"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  struct entry {
    std::shared_ptr<connection_port> port;
    session_actor session;
    boost::container::small_vector<room_id, 1> rooms;
    moment wake_at{};   ///< when its session wants to be woken; the epoch for never
    moment queued_at{}; ///< what `reminders_` holds for it, no later than `wake_at`; the epoch for nothing
    user_id user;       ///< nobody while 0
    timestamp connected_at{};
    socket_kind kind = socket_kind::rooms;
  };

  using reminder = std::pair<moment, connection_id>;

  void attach_to(attach_listener& what);
  void detach_from(room_id room, connection_id who);
  void withdraw_one(const withdraw& x);
  void wake_at(connection_id who, entry& its, moment at);
  void expect_tick();
  void fire_reminders();
  void tidy_reminders();
  void hand_over(const deliver& x);
  /// Whether it is a message that may wait for the next one of its room.
  bool may_wait(const deliver& x);
  void remember_end(const withdraw& x, const entry& who);
  bool dismiss_one(connection_id who);
  connection_list list(const get_connections& x) const;
  disconnect_list list(const get_disconnects& x) const;
  hub_figures figures() const;

  void forget(user_id who);

  token_gate& gate_;
  known_users* users_; ///< null if nobody remembers any
  frame_hold* hold_;   ///< null if nothing waits
  time_source now_;
  audience audience_;
  std::unordered_map<connection_id, entry> connections_;
  /// Earliest first. One entry a connection, and another where it is to be woken earlier than it said.
  std::priority_queue<reminder, std::vector<reminder>, std::greater<>> reminders_;
  std::deque<disconnect_view> ends_;    ///< newest last
  std::map<int, std::uint64_t> closed_; ///< ends by close code
  hub_figures counted_;                 ///< what only grows
  moment next_tick_{};
  bool draining_ = false;
};

} // namespace parley
