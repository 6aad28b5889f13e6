// A room whose members sit on real connections over loopback: the server's whole road of a message but for the disk.
#pragma once

#include "actors/live_room.hpp"
#include "actors/session.hpp"
#include "actors/token_gate.hpp"
#include "net/connection.hpp"
#include "net/io_thread.hpp"
#include "tests/support/deterministic.hpp"
#include "tests/support/fake_tokens.hpp"
#include "tests/support/memory_store.hpp"
#include "tests/support/raw_socket.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace parley::test {

/// One I/O thread, which is the caller's, with its loop, hub and connections; sessions on `/ws`, one room, and a writer
/// that commits at once. Nothing moves but in the calls below, no timer fires.
class wired_room {
public:
  /// Bytes of a message's content.
  static constexpr std::size_t content_bytes = 64;

  /// Opens and joins so many clients, each a user of its own. Ask `allow_descriptors(2 * members)` before.
  explicit wired_room(std::size_t members);
  wired_room(const wired_room&) = delete;
  wired_room& operator=(const wired_room&) = delete;
  ~wired_room();

  /// The first member posts so many messages at once, and all of them have been written to everybody's socket when
  /// this returns.
  void post(std::size_t count = 1);

  /// Takes what has come for the members, and returns how many frames that were. To be called before their sockets are
  /// full: once in some hundred messages.
  std::size_t take_frames();

  std::size_t members() const { return clients_.size(); }

private:
  struct client {
    raw_socket socket;
    std::string unread; ///< the beginning of a frame
  };

  void open(std::size_t count);
  void join(std::size_t first, std::size_t count);
  /// Until nobody has anything to do.
  void settle();

  deterministic base_;
  memory_store store_;
  net::io_thread loop_;
  net::stream::acceptor acceptor_;
  std::atomic<std::int64_t> sockets_{0};
  std::atomic<std::int64_t> websockets_{0};
  net::connection_set connections_;
  fake_tokens tokens_;
  token_gate gate_;
  hub_actor hub_;
  committer_actor writer_;
  write_gate_actor write_gate_;
  db_reader_actor reader_;
  placement_actor placement_;
  directory_actor directory_;
  std::shared_ptr<const session_environment> sessions_;
  std::shared_ptr<std::int64_t> committed_ = std::make_shared<std::int64_t>(0); ///< messages
  room_id room_;
  std::string message_; ///< the frame of a post
  std::string burst_;   ///< as many of them as were posted last
  std::vector<client> clients_;
};

} // namespace parley::test
