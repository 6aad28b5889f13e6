// The bytes of one accepted connection, plain or through TLS. Nothing here blocks.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <sys/uio.h>
#include <utility>

namespace parley::net {

class tls_context;

/// Stands for the address of whoever came by a Unix socket.
inline constexpr std::string_view unix_peer = "unix";

/// How far one attempt came.
struct progress {
  enum class end : std::uint8_t {
    done,
    want_read,  ///< nothing happened: `wait(direction::read)`, then once more
    want_write, ///< the same with `direction::write`
    closed,     ///< the peer sends no more; what is written may still reach it
    failed,     ///< the connection is of no more use
  } how = end::done;
  std::size_t bytes = 0; ///< with `done`
};

/// Owns its socket. A plain one goes straight to `recv` and `sendmsg` and holds one pointer beside the socket. Used on
/// its I/O thread only, with at most one wait a direction.
class stream {
public:
  using tcp = boost::asio::ip::tcp;
  /// Also around a Unix socket: of what the protocol stands for, nothing but addresses matters to Asio, which is asked
  /// for none. With the executor's own type an idle socket and its wait are 150 bytes smaller than with
  /// `any_io_executor`.
  using socket = boost::asio::basic_stream_socket<tcp, boost::asio::io_context::executor_type>;
  using acceptor = boost::asio::basic_socket_acceptor<tcp, boost::asio::io_context::executor_type>;
  enum class direction : std::uint8_t { read, write };

  /// Plain.
  explicit stream(socket accepted);
  /// The server's side of TLS; nothing is read or written before its handshake is done. Throws std::bad_alloc.
  stream(socket accepted, const tls_context& context);
  stream(stream&& other) noexcept;
  stream& operator=(stream&&) = delete;
  ~stream();

  bool is_secure() const { return tls_ != nullptr; }

  /// Goes on with TLS's handshake; `done` at once if it is plain.
  progress handshake();

  /// Reads up to `size` bytes, at least 1. Fewer than `size` means that no more was there.
  progress read_some(char* into, std::size_t size);

  /// Writes from the beginning of `parts`, which the caller need not keep. With nothing in them it only moves on what
  /// `has_unsent` is about.
  progress write_some(std::span<const iovec> parts);

  /// True if bytes that were taken by `write_some` wait, encrypted, until the socket takes more: at most a record.
  bool has_unsent() const;

  /// Waits until the attempt that wanted this direction is worth repeating; completes with an error_code.
  template <class Token>
  auto wait(direction what, Token&& token) {
    auto initiate = [this, what](auto handler) {
      if (what == direction::read && has_unread())
        boost::asio::post(socket_.get_executor(), boost::asio::append(std::move(handler), boost::system::error_code()));
      else
        socket_.async_wait(what == direction::read ? socket::wait_read : socket::wait_write, std::move(handler));
    };
    return boost::asio::async_initiate<Token, void(boost::system::error_code)>(std::move(initiate), token);
  }

  /// Ends every wait with `operation_aborted`.
  void cancel();

  /// Says that no more comes, by TLS and by TCP. Reading goes on.
  void shutdown();

  /// Takes what came on the socket as it is, encrypted or not: before TLS's handshake, or where its meaning does not
  /// matter any more.
  progress read_raw(char* into, std::size_t size);

  void close();

  /// The client's address without the port; empty if it is gone. The peer's own (of IPv4 as such, whatever the
  /// listener's family; `unix_peer`), or what `set_address` was told.
  std::string address() const;

  /// The peer is a proxy: whose bytes these are. Empty is nobody known.
  void set_address(std::string client);

  /// Kernel memory for what waits to be sent.
  void limit_send_buffer(int bytes);

  boost::asio::any_io_executor get_executor() { return socket_.get_executor(); }

private:
  class tls_side;

  /// OpenSSL may hold bytes already, for which the socket would never become readable.
  bool has_unread() const;

  socket socket_;
  std::unique_ptr<tls_side> tls_;
  std::unique_ptr<const std::string> client_; ///< where it is not the peer's own address
};

} // namespace parley::net
