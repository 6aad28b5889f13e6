// What a stream holds where it speaks TLS: OpenSSL over the socket's descriptor. Included by stream.cpp and its own
// unit only.
#pragma once

#include "net/stream.hpp"
#include "net/tls_context.hpp"

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <string>
#include <string_view>

namespace parley::net {

/// An `errno` after which the same call is worth repeating.
inline bool is_transient(int fault) {
  return fault == EAGAIN || fault == EWOULDBLOCK || fault == EINTR;
}

/// OpenSSL reads from the socket and writes to it through this; what the socket does not take is kept here. So a write
/// never has to be repeated with the same bytes, as OpenSSL would ask for: the outbox may drop frames meanwhile.
class stream::tls_side {
public:
  /// The descriptor stays with the caller.
  tls_side(const tls_context& context, int descriptor);
  tls_side(const tls_side&) = delete;
  tls_side& operator=(const tls_side&) = delete;
  ~tls_side();

  progress handshake();
  progress read_some(char* into, std::size_t size);
  progress write_some(std::span<const iovec> parts);
  bool has_unsent() const { return !unsent_.empty(); }
  bool has_unread() const { return unread_; }

  /// `close_notify` (RFC 8446 §6.1), where the state of things allows it.
  void say_farewell();

private:
  static BIO_METHOD* descriptor_method();
  static int on_read(BIO* bio, char* into, int size);
  static int on_write(BIO* bio, const char* bytes, int size);
  static long on_control(BIO* bio, int command, long number, void* pointer);

  /// Keeps what the socket does not take. False if the connection is of no more use.
  bool put(std::string_view bytes);
  /// Hands what is kept to the socket: `done` if nothing is left.
  progress flush();
  /// Why a call of OpenSSL that returned `result` did not go through.
  progress::end reason(int result);

  SSL* ssl_;
  int descriptor_;
  std::string unsent_;
  bool unread_ = false; ///< the last attempt did not end for want of bytes
  bool ended_ = false;  ///< the socket has no more to read
  bool failed_ = false;
};

} // namespace parley::net
