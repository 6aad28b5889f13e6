#include "load/wire/tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <limits>
#include <sys/socket.h>

namespace parley::load {

namespace {

constexpr std::size_t one_read = std::size_t{64} * 1024; ///< more than a record that was begun and a read of the socket

bool passes(int fault) {
  return fault == EAGAIN || fault == EWOULDBLOCK || fault == EINTR;
}

std::string last_tls_error() {
  const char* const reason = ::ERR_reason_error_string(::ERR_peek_last_error());
  ::ERR_clear_error();
  return reason != nullptr ? reason : "unknown error";
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

} // namespace

// -- whom to trust ----------------------------------------------------------------------------

tls_trust::tls_trust() : context_(::SSL_CTX_new(::TLS_client_method()), ::SSL_CTX_free) {
  SSL_CTX* const context = context_.get();
  ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  ::SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // Frames and answers have lengths of their own, so that a connection that just ends is what it is without TLS.
  ::SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // What is to be sent may have grown, and moved, since a write that found no room.
  ::SSL_CTX_set_mode(context,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  ::SSL_CTX_set_read_ahead(context, 1); // else a record is two reads
}

tl::expected<tls_trust, std::string> tls_trust::of(const std::string& file) {
  tls_trust made;
  ::ERR_clear_error();
  const bool read = file.empty() ? ::SSL_CTX_set_default_verify_paths(made.context()) == 1
                                 : ::SSL_CTX_load_verify_file(made.context(), file.c_str()) == 1;
  if (!read)
    return tl::unexpected("cannot read certificates from " + (file.empty() ? "the system" : file) + ": " +
                          last_tls_error());
  ::SSL_CTX_set_verify(made.context(), SSL_VERIFY_PEER, nullptr);
  return made;
}

tls_trust tls_trust::blind() {
  tls_trust made;
  ::SSL_CTX_set_verify(made.context(), SSL_VERIFY_NONE, nullptr);
  return made;
}

// -- the socket, as OpenSSL sees it -----------------------------------------------------------

/// In place of OpenSSL's own socket, which raises SIGPIPE and knows no times of arrival.
struct tls_session::bridge {
  static int read(BIO* from, char* to, int size) {
    auto& self = *static_cast<tls_session*>(::BIO_get_data(from));
    ::BIO_clear_retry_flags(from);
    if (self.reads_left_ == 0) {
      ::BIO_set_retry_read(from);
      return -1;
    }
    --self.reads_left_;
    const received got = receive(self.fd_, to, static_cast<std::size_t>(size), self.loop_, self.noted_);
    self.arrived_ns_ = got.arrived_ns;
    self.ended_ = got.size == 0;
    return static_cast<int>(self.checked(from, got.size, BIO_FLAGS_READ));
  }

  static int write(BIO* to, const char* bytes, int size) {
    auto& self = *static_cast<tls_session*>(::BIO_get_data(to));
    ::BIO_clear_retry_flags(to);
    const ssize_t sent = ::send(self.fd_, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    return static_cast<int>(self.checked(to, sent, BIO_FLAGS_WRITE));
  }

  static long control(BIO* of, int what, long, void*) {
    if (what == BIO_CTRL_EOF)
      return static_cast<tls_session*>(::BIO_get_data(of))->ended_ ? 1 : 0;
    return what == BIO_CTRL_FLUSH ? 1 : 0;
  }

  static const BIO_METHOD* method() {
    static BIO_METHOD* const made = [] {
      BIO_METHOD* const out = ::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket with times");
      ::BIO_meth_set_read(out, read);
      ::BIO_meth_set_write(out, write);
      ::BIO_meth_set_ctrl(out, control);
      return out;
    }();
    return made;
  }
};

ssize_t tls_session::checked(BIO* of, ssize_t moved, int direction) {
  if (moved < 0 && passes(errno))
    ::BIO_set_flags(of, direction | BIO_FLAGS_SHOULD_RETRY);
  else if (moved < 0)
    broken_ = errno;
  return moved;
}

// -- a connection -----------------------------------------------------------------------------

tls_session::tls_session(const tls_trust& trust, const std::string& host, int fd, loop& on, bool noted)
  : fd_(fd), loop_(on), noted_(noted), session_(::SSL_new(trust.context())) {
  BIO* const bio = ::BIO_new(bridge::method());
  ::BIO_set_data(bio, this);
  ::BIO_set_init(bio, 1);
  ::SSL_set_bio(session_.get(), bio, bio); // takes it over
  if (is_address(host)) {
    ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(session_.get()), host.c_str());
  } else {
    // What the macro SSL_set_tlsext_host_name does, without its old casts; the name is copied.
    ::SSL_ctrl(session_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
               const_cast<char*>(host.c_str())); // NOLINT(cppcoreguidelines-pro-type-const-cast)
    // By RFC 9525: a name that stands in the subject alone does not count.
    ::SSL_set_hostflags(session_.get(), X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    ::SSL_set1_host(session_.get(), host.c_str());
  }
  ::SSL_set_connect_state(session_.get());
}

void tls_session::freed::operator()(SSL* session) const {
  ::SSL_free(session);
}

tls_session::progress tls_session::shake_hands() {
  reads_left_ = std::numeric_limits<int>::max();
  ::ERR_clear_error();
  const int done = ::SSL_do_handshake(session_.get());
  if (done == 1)
    return progress::done;
  switch (const int kind = ::SSL_get_error(session_.get(), done)) {
  case SSL_ERROR_WANT_READ:
    return progress::wants_read;
  case SSL_ERROR_WANT_WRITE:
    return progress::wants_write;
  default:
    note_fault(kind);
    return progress::failed;
  }
}

received tls_session::read(char* to, std::size_t size) {
  assert(size >= one_read);
  reads_left_ = 1;
  std::size_t filled = 0;
  for (;;) {
    ::ERR_clear_error();
    const int done = ::SSL_read(session_.get(), to + filled, static_cast<int>(std::min(size - filled, one_read)));
    if (done > 0) {
      filled += static_cast<std::size_t>(done);
      continue;
    }
    const ssize_t without = outcome(done);
    over_ = without == 0 || errno != EAGAIN;
    return {filled > 0 ? static_cast<ssize_t>(filled) : without, arrived_ns_};
  }
}

ssize_t tls_session::write(std::string_view bytes) {
  std::size_t gone = 0;
  while (gone < bytes.size()) {
    const auto size = static_cast<int>(std::min<std::size_t>(bytes.size() - gone, std::numeric_limits<int>::max()));
    ::ERR_clear_error();
    const int done = ::SSL_write(session_.get(), bytes.data() + gone, size);
    if (done <= 0)
      return gone > 0 ? static_cast<ssize_t>(gone) : outcome(done);
    gone += static_cast<std::size_t>(done);
  }
  return static_cast<ssize_t>(gone);
}

void tls_session::say_goodbye() {
  ::ERR_clear_error();
  if (::SSL_is_init_finished(session_.get()) == 1)
    ::SSL_shutdown(session_.get());
}

ssize_t tls_session::outcome(int done) {
  switch (const int kind = ::SSL_get_error(session_.get(), done)) {
  case SSL_ERROR_WANT_READ:
  case SSL_ERROR_WANT_WRITE:
    errno = EAGAIN;
    return -1;
  case SSL_ERROR_ZERO_RETURN:
    return 0;
  default:
    note_fault(kind);
    errno = broken_ != 0 ? broken_ : EPROTO;
    return -1;
  }
}

void tls_session::note_fault(int kind) {
  const long verdict = ::SSL_get_verify_result(session_.get());
  if (verdict != X509_V_OK && ::SSL_get_verify_mode(session_.get()) != SSL_VERIFY_NONE)
    fault_ = std::string("the server's certificate is not trusted: ") + ::X509_verify_cert_error_string(verdict);
  else if (kind == SSL_ERROR_SSL)
    fault_ = "TLS failed: " + last_tls_error();
  else if (broken_ != 0)
    fault_ = broken_phrase(nullptr, broken_);
  else
    fault_ = "the server hung up";
}

std::string broken_phrase(const tls_session* over, int fault) {
  if (over != nullptr && !over->fault().empty())
    return over->fault();
  return std::string("the connection broke: ") + std::strerror(fault);
}

} // namespace parley::load
