// A link with one other node: an ordered, acknowledged, bounded stream of items in each direction.
#pragma once

#include "actors/pinned.hpp"
#include "cluster/interfaces.hpp"
#include "cluster/send_queue.hpp"

#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley::cluster {

/// What every link of a node turns to.
struct link_environment {
  storage::node_row self;
  mesh_actor mesh;
  room_finder_actor rooms;
  dialer_actor dialer;
  time_source now;
  std::uint32_t version_max = peer::wire_version_max; ///< that this node speaks
};

/// It lives as long as its peer is in the table of nodes. While a session with the peer stands it is to rooms of this
/// node an audience and a visitor, for whoever is in them over there; and to relays it is the rooms of the peer. Where
/// the session ends, its relays look for the rooms' homes anew, and connections of the peer leave the rooms of this
/// node.
class link final : public pinned<link_actor> {
public:
  static constexpr std::chrono::milliseconds between_ticks{300};
  /// An acknowledgement that is owed for so long ends the session.
  static constexpr std::chrono::milliseconds longest_silence{1500};

  link(caf::actor_config& cfg, pin where, std::shared_ptr<const link_environment> env, storage::node_row peer)
    : pinned(cfg, where), env_(std::move(env)), peer_(std::move(peer)) {}

  const char* name() const override { return "link"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  /// Asked of a room of the peer.
  struct question {
    room_id room;
    caf::typed_response_promise<far_answer> promise;
  };

  /// A room of this node that somebody over there is in, or asks for.
  struct near_room {
    room_actor room;                                      ///< null while it is being found
    std::vector<std::variant<order_room, ask_room>> held; ///< for it to be found
    std::map<connection_id, user_id> visitors;            ///< in the room, or on their way into it
  };

  // -- the session --
  void take_hello(const peer_hello& x, const caf::strong_actor_ptr& whom);
  void begin_session(const peer_hello& x, peer_actor peer);
  void end_session(const std::string& why);
  void take_batch(const peer_batch& x);
  void on_tick();
  void redial();
  /// False, and the session is over, where there is no room for it.
  bool put(peer_item item);
  void expect_flush();
  void send_batches();
  void take(peer_item& x);

  // -- relays of this node, for rooms of the peer --
  void go_out(far_order& x);
  caf::typed_response_promise<far_answer> go_out(far_question& x);
  /// What a room said goes to its relay.
  template <class Said>
  void tell_relay(Said& x);
  void hear(answer_room& x);
  void hear(const not_home& x);
  void hear(bounced_order& x);
  void lose_all();

  // -- connections of the peer in rooms of this node --
  template <class Request>
  void come_in(Request& x);
  /// What the room says to the connection comes by the link.
  void stand_in_for(origin& visitor);
  void carry_out(near_room& where, order_room& x);
  void carry_out(near_room& where, ask_room& x);
  void found(room_id id, room_actor room);
  void not_found(room_id id, error_code why);
  caf::typed_response_promise<finished> settle_rooms_here();
  void release_rooms_here();
  void bounce(order_room& x);
  void bounce(const ask_room&) {} // the relay asks anew when it hears `not_home`
  void forget_near(room_id room, connection_id who);
  void forget_unused(room_id room);
  void leave_all();

  std::shared_ptr<const link_environment> env_;
  storage::node_row peer_;

  peer_actor far_;                                 ///< the link over there; null while no session stands
  std::uint64_t session_ = 0;                      ///< also of one that was asked for and is not answered yet
  std::uint32_t version_ = peer::wire_version_min; ///< of the session's items
  std::uint64_t received_ = 0;
  send_queue queue_;
  bool flush_expected_ = false;
  bool dialling_ = false;
  bool gone_ = false;     ///< the peer is dead
  bool settling_ = false; ///< this node ends: rooms are given nothing more

  std::unordered_map<room_id, relay_actor> relays_; ///< that asked for something in this session
  std::unordered_map<std::uint64_t, question> questions_;
  std::uint64_t last_question_ = 0;
  std::unordered_map<room_id, near_room> rooms_;
  std::set<room_id> touched_; ///< while this node ends: what the peer asked for
};

} // namespace parley::cluster
