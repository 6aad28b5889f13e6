#include "net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <spdlog/spdlog.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <new>
#include <stdexcept>
#include <string_view>
#include <sys/stat.h>

namespace parley::net {

namespace {

constexpr auto certificate_key = "tls.certificate";
constexpr auto private_key_key = "tls.key";

/// Of TLS 1.2: ephemeral keys and authenticated encryption only. Those of TLS 1.3 are all of that kind.
constexpr auto ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

/// One protocol in the form of ALPN (RFC 7301 §3.1): its length, then its name.
constexpr std::string_view only_protocol = "\x08http/1.1";

[[noreturn]] void refuse(const char* key, const std::string& file, std::string_view why) {
  ERR_clear_error();
  throw std::runtime_error(std::string(key) + ": \"" + file + "\" " + std::string(why));
}

/// What OpenSSL says of its last fault, of which the oldest error tells the most.
std::string last_reason() {
  const auto* text = ERR_reason_error_string(ERR_peek_error());
  return text != nullptr ? text : "unknown reason";
}

bool is_not_pem() {
  const auto oldest = ERR_peek_error();
  return ERR_GET_LIB(oldest) == ERR_LIB_PEM && ERR_GET_REASON(oldest) == PEM_R_NO_START_LINE;
}

void expect_readable(const char* key, const std::string& file) {
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (stream.is_open())
    stream.get(); // a folder opens well, and fails here
  if (!stream)
    refuse(key, file, errno != 0 ? std::string("cannot be read: ") + std::strerror(errno) : "is empty");
}

/// Nobody is there to be asked for a passphrase.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

/// A client that speaks none of ours is told so (RFC 7301 §3.2); one that does not ask is taken at its word.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  const auto* ours = reinterpret_cast<const unsigned char*>(only_protocol.data());
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, ours, static_cast<unsigned>(only_protocol.size()), offered,
                            offered_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

void configure(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, ciphers);
  // HTTP and WebSocket say themselves where their messages end: a connection that ends without TLS's own farewell is
  // an end like any other.
  SSL_CTX_set_options(context,
                      SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Sessions are resumed by tickets, which the client keeps; an idle connection keeps no buffers.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1); // head and body of a record by one call
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
}

void load_certificate(SSL_CTX* context, const std::string& file) {
  expect_readable(certificate_key, file);
  if (SSL_CTX_use_certificate_chain_file(context, file.c_str()) != 1)
    refuse(certificate_key, file, is_not_pem() ? "holds no PEM certificate" : "cannot be used: " + last_reason());
}

void load_key(SSL_CTX* context, const std::string& file) {
  expect_readable(private_key_key, file);
  if (SSL_CTX_use_PrivateKey_file(context, file.c_str(), SSL_FILETYPE_PEM) != 1) {
    if (ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_X509)
      refuse(private_key_key, file, "does not belong to the certificate of tls.certificate");
    refuse(private_key_key, file, "holds no PEM private key without a passphrase");
  }
  if (SSL_CTX_check_private_key(context) != 1)
    refuse(private_key_key, file, "does not belong to the certificate of tls.certificate");
  struct stat about {};
  if (stat(file.c_str(), &about) == 0 && (about.st_mode & (S_IRGRP | S_IROTH)) != 0)
    spdlog::warn("{}: others than the owner may read \"{}\"", private_key_key, file);
}

} // namespace

void tls_context::freed::operator()(ssl_ctx_st* x) const noexcept {
  SSL_CTX_free(x);
}

tls_context::tls_context(const tls_files& files) : context_(SSL_CTX_new(TLS_server_method())) {
  if (context_ == nullptr)
    throw std::bad_alloc();
  ERR_clear_error();
  configure(context_.get());
  load_certificate(context_.get(), files.certificate);
  load_key(context_.get(), files.key);
}

} // namespace parley::net
