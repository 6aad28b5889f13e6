#include "tests/net/tls_client.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <stdexcept>

namespace parley::test {

void tls_client::freed::operator()(ssl_st* x) const noexcept {
  SSL_free(x);
}

tls_client::tls_client(const how& x) {
  auto* context = SSL_CTX_new(TLS_client_method());
  // Also what no server should take: it is to refuse by itself.
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_min_proto_version(context, x.version);
  SSL_CTX_set_max_proto_version(context, x.version);
  ssl_.reset(SSL_new(context));
  SSL_CTX_free(context);
  if (!x.protocols.empty())
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(x.protocols.data()),
                        static_cast<unsigned>(x.protocols.size()));
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(ssl_.get());
}

bool tls_client::shake() {
  ERR_clear_error();
  const auto result = SSL_do_handshake(ssl_.get());
  if (result != 1 && SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ)
    throw std::runtime_error(std::string("handshake: ") + ERR_reason_error_string(ERR_peek_error()));
  return result == 1;
}

void tls_client::write(std::string_view bytes) {
  ERR_clear_error();
  if (!bytes.empty() && SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0)
    failed_ = true;
}

void tls_client::close() {
  SSL_shutdown(ssl_.get());
}

void tls_client::rekey() {
  if (SSL_version(ssl_.get()) == TLS1_3_VERSION)
    SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED);
  else
    SSL_renegotiate(ssl_.get());
  SSL_do_handshake(ssl_.get());
}

std::string tls_client::take() {
  std::string out(BIO_ctrl_pending(SSL_get_wbio(ssl_.get())), '\0');
  if (!out.empty())
    BIO_read(SSL_get_wbio(ssl_.get()), out.data(), static_cast<int>(out.size()));
  return out;
}

void tls_client::feed(std::string_view raw) {
  if (!raw.empty())
    BIO_write(SSL_get_rbio(ssl_.get()), raw.data(), static_cast<int>(raw.size()));
}

std::string tls_client::read() {
  std::string out;
  std::array<char, 16'384> piece{};
  while (!closed_ && !failed_) {
    ERR_clear_error();
    const auto got = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
    if (got > 0) {
      out.append(piece.data(), static_cast<std::size_t>(got));
      continue;
    }
    const auto why = SSL_get_error(ssl_.get(), got);
    if (why == SSL_ERROR_WANT_READ)
      break;
    (why == SSL_ERROR_ZERO_RETURN ? closed_ : failed_) = true;
  }
  return out;
}

std::string tls_client::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

} // namespace parley::test
