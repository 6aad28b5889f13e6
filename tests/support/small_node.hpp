// A whole node without network and disk: real actors on the deterministic scheduler, clients that only listen.
#pragma once

#include "actors/db_reader.hpp"
#include "actors/db_writer.hpp"
#include "actors/directory.hpp"
#include "actors/hub.hpp"
#include "actors/live_room.hpp"
#include "actors/placement.hpp"
#include "actors/session.hpp"
#include "actors/task_board.hpp"
#include "actors/write_gate.hpp"
#include "net/rate_limits.hpp"
#include "tests/support/deterministic.hpp"
#include "tests/support/fake_tokens.hpp"
#include "tests/support/memory_store.hpp"
#include "tests/support/recording_port.hpp"

#include <caf/send.hpp>

#include <deque>
#include <string>
#include <vector>

namespace parley::test {

using nlohmann::json;

/// One WebSocket client. Nothing of what it says is handled before the node runs.
class client {
public:
  client(connection_id id, wire_shape shape) : id_(id), shape_(shape) {}

  void says(const json& frame) const { says_text(frame.dump()); }
  void says_text(const std::string& text) const { caf::anon_send(session, inbound{text}); }
  /// Envelope shape: `{"type","payload","id"?}`.
  void says(const std::string& type, json payload, const json& id = nullptr) const;
  /// Either shape's way to post.
  void posts(room_id room, const std::string& text, const std::string& client_msg_id = {}) const;
  void types(room_id room, bool is_typing = true) const;
  void joins(room_id room) const { says("join_room", {{"room_id", room.value}}); }
  void joins(room_id room, message_id last) const {
    says("join_room", {{"room_id", room.value}, {"last_message_id", last.value}});
  }
  void leaves(room_id room) const { says("leave_room", {{"room_id", room.value}}); }
  /// The socket breaks.
  void breaks() const { caf::anon_send(session, connection_lost{}); }

  /// What it heard of this type: payloads of envelopes, whole flat frames.
  std::vector<json> heard(const std::string& type) const;
  /// Types of all that it heard, in order.
  std::vector<std::string> types_heard() const;
  /// Ids of the chat messages that it heard, in order.
  std::vector<std::int64_t> ids() const;
  /// Texts of the chat messages that it heard, in order.
  std::vector<std::string> texts() const;
  /// Codes of the `error`s that it heard, in order.
  std::vector<std::string> errors() const;
  void forget() const { port->frames.clear(); }

  connection_id id() const { return id_; }
  wire_shape shape() const { return shape_; }
  std::optional<close_code> closed() const { return port->closed; }

  std::shared_ptr<recording_port> port = std::make_shared<recording_port>();
  session_actor session;

private:
  std::vector<json> messages() const;

  connection_id id_;
  wire_shape shape_;
};

class small_node : public deterministic {
public:
  static constexpr std::uint32_t threads = 2;

  enum class limits_are { on, off };

  explicit small_node(session_options options = {}, limits_are limits = limits_are::on,
                      std::chrono::milliseconds presence_grace = {});
  ~small_node();

  /// A token of the user that is good for `lifetime`.
  std::string token(user_id user, std::chrono::milliseconds lifetime = std::chrono::minutes(30),
                    const std::string& family = {});

  // -- clients; each lives on the next thread in turn --
  client& connect(std::optional<std::string> token);
  client& connect_chat(const std::string& room, std::optional<std::string> token, std::string guest_name = {});
  /// Connects a session of a kind without rooms.
  client& connect_to(socket_kind kind, const std::string& subject, std::optional<std::string> token = {});
  /// A session on a port of the test's own, on the first thread; the test ends it.
  session_actor spawn_on(socket_kind kind, session_start start);
  /// Connected as the user and, for the flat shape, in the room; settled, with what it heard forgotten.
  client& inside(user_id user, room_id room, wire_shape shape = wire_shape::envelope);
  client& signed_in(user_id user);

  // -- the node's own view --
  std::int64_t active_users(room_id room);
  writer_figures figures();
  /// The youngest actor of the room; it must have been started.
  const room_actor& live(room_id room) const;
  /// How many actors of the room were started and did not end.
  int alive(room_id room) const;

  memory_store store;
  bool suspended = false; ///< the node's place on its database is in doubt
  fake_tokens tokens;
  std::vector<hub_actor> hubs;
  db_reader_actor reader;
  committer_actor writer;                    ///< a disk that hangs: `hold` it
  write_gate_actor gate;                     ///< what the others know as the writer
  placement_actor rooms;                     ///< the placement
  std::function<void(room_id)> when_retired; ///< hears what the placement tells of it
  directory_actor directory;
  task_board_actor tasks;

private:
  net::rate_limits limits_{net::rate_rules{}};

  client& start(socket_kind kind, std::optional<std::string> token, std::string subject, std::string guest_name = {});

  token_gate gate_;
  std::vector<std::shared_ptr<const session_environment>> environments_;
  std::vector<std::pair<room_id, room_actor>> started_;
  std::deque<client> clients_;
  int next_token_ = 1;
};

} // namespace parley::test
