#include "net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <fstream>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>
#include <string_view>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace parley::net {

namespace {

constexpr auto certificate_key = "tls.certificate";
constexpr auto private_key_key = "tls.key";

/// What TLS 1.2 may use: ephemeral keys and authenticated encryption only. All that TLS 1.3 has is of that kind.
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

void load_key(SSL_CTX* context, const tls_files& files) {
  const auto& file = files.key;
  const auto foreign = "does not belong to the certificate \"" + files.certificate + '"';
  expect_readable(private_key_key, file);
  if (SSL_CTX_use_PrivateKey_file(context, file.c_str(), SSL_FILETYPE_PEM) != 1) {
    if (ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_X509)
      refuse(private_key_key, file, foreign);
    refuse(private_key_key, file, "holds no PEM private key without a passphrase");
  }
  if (SSL_CTX_check_private_key(context) != 1)
    refuse(private_key_key, file, foreign);
  struct stat about {};
  if (stat(file.c_str(), &about) == 0 && (about.st_mode & (S_IRGRP | S_IROTH)) != 0)
    spdlog::warn("{}: others than the owner may read \"{}\"", private_key_key, file);
}

timestamp end_of(SSL_CTX* context) {
  std::tm out{};
  ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(context)), &out); // read by OpenSSL, so it is a time
  return timestamp(std::chrono::seconds(timegm(&out)));
}

// -- by the server's name ------------------------------------------------------------------------

/// The contexts of all pairs but the first, which holds them: it lives as long as any connection that began with it.
using other_pairs = std::vector<SSL_CTX*>;

void free_others(void*, void* others, CRYPTO_EX_DATA*, int, long, void*) {
  const std::unique_ptr<other_pairs> all(static_cast<other_pairs*>(others));
  if (all != nullptr)
    std::ranges::for_each(*all, SSL_CTX_free);
}

int others_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_others);
  return index;
}

bool is_for(SSL_CTX* context, const char* name, unsigned flags) {
  return X509_check_host(SSL_CTX_get0_certificate(context), name, 0, flags, nullptr) == 1;
}

/// A name that nobody has is no fault: clients that check will say so themselves.
int choose_certificate(SSL* ssl, int*, void*) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  auto* const first = SSL_get_SSL_CTX(ssl);
  const auto* others = static_cast<const other_pairs*>(SSL_CTX_get_ex_data(first, others_index()));
  if (name == nullptr || others == nullptr)
    return SSL_TLSEXT_ERR_OK;
  for (const unsigned flags : {unsigned{X509_CHECK_FLAG_NO_WILDCARDS}, 0U}) {
    if (is_for(first, name, flags))
      break;
    const auto found = std::ranges::find_if(*others, [&](auto* x) { return is_for(x, name, flags); });
    if (found != others->end()) {
      SSL_set_SSL_CTX(ssl, *found);
      break;
    }
  }
  ERR_clear_error();
  return SSL_TLSEXT_ERR_OK;
}

} // namespace

void tls_context::freed::operator()(ssl_ctx_st* x) const noexcept {
  SSL_CTX_free(x);
}

tls_context::owned tls_context::load(const tls_files& files) {
  owned out(SSL_CTX_new(TLS_server_method()));
  if (out == nullptr)
    throw std::bad_alloc();
  ERR_clear_error();
  configure(out.get());
  load_certificate(out.get(), files.certificate);
  load_key(out.get(), files);
  return out;
}

tls_context::tls_context(const std::vector<tls_files>& pairs)
  : context_(load(pairs.front())), expires_at_(end_of(context_.get())) {
  auto others = std::make_unique<other_pairs>();
  auto* const held = others.get();
  if (SSL_CTX_set_ex_data(context_.get(), others_index(), held) != 1)
    throw std::bad_alloc();
  static_cast<void>(others.release());
  for (const auto& files : std::span(pairs).subspan(1)) {
    auto one = load(files);
    expires_at_ = std::min(expires_at_, end_of(one.get()));
    held->push_back(one.get());
    static_cast<void>(one.release());
  }
  // What SSL_CTX_set_tlsext_servername_callback is, without its cast in the style of C.
  SSL_CTX_callback_ctrl(context_.get(), SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                        reinterpret_cast<void (*)()>(choose_certificate));
}

} // namespace parley::net
