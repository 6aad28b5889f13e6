// The sockets that a node listens on: opened from their names, or taken over from whoever started the process.
#pragma once

#include "net/stream.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <sys/types.h>
#include <vector>

namespace parley::net {

struct listen_place {
  enum class form : std::uint8_t { tcp, unix_path } what = form::tcp;
  std::string text;           ///< an address without brackets or a host name; a path
  bool may_be_absent = false; ///< passed over where the machine lacks this address, if another one is there
};

struct listen_wish {
  std::vector<listen_place> places;
  std::uint16_t port = 0;  ///< of all places of TCP; 0 takes a free one, the same for all
  mode_t unix_mode = 0660; ///< of the file of a Unix socket
  /// Descriptors of TCP or Unix sockets that listen already, which become ours. With any, the rest does not count.
  std::vector<int> passed;
};

/// The file of a Unix socket, which goes with it; not another one that has taken its name.
class socket_file {
public:
  /// The file must be there.
  explicit socket_file(std::filesystem::path path);
  socket_file(socket_file&& other) noexcept;
  socket_file& operator=(socket_file&&) = delete;
  ~socket_file();

private:
  std::filesystem::path path_; ///< empty if it was moved from
  dev_t device_ = 0;
  ino_t number_ = 0;
};

/// Where one socket listens.
struct bound_place {
  std::string name;       ///< `127.0.0.1:8000`, `[::1]:8000` (RFC 3986 §3.2.2), `unix:/run/parley.sock`
  std::uint16_t port = 0; ///< 0 for a Unix socket

  bool is_unix() const { return port == 0; }
};

struct open_listeners {
  std::vector<std::vector<stream::acceptor>> own; ///< by thread: each has its own on the same address (SO_REUSEPORT)
  std::vector<stream::acceptor> shared;           ///< the k-th on the loop of thread k, modulo their number
  std::vector<bound_place> places;                ///< at least one
  std::vector<socket_file> files;
};

/// Opens all of them, or none; `loops` are those of the I/O threads, at least one. Whoever connects from here on waits
/// to be accepted. A Unix socket's file that nobody listens behind is replaced. Throws std::runtime_error: one line
/// that names the place, what is wrong with it, and what to do about it.
open_listeners listen_on(const listen_wish& wish, std::span<boost::asio::io_context* const> loops);

} // namespace parley::net
