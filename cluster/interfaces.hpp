// The actors that exist only where several nodes serve together, and what they say to each other.
//
//   session ──▶ relay ──far_order, far_question──▶ link ══peer_batch, peer_ack══▶ link of the home's node ──▶ room
//      ▲                                            │  ▲                              ▲                      │
//      └──────── hub ◀──── attach, deliver, unicast ┘  └──────────────────────────────┴─── what it answers ──┘
//
//   mesh: one link a peer, and the door at which peers knock.       roll: the table of nodes, on a thread of its own.
//   room_finder: in front of the placement.                         wide_directory: in front of the directory.
//   wide_tasks: in front of the task board.                         desk: what operators ask of all nodes.
#pragma once

#include "actors/interfaces.hpp"
#include "cluster/peer_items.hpp"
#include "storage/ports/nodes.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/message_id.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::cluster {

// -- what crosses the network as CAF's messages ---------------------------------------------

/// Begins a session of two links; answered by the same. Whoever cannot read the table of nodes knows neither key.
struct peer_hello {
  std::uint32_t version_min = peer::wire_version_min;
  std::uint32_t version_max = peer::wire_version_max;
  std::uint64_t session = 0; ///< random; whoever connects chooses it
  std::int64_t from = 0;     ///< incarnations, rows of `nodes`
  std::int64_t to = 0;
  std::string from_key; ///< their `link_key`
  std::string to_key;
};

/// Items in their order; empty as a sign of life. `number` counts the batches of the session in this direction from 1.
struct peer_batch {
  std::uint64_t session = 0;
  std::uint64_t number = 0;
  std::string items;
};

/// That batch, and all before it, was taken.
struct peer_ack {
  std::uint64_t session = 0;
  std::uint64_t number = 0;
};

/// The session has ended; `reason` is for the log.
struct peer_bye {
  std::uint64_t session = 0;
  std::string reason;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_hello& x) {
  return f(caf::meta::type_name("peer_hello"), x.version_min, x.version_max, x.session, x.from, x.to, x.from_key,
           x.to_key);
}
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_batch& x) {
  return f(caf::meta::type_name("peer_batch"), x.session, x.number, x.items);
}
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_ack& x) {
  return f(caf::meta::type_name("peer_ack"), x.session, x.number);
}
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_bye& x) {
  return f(caf::meta::type_name("peer_bye"), x.session, x.reason);
}

// -- within the node ------------------------------------------------------------------------

/// The room has no home there any more, or the link is down; nothing more comes from it.
struct home_lost {
  bool is_orderly = false; ///< the room carried out and answered all that it was given
};

/// The room was not given this order: it has to be asked for anew.
struct take_back {
  room_order what;
};

/// What a session takes for the room, and what links take for its sessions.
using relay_actor = room_actor::extend_with<audience_actor, visitor_actor, mirror_actor>::extend<
  // From the link: it looks for the room anew.
  caf::reacts_to<home_lost>,
  // From the link, before `home_lost`: keeps it for the next home.
  caf::reacts_to<take_back>>;

/// For the room on the peer. What the room says of it and of others comes to the relay, in its order, and at last
/// `home_lost`.
struct far_order {
  order_room what;
  relay_actor from;
};
/// The same, with an answer: `rate_limited` where the link breaks before it comes.
struct far_question {
  ask_room what;
  relay_actor from;
};
struct far_answer {
  room_answer what;
  bool was_asked = true; ///< false: the room is not there any more, and was not asked
};

/// This node ends: rooms of it are given nothing more that comes from the peer.
struct settle_rooms {};
/// They have no home any more, and the peer is told.
struct release_rooms {};

struct get_links {};

/// Where a room lives now.
struct locate_home {
  room_id room;
};
/// Anything else for a peer; nothing happens while the link is down.
struct send_item {
  peer_item what;
  std::int64_t to = 0; ///< the peer; 0 = all of them
};

/// Something that a link heard and does not deal with itself.
struct heard_item {
  std::int64_t node = 0;
  peer_item what;
};

/// A peer that greeted this node as it should, or answered.
struct accept_peer {
  peer_hello hello;
  caf::strong_actor_ptr whom;
};

/// What the table says of the link's peer now.
struct peer_row {
  storage::node_row row;
};

/// Connect with the node that listens there. Answered by its door.
struct dial {
  std::string address;
};
struct dialled {
  caf::strong_actor_ptr door;
};

/// A room whose home this node is. `error_code::gone` where it is not.
struct find_own_room {
  room_id room;
};

/// A room of this node has ended because nobody was in it.
struct room_idle {
  room_id room;
};

struct claim_home {
  room_id room;
};
/// Only whether its home is this node.
struct look_up_home {
  room_id room;
};
/// This node is the room's home no more. After the room has ended here.
struct release_home {
  room_id room;
};
struct claimed_home {
  std::optional<storage::room_home> home; ///< none: there is no such room
};

/// The link with the node stands, or does not.
struct link_state {
  std::int64_t node = 0;
  bool is_up = false;
  std::string name = {}; ///< of the node; from the mesh on
};

/// What a link has for its peer, told with each of its ticks.
struct link_load {
  std::int64_t node = 0;
  std::size_t queued_bytes = 0;
  std::size_t unacknowledged_bytes = 0;
};

/// All nodes of the table, this one among them.
struct node_list {
  std::vector<storage::node_row> rows;
  std::vector<std::int64_t> linked;  ///< with whom a link stands; from the mesh on
  std::vector<link_load> loads = {}; ///< of those
};

/// The node is gone from the table: nothing of it comes any more.
struct node_gone {
  std::int64_t node = 0;
};

/// What others are to know of this node.
struct announce_node {
  std::string address;
  storage::node_row::phase state = storage::node_row::phase::joining;
};

/// For whoever shows them.
struct get_nodes {};

/// The rooms of this node have no home, and nobody is in them. Before its end.
struct give_up_homes {};

/// What the table's keeper has done since the start, and how many rooms have their home here.
struct get_roll_figures {};
struct roll_figures {
  std::int64_t homes = 0;
  std::int64_t takeovers = 0; ///< rooms whose home was dead
  std::int64_t fences = 0;    ///< nodes declared dead
};

/// How many rooms of other nodes are known here.
struct count_relays {};

using dialer_actor = caf::typed_actor<
  // Answers the peer's door, or that nobody answers there.
  caf::replies_to<dial>::with<dialled>>;

using roll_actor = caf::typed_actor<
  // Answers where the room lives, which may be here from now on.
  caf::replies_to<claim_home>::with<claimed_home>, caf::replies_to<look_up_home>::with<bool>,
  caf::reacts_to<release_home>,
  // From the mesh.
  caf::reacts_to<link_state>,
  // From whoever starts the node.
  caf::replies_to<announce_node>::with<finished>,
  // At the end.
  caf::replies_to<give_up_homes>::with<finished>,
  // From the desk. `rate_limited` where the database does not answer.
  caf::replies_to<get_roll_figures>::with<roll_figures>, caf::replies_to<count_attempt>::with<counted_attempt>,
  caf::replies_to<hold_upload>::with<bool>, caf::reacts_to<release_upload>,
  // Looks at the table.
  caf::reacts_to<tick>>;

/// What crosses the network.
using peer_actor = caf::typed_actor<caf::reacts_to<peer_hello>, caf::reacts_to<peer_batch>, caf::reacts_to<peer_ack>,
                                    caf::reacts_to<peer_bye>>;

/// One of two that are as one: to the rooms of its node an audience and a visitor, to its relays the far rooms.
using link_actor = peer_actor::extend_with<audience_actor, visitor_actor, mirror_actor>::extend<
  // From a relay.
  caf::reacts_to<far_order>,
  // Answers once.
  caf::replies_to<far_question>::with<far_answer>,
  // From the directory, the finder of rooms.
  caf::reacts_to<send_item>,
  // From the mesh.
  caf::reacts_to<accept_peer>, caf::reacts_to<peer_row>,
  // Answers once the rooms have answered all that they were given.
  caf::replies_to<settle_rooms>::with<finished>,
  // Answers when it is on its way.
  caf::replies_to<release_rooms>::with<finished>,
  // From the mesh: the peer is dead, and whoever still knows the link is refused.
  caf::reacts_to<node_gone>,
  // The mailbox is empty: sends what there is.
  caf::reacts_to<flush>,
  // Looks at the clock.
  caf::reacts_to<tick>>;

/// One of both.
struct located_home {
  link_actor link; ///< of its node; the link stands
  room_actor own;  ///< it lives here
};

/// Who knows where rooms live.
using home_finder_actor = caf::typed_actor<
  // Answers once the room has a home that can be reached; `room_not_found` where there is no such room.
  caf::replies_to<locate_home>::with<located_home>>;

/// The link with the node, and whether it stands. Until `node_gone` it is always the same one.
struct known_link {
  std::int64_t node = 0;
  link_actor link;
  bool is_up = false;
};

struct link_list {
  std::vector<link_actor> links;
};

using mesh_actor = peer_actor::extend<
  // All links, whether they stand or not.
  caf::replies_to<get_links>::with<link_list>,
  // From the roll.
  caf::reacts_to<node_list>,
  // From a link.
  caf::reacts_to<link_state>, caf::reacts_to<link_load>, caf::reacts_to<heard_item>,
  // For all links that stand.
  caf::reacts_to<send_item>,
  // Answers what was read last.
  caf::replies_to<get_nodes>::with<node_list>>;

/// A placement that knows the rooms of other nodes.
using room_finder_actor = placement_actor::extend_with<home_finder_actor>::extend<
  // From a link whose peer takes this node for the room's home.
  caf::replies_to<find_own_room>::with<room_actor>,
  // From the placement of this node.
  caf::reacts_to<room_idle>,
  // From the mesh.
  caf::reacts_to<known_link>, caf::reacts_to<heard_item>, caf::reacts_to<node_gone>,
  // From the desk.
  caf::replies_to<count_relays>::with<std::int64_t>>;

/// A directory that knows the sessions of other nodes.
using wide_directory_actor = directory_actor::extend<
  // From the mesh.
  caf::reacts_to<link_state>, caf::reacts_to<heard_item>, caf::reacts_to<node_gone>,
  // Gives up whom it has asked for too long.
  caf::reacts_to<tick>>;

/// A task board that knows what is published on other nodes, and tells them what is published here.
using wide_tasks_actor = task_board_actor::extend<
  // From the mesh.
  caf::reacts_to<link_state>, caf::reacts_to<heard_item>, caf::reacts_to<node_gone>>;

/// What operators ask of all nodes, and what is counted over them.
using desk_actor = cluster_actor::extend<
  // From the mesh.
  caf::reacts_to<node_list>, caf::reacts_to<heard_item>>;

} // namespace parley::cluster

#define PARLEY_LOCAL(type)                                                                                             \
  CAF_ADD_TYPE_ID(parley_cluster, (parley::cluster::type))                                                             \
  CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parley::cluster::type)

CAF_BEGIN_TYPE_ID_BLOCK(parley_cluster, caf::id_block::parley_handles::end)

CAF_ADD_TYPE_ID(parley_cluster, (parley::cluster::peer_hello))
CAF_ADD_TYPE_ID(parley_cluster, (parley::cluster::peer_batch))
CAF_ADD_TYPE_ID(parley_cluster, (parley::cluster::peer_ack))
CAF_ADD_TYPE_ID(parley_cluster, (parley::cluster::peer_bye))
PARLEY_LOCAL(far_order)
PARLEY_LOCAL(far_question)
PARLEY_LOCAL(far_answer)
PARLEY_LOCAL(home_lost)
PARLEY_LOCAL(take_back)
PARLEY_LOCAL(settle_rooms)
PARLEY_LOCAL(release_rooms)
PARLEY_LOCAL(get_links)
PARLEY_LOCAL(link_list)
PARLEY_LOCAL(locate_home)
PARLEY_LOCAL(located_home)
PARLEY_LOCAL(send_item)
PARLEY_LOCAL(heard_item)
PARLEY_LOCAL(accept_peer)
PARLEY_LOCAL(peer_row)
PARLEY_LOCAL(dial)
PARLEY_LOCAL(dialled)
PARLEY_LOCAL(find_own_room)
PARLEY_LOCAL(claim_home)
PARLEY_LOCAL(look_up_home)
PARLEY_LOCAL(release_home)
PARLEY_LOCAL(room_idle)
PARLEY_LOCAL(claimed_home)
PARLEY_LOCAL(link_state)
PARLEY_LOCAL(known_link)
PARLEY_LOCAL(node_list)
PARLEY_LOCAL(node_gone)
PARLEY_LOCAL(announce_node)
PARLEY_LOCAL(get_nodes)
PARLEY_LOCAL(give_up_homes)
PARLEY_LOCAL(link_load)
PARLEY_LOCAL(get_roll_figures)
PARLEY_LOCAL(roll_figures)
PARLEY_LOCAL(count_relays)

CAF_END_TYPE_ID_BLOCK(parley_cluster)

#undef PARLEY_LOCAL
