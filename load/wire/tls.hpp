// TLS for a connection of the client: certificates that are checked, the name of the host told.
#pragma once

#include "load/wire/receive.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>

// NOLINTBEGIN(readability-identifier-naming): the names that OpenSSL chose
typedef struct bio_st BIO;
typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
// NOLINTEND(readability-identifier-naming)

namespace parley::load {

/// Whom the TLS connections of a process trust. Copies share it.
class tls_trust {
public:
  /// The certificates of `file` (PEM), or those of the system where it is empty. The error is one line for people.
  static tl::expected<tls_trust, std::string> of(const std::string& file);
  /// Anybody: no certificate is checked.
  static tls_trust blind();

  [[nodiscard]] SSL_CTX* context() const { return context_.get(); }

private:
  tls_trust();

  std::shared_ptr<SSL_CTX> context_;
};

/// TLS over a non-blocking socket that somebody else owns: one object a connection. Between two records it holds no
/// buffers; amid one some 16 KiB.
class tls_session {
public:
  /// `host` is told to the server (SNI) unless it is an address, and must stand in its certificate. `noted` as for
  /// `receive`. `on` outlives it.
  tls_session(const tls_trust& trust, const std::string& host, int fd, loop& on, bool noted);
  tls_session(const tls_session&) = delete;
  tls_session& operator=(const tls_session&) = delete;

  enum class progress : std::uint8_t { done, wants_read, wants_write, failed };

  /// Goes on with the handshake. After `failed`, `fault` says why.
  progress shake_hands();

  /// As `receive`, of what the server sent: reads the socket once and gives all that is complete by then, with the time
  /// at which its last bytes came. Below 0 with errno EAGAIN where that is nothing yet. `size` is at least 64 KiB.
  received read(char* to, std::size_t size);
  /// The connection's end came along with the bytes that were read last: the next `read` tells it.
  [[nodiscard]] bool over() const { return over_; }

  /// As send(2): how many bytes went out, or below 0 with errno EAGAIN; then the same bytes come first the next time.
  ssize_t write(std::string_view bytes);

  /// Tells the server, if there is room, that nothing follows.
  void say_goodbye();

  /// One phrase for people; empty while all is well, or where errno says it all.
  [[nodiscard]] const std::string& fault() const { return fault_; }

private:
  struct bridge; ///< the functions that OpenSSL calls

  /// What the socket said, and whether to come again.
  ssize_t checked(BIO* of, ssize_t moved, int direction);
  ssize_t outcome(int done);
  void note_fault(int kind);

  struct freed {
    void operator()(SSL* session) const;
  };
  int fd_;
  loop& loop_;
  bool noted_;
  bool ended_ = false; ///< the socket
  bool over_ = false;
  int reads_left_ = 0;          ///< of the socket, in this call
  int broken_ = 0;              ///< errno of the socket
  std::int64_t arrived_ns_ = 0; ///< of the last bytes of the socket
  std::unique_ptr<SSL, freed> session_;
  std::string fault_;
};

/// Why a connection broke, by TLS or (`over` null) by errno `fault`; one phrase for people.
std::string broken_phrase(const tls_session* over, int fault);

} // namespace parley::load
