#include "net/tls_side.hpp"

#include <openssl/err.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <string_view>
#include <sys/socket.h>

namespace parley::net {

namespace {

/// Plain bytes of one record (RFC 8446 §5.1).
constexpr std::size_t record_bytes = 16 * 1024;

/// Writes stop while a record waits; beyond it OpenSSL itself only has alerts and keys to send, which a peer that asks
/// for them without ever reading must not pile up.
constexpr std::size_t unsent_most = 64 * 1024;

/// Small frames share a record: each would cost about 22 bytes and a call of its own.
std::string_view next_record(std::span<const iovec> parts) {
  thread_local std::array<char, record_bytes> gathered;
  if (parts.empty())
    return {};
  if (parts.size() == 1 || parts.front().iov_len >= record_bytes)
    return {static_cast<const char*>(parts.front().iov_base), std::min(parts.front().iov_len, record_bytes)};
  std::size_t size = 0;
  for (const auto& part : parts) {
    const auto taken = std::min(part.iov_len, gathered.size() - size);
    if (taken > 0)
      std::memcpy(gathered.data() + size, part.iov_base, taken);
    size += taken;
  }
  return {gathered.data(), size};
}

} // namespace

// -- between OpenSSL and the socket ------------------------------------------------------------

BIO_METHOD* stream::tls_side::descriptor_method() {
  static BIO_METHOD* const method = [] {
    auto* out = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "parley stream");
    if (out == nullptr)
      throw std::bad_alloc();
    BIO_meth_set_read(out, on_read);
    BIO_meth_set_write(out, on_write);
    BIO_meth_set_ctrl(out, on_control);
    return out;
  }();
  return method;
}

int stream::tls_side::on_read(BIO* bio, char* into, int size) {
  auto& self = *static_cast<tls_side*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const auto got = ::recv(self.descriptor_, into, static_cast<std::size_t>(size), MSG_DONTWAIT);
  if (got < 0 && is_transient(errno))
    BIO_set_retry_read(bio);
  self.ended_ = got == 0;
  return static_cast<int>(got);
}

int stream::tls_side::on_write(BIO* bio, const char* bytes, int size) {
  auto& self = *static_cast<tls_side*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  return self.put({bytes, static_cast<std::size_t>(size)}) ? size : -1;
}

long stream::tls_side::on_control(BIO* bio, int command, long, void*) {
  switch (command) {
  case BIO_CTRL_FLUSH:
    return 1;
  case BIO_CTRL_EOF:
    return static_cast<tls_side*>(BIO_get_data(bio))->ended_ ? 1 : 0;
  default:
    return 0;
  }
}

bool stream::tls_side::put(std::string_view bytes) {
  if (flush().how == progress::end::done) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    else if (!is_transient(errno))
      failed_ = true;
  }
  if (unsent_.size() + bytes.size() > unsent_most)
    failed_ = true;
  if (!failed_)
    unsent_.append(bytes);
  return !failed_;
}

progress stream::tls_side::flush() {
  if (!unsent_.empty() && !failed_) {
    const auto sent = ::send(descriptor_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent == static_cast<ssize_t>(unsent_.size()))
      unsent_ = {}; // only a connection whose socket is full holds memory for it
    else if (sent > 0)
      unsent_.erase(0, static_cast<std::size_t>(sent));
    else if (!is_transient(errno))
      failed_ = true;
  }
  if (failed_)
    return {progress::end::failed};
  return {unsent_.empty() ? progress::end::done : progress::end::want_write};
}

// -- OpenSSL ---------------------------------------------------------------------------------------

stream::tls_side::tls_side(const tls_context& context, int descriptor)
  : ssl_(SSL_new(context.get())), descriptor_(descriptor) {
  auto* bio = ssl_ != nullptr ? BIO_new(descriptor_method()) : nullptr;
  if (bio == nullptr) {
    SSL_free(ssl_);
    throw std::bad_alloc();
  }
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio); // owns it
  SSL_set_accept_state(ssl_);
}

stream::tls_side::~tls_side() {
  SSL_free(ssl_);
}

progress::end stream::tls_side::reason(int result) {
  switch (SSL_get_error(ssl_, result)) {
  case SSL_ERROR_WANT_READ:
    return progress::end::want_read;
  case SSL_ERROR_ZERO_RETURN:
    return progress::end::closed;
  default: // never WANT_WRITE: `put` takes everything
    failed_ = true;
    return progress::end::failed;
  }
}

progress stream::tls_side::handshake() {
  if (failed_)
    return {progress::end::failed};
  ERR_clear_error();
  const auto result = SSL_do_handshake(ssl_);
  const auto how = result == 1 ? progress::end::done : reason(result);
  unread_ = how == progress::end::done; // the client may have said more in one breath
  if (how == progress::end::failed || how == progress::end::closed) {
    const auto* why = ERR_reason_error_string(ERR_peek_error());
    spdlog::debug("TLS handshake failed: {}", why != nullptr ? why : "the peer is gone");
    failed_ = true;
    return {progress::end::failed};
  }
  const auto flushed = flush();
  return flushed.how == progress::end::done ? progress{how} : flushed;
}

progress stream::tls_side::read_some(char* into, std::size_t size) {
  if (failed_)
    return {progress::end::failed};
  std::size_t filled = 0;
  auto how = progress::end::done;
  while (filled < size && how == progress::end::done) {
    std::size_t got = 0;
    ERR_clear_error();
    const auto result = SSL_read_ex(ssl_, into + filled, size - filled, &got);
    filled += got;
    if (result != 1)
      how = reason(result);
  }
  // An end that came right behind the bytes is told by the next call, which must come though the socket is silent.
  unread_ = how != progress::end::want_read;
  return filled > 0 ? progress{progress::end::done, filled} : progress{how};
}

progress stream::tls_side::write_some(std::span<const iovec> parts) {
  const auto flushed = flush();
  const auto record = next_record(parts);
  if (flushed.how != progress::end::done || record.empty())
    return flushed;
  std::size_t written = 0;
  ERR_clear_error();
  const auto result = SSL_write_ex(ssl_, record.data(), record.size(), &written);
  return result == 1 ? progress{progress::end::done, written} : progress{reason(result)};
}

void stream::tls_side::say_farewell() {
  if (failed_ || !SSL_is_init_finished(ssl_))
    return;
  ERR_clear_error();
  SSL_shutdown(ssl_);
  ERR_clear_error();
}

} // namespace parley::net
