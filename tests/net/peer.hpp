// The client's end of a connection: raw bytes out, the server's frames in. It never blocks.
#pragma once

#include "actors/frame.hpp"
#include "tests/net/tls_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::test {

struct server_frame {
  opcode op{};
  std::string payload;
  bool is_packed = false; ///< compressed, and the payload still is

  /// The code of a close frame; 0 where it has none.
  unsigned code() const;
  /// The reason of a close frame.
  std::string reason() const { return payload.size() > 2 ? payload.substr(2) : std::string(); }
};

class peer {
public:
  using tcp = boost::asio::ip::tcp;

  /// Connects on loopback. A small window is soon full while the peer does not read. A secure one must `shake` first.
  peer(const tcp::endpoint& where, bool small_window, bool secure);

  /// TLS's handshake, one step; true when it is done.
  bool shake();

  /// Hands over as much as the socket takes now, and returns how much that was.
  std::size_t send_some(std::string_view bytes);
  /// Moves on what is encrypted and was not taken yet; false where some of it is left.
  bool push();

  /// Reads what is there. Fails the test on a frame that no client would take.
  void pull();

  /// No more comes from this side; the other may go on.
  void half_close();
  void leave() { socket_.close(); }
  /// Leaves without a word: the server sees a reset.
  void reset();

  /// What was read: text payloads in order.
  std::vector<std::string> texts() const;

  std::vector<server_frame> frames;
  bool ended = false; ///< the server has closed the TCP connection
  bool was_reset = false;
  bool takes_packed = false; ///< compressed frames were agreed on

private:
  /// What the socket has, as it came.
  std::string receive();
  void parse();

  boost::asio::io_context context_;
  tcp::socket socket_{context_};
  std::optional<tls_client> tls_;
  std::string unsent_; ///< encrypted
  std::string unread_;
};

} // namespace parley::test
