// The node's certificate and key, and how it speaks TLS: read once at the start, shared by all threads.
#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace parley::net {

/// PEM files, relative to the working directory.
struct tls_files {
  std::string certificate; ///< the server's own first, then its chain
  std::string key;         ///< private, without a passphrase
};

/// TLS 1.2 and 1.3 with forward secrecy, the server's choice of cipher, ALPN `http/1.1` alone, no renegotiation.
/// Once made it does not change; any thread.
class tls_context {
public:
  /// Throws std::runtime_error with one line that names the configuration's key at fault, `tls.certificate` or
  /// `tls.key`, where a file cannot be read, is not PEM, or the two do not belong together. Warns in the log where
  /// others than its owner may read the key.
  explicit tls_context(const tls_files& files);

  ssl_ctx_st* get() const { return context_.get(); }

private:
  struct freed {
    void operator()(ssl_ctx_st* x) const noexcept;
  };

  std::unique_ptr<ssl_ctx_st, freed> context_;
};

} // namespace parley::net
