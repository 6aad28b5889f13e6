// A room whose home is another node, as sessions and HTTP see it.
#pragma once

#include "actors/pinned.hpp"
#include "cluster/interfaces.hpp"

#include <caf/typed_response_promise.hpp>

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley::cluster {

/// Hands on what it is told to the link with the home, in its order, and what the room says to the sessions of this
/// node. Where the home is no more it looks for the next one, which may be this node, and brings its sessions there:
/// they keep their sockets, hear what they missed, and what they asked meanwhile waits here.
class relay final : public pinned<relay_actor> {
public:
  /// What waits while there is no home: so many requests, each for `answer_patience`.
  static constexpr std::size_t held_max = 1024;
  /// Whoever was in the room is sent away, to come again, if there is none for so long.
  static constexpr std::chrono::seconds search_limit{15};
  static constexpr std::chrono::milliseconds between_looks{100};

  relay(caf::actor_config& cfg, pin where, room_id room, link_actor home, home_finder_actor finder, time_source now)
    : pinned(cfg, where), room_(room), link_(std::move(home)), finder_(std::move(finder)), now_(std::move(now)) {}

  const char* name() const override { return "relay"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  struct visitor {
    enum class place : std::uint8_t {
      asking,
      inside,    ///< its hub gives it what the room says
      returning, ///< it was inside at the last home, and hears nothing until the next one has told it what it missed
      left       ///< and is told so
    };

    join_room how; ///< it came in, or asks to
    place at = place::asking;
    message_id last = {};      ///< of one that returns: the newest message that it was told
    std::int64_t revision = 0; ///< and the newest change
  };
  /// An order, or a question that is asked again (by `error_code::none`) or refused.
  using held_request = std::variant<room_order, std::function<void(error_code)>>;

  // -- what sessions and HTTP ask --
  template <class Order>
  void take(Order& x);
  /// Remembers what the next home is to be told. False for what it is told only if it is held.
  bool note(join_room& x);
  bool note(leave_room& x);
  bool note(post_message& x);
  bool note(const rename_member& x);
  bool note(const auto&) { return false; }
  void pass_on(room_order x);
  template <class Answer, class Question>
  caf::typed_response_promise<Answer> ask(Question& x);
  template <class Answer, class Question>
  void ask(Question x, caf::typed_response_promise<Answer> out);
  void hold(held_request x);
  void queue(held_request x);
  void turn_away(const held_request& x, error_code why);
  void refuse(const room_order& x, error_code why);

  // -- what the room says --
  void hear(attach_listener& x);
  void hear(const detach_listener& x);
  void hear(deliver& x);
  void hear(unicast& x);
  void hear(close_connection& x);
  void hear(const entered_room& x);
  void hear(refused& x);
  void hear(const removed_from_room& x);
  void hear(mirror_presence& x);
  void count_listener(const audience_actor& outlet, int by);
  void forget(connection_id who);
  void send_away(connection_id which, const visitor& who);
  /// Who asked with the ticket, or is the connection; null where nobody is.
  const origin* asker(std::uint64_t ticket, connection_id who) const;

  // -- a home that is lost, and the next one --
  void lose(bool is_orderly);
  void keep(room_order x);
  void seek();
  void look();
  void settle(located_home& x);
  void bring_back();
  void on_tick();
  void refuse_pending(error_code why);
  void give_up(error_code why);
  bool is_needed() const { return !visitors_.empty() || !held_.empty() || !pending_.empty(); }

  room_id room_;
  link_actor link_; ///< with the home's node; null where that is unknown, or this one
  room_actor own_;  ///< the home is here: it is handed everything, and says what it says by itself
  home_finder_actor finder_;
  time_source now_;

  std::unordered_map<connection_id, visitor> visitors_;
  std::vector<std::pair<audience_actor, std::uint32_t>> audience_; ///< outlets, and for how many connections
  std::map<std::uint64_t, room_order> pending_;                    ///< asked of the home and not answered, by ticket
  std::uint64_t last_ticket_ = 0;

  message_id last_;           ///< the newest message that was told
  std::int64_t revision_ = 0; ///< the newest change
  std::map<std::pair<user_id, std::string>, present_person> people_;

  std::deque<std::pair<moment, held_request>> held_; ///< until when each waits
  std::optional<moment> sought_since_;               ///< there is no home, and somebody needs it
  bool is_asked_ = false;                            ///< the finder
};

} // namespace parley::cluster
