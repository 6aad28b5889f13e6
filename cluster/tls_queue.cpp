// OpenSSL keeps the errors of a thread in one queue, and SSL_get_error answers by what lies there, so that it has to be
// empty before each call (SSL_get_error(3)). CAF 0.17 does not see to that: what one connection left there (a peer that
// was killed, a stranger who went without a word) ended every other connection of the node. These four are found before
// OpenSSL's own, by CAF too, empty the queue and go on there.
#include "cluster/network.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <dlfcn.h>

namespace parley::cluster {

namespace {

/// OpenSSL's own function of that name.
template <class F>
F* of_openssl(const char* name) {
  return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}

} // namespace

void keep_tls_errors_apart() {
  ERR_clear_error();
}

} // namespace parley::cluster

extern "C" {

int SSL_read(SSL* ssl, void* data, int size) {
  static auto* const real = parley::cluster::of_openssl<decltype(SSL_read)>("SSL_read");
  ERR_clear_error();
  return real(ssl, data, size);
}

int SSL_write(SSL* ssl, const void* data, int size) {
  static auto* const real = parley::cluster::of_openssl<decltype(SSL_write)>("SSL_write");
  ERR_clear_error();
  return real(ssl, data, size);
}

int SSL_accept(SSL* ssl) {
  static auto* const real = parley::cluster::of_openssl<decltype(SSL_accept)>("SSL_accept");
  ERR_clear_error();
  return real(ssl);
}

int SSL_connect(SSL* ssl) {
  static auto* const real = parley::cluster::of_openssl<decltype(SSL_connect)>("SSL_connect");
  ERR_clear_error();
  return real(ssl);
}

} // extern "C"
