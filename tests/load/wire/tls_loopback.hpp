// The server's end of a TLS connection, in the hands of a test, with a certificate made for it.
#pragma once

#include "load/wire/tls.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>

namespace parley::load {

/// A key and a certificate that it signed itself, and the file of that certificate while this lives.
class own_certificate {
public:
  /// `names` as OpenSSL's configuration has it: `DNS:localhost,IP:127.0.0.1`.
  explicit own_certificate(const std::string& names)
    : key_(::EVP_EC_gen("P-256"), ::EVP_PKEY_free), x509_(::X509_new(), ::X509_free),
      file_(std::filesystem::temp_directory_path() / ("parley-load-tls-" + std::to_string(::getpid()) + ".pem")) {
    X509* const made = x509_.get();
    ::X509_set_version(made, X509_VERSION_3);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(made), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(made), -3600);
    ::X509_gmtime_adj(::X509_getm_notAfter(made), 3600);
    ::X509_set_pubkey(made, key_.get());
    X509_NAME* const subject = ::X509_get_subject_name(made);
    ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1,
                                 0);
    ::X509_set_issuer_name(made, subject);
    X509_EXTENSION* const alternatives = ::X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    ::X509_add_ext(made, alternatives, -1);
    ::X509_EXTENSION_free(alternatives);
    EXPECT_GT(::X509_sign(made, key_.get(), ::EVP_sha256()), 0);
    const std::unique_ptr<FILE, int (*)(FILE*)> out(std::fopen(file_.c_str(), "w"), std::fclose);
    EXPECT_EQ(::PEM_write_X509(out.get(), made), 1);
  }
  ~own_certificate() { std::filesystem::remove(file_); }
  own_certificate(const own_certificate&) = delete;
  own_certificate& operator=(const own_certificate&) = delete;

  [[nodiscard]] EVP_PKEY* key() const { return key_.get(); }
  [[nodiscard]] X509* x509() const { return x509_.get(); }
  [[nodiscard]] std::string file() const { return file_; }

private:
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::unique_ptr<X509, void (*)(X509*)> x509_;
  std::filesystem::path file_;
};

/// Speaks TLS on one end of a socket, which never blocks; one thread turns both ends.
class tls_peer {
public:
  tls_peer(const own_certificate& of, int fd) : context_(::SSL_CTX_new(::TLS_server_method()), ::SSL_CTX_free) {
    EXPECT_EQ(::SSL_CTX_use_certificate(context_.get(), of.x509()), 1);
    EXPECT_EQ(::SSL_CTX_use_PrivateKey(context_.get(), of.key()), 1);
    ::SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    session_.reset(::SSL_new(context_.get()));
    ::SSL_set_fd(session_.get(), fd);
    ::SSL_set_accept_state(session_.get());
  }

  bool shake_hands() { return ::SSL_do_handshake(session_.get()) == 1; }
  /// What came by now, at most a record.
  std::string read() {
    std::array<char, 16'384> some{};
    const int got = ::SSL_read(session_.get(), some.data(), some.size());
    return {some.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
  }
  /// How many bytes went out.
  std::size_t write(std::string_view bytes) {
    const int sent = ::SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size()));
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }
  void say_goodbye() { ::SSL_shutdown(session_.get()); }
  /// The name of the host that the client told; empty where it told none.
  [[nodiscard]] std::string told_name() const {
    const char* const name = ::SSL_get_servername(session_.get(), TLSEXT_NAMETYPE_host_name);
    return name != nullptr ? name : "";
  }

private:
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> session_{nullptr, ::SSL_free};
};

} // namespace parley::load
