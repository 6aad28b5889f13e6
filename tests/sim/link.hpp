// One simulated WebSocket connection: the server's end, which does what net/connection does, the wire, and the
// client's.
#pragma once

#include "actors/interfaces/session.hpp"
#include "actors/ports.hpp"
#include "net/outbox.hpp"
#include "protocol/events.hpp"
#include "tests/sim/heard.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace parley::sim {

class link;

/// Sees every frame that the server hands to an open connection, as it does.
class frame_watcher {
public:
  virtual ~frame_watcher() = default;
  virtual void on_frame(link& to, const heard& what) = 0;
};

/// What a client heard of one room on one connection, as the server said it.
struct place {
  bool joined = false;
  bool strict = false;   ///< `last` is where the messages go on from, whatever the room's history policy
  bool anchored = false; ///< a message was heard, or `strict`
  bool replaying = false;
  message_id last;  ///< heard, or where it came in
  message_id floor; ///< asked to resume after
  std::int64_t active_users = -1;
  std::map<user_id, bool> online;
  std::map<user_id, bool> typing;
  std::map<message_id, std::string> contents;
  std::uint64_t entered_at = 0; ///< how often anybody had asked to come into a room by then
  std::set<user_id> company;    ///< who was in the room for sure when it came in
};

/// What a client asked for and was not answered.
struct question {
  std::int64_t request = 0; ///< 0 in the flat shape
  room_id room;
  std::string client_msg_id; ///< of a message, as the next
  std::string content;
  bool is_join = false;
  std::optional<message_id> resume; ///< of a join
  timestamp token_ends_at{};        ///< of an `auth`, as the next
  timestamp issued_at{};
};

struct link_options {
  std::size_t outbox_bytes = 262'144;
  std::size_t wire_bytes = 65'536; ///< what kernels and the network hold
  std::chrono::milliseconds heartbeat{10'000};
  bool ends_unsaid = false;    ///< planted: nobody tells the session that the connection broke
  bool loses_answers = false;  ///< planted: acknowledgements do not arrive
  bool loses_presence = false; ///< planted: in the flat shape nobody hears of others who come and go
};

class link final : public connection_port {
public:
  using options = link_options;

  link(connection_id id, user_id user, wire_shape shape, hearing& ears, frame_watcher& watcher, time_source now,
       options how);

  void bind(session_actor session);

  // -- connection_port --
  void send(frame_ptr frame) override;
  void send_paced(std::vector<frame_ptr> frames) override;
  void start_reading() override { reading_ = true; }
  std::string address() const override { return "192.0.2.1"; }
  std::size_t outbox_bytes() const override { return outbox_.bytes(); }
  void close(close_code code, std::string_view reason) override;

  // -- the server's side --
  /// Writes what the wire takes. True where anything moved.
  bool flush();
  /// Reads one message of the client, or the end of the stream. True where there was one.
  bool read_one();
  /// Pings, and closes who missed two heartbeats or lets a close drag on.
  void check();
  /// The process is gone, and nobody is told.
  void vanish();

  // -- the client's side --
  /// To be sent; the client must be there.
  void say(std::string text);
  /// The next frame that has come through, or null; reads up to `bytes` of the wire. A close frame is answered.
  const heard* listen(std::size_t bytes);
  /// The connection breaks: of what the client said the first `kept` messages come through, of what it was told
  /// nothing more. Where `silent`, the server is not told of it.
  void break_off(std::size_t kept, bool silent);
  void leave_politely();

  connection_id id() const { return id_; }
  wire_shape shape() const { return shape_; }
  const session_actor& session() const { return session_; }
  /// The server's view: it was neither closed nor lost.
  bool is_open() const { return state_ == state::open; }
  bool is_closed() const { return state_ == state::closed; }
  bool client_is_there() const { return client_there_; }
  bool has_upstream() const { return !upstream_.empty() || ended_; }
  std::optional<int> closed_with() const { return closed_with_; }

  user_id user;              ///< whom its token is of
  timestamp token_ends_at{}; ///< of its token; the epoch for a guest
  timestamp issued_at{};
  bool stopped_reading = false;
  std::map<room_id, place> places;
  std::set<room_id> asked_out; ///< where its client ever asked to leave
  std::vector<question> questions;
  std::size_t flat_errors = 0;          ///< of `questions`, so many at most were answered by an error
  std::map<std::string, int> own_posts; ///< how often it may hear each again, by client_msg_id
  std::int64_t last_request = 0;

private:
  enum class state : unsigned char { open, closing, closed };
  struct upstream {
    enum class kind : unsigned char { text, pong, close } what = kind::text;
    std::string text;
  };

  void push(frame_ptr frame);
  void begin_close(int code, frame_ptr last);
  void tell_lost(int code);
  void cut();

  connection_id id_;
  wire_shape shape_;
  hearing& ears_;
  frame_watcher& watcher_;
  time_source now_;
  options options_;
  session_actor session_;
  inbound_port* direct_ = nullptr;
  net::outbox outbox_;
  std::deque<std::pair<std::uint64_t, const heard*>> wire_; ///< whole frames, each with the position of its end
  const heard* half_written_ = nullptr;
  std::size_t half_bytes_ = 0; ///< of it that were written
  std::uint64_t written_ = 0;  ///< bytes
  std::uint64_t read_ = 0;     ///< bytes, by the client
  std::deque<upstream> upstream_;
  timestamp last_received_;
  timestamp next_ping_;
  timestamp deadline_{};
  std::optional<int> closed_with_; ///< what the client saw
  state state_ = state::open;
  bool reading_ = false;
  bool blocked_ = false;
  bool peer_closed_ = false;
  bool client_there_ = true;
  bool ended_ = false; ///< no more will come from the client, and the server can see it
};

} // namespace parley::sim
