// The node's certificates and keys, and how it speaks TLS.
#pragma once

#include "protocol/time.hpp"

#include <memory>
#include <string>
#include <vector>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace parley::net {

/// PEM files, relative to the working directory.
struct tls_files {
  std::string certificate; ///< the server's own first, then its chain
  std::string key;         ///< private, without a passphrase
};

/// TLS 1.2 and 1.3 with forward secrecy, the server's choice of cipher, ALPN `http/1.1` alone, no renegotiation.
/// Once made it does not change, and connections that began with it do not need it any more; any thread.
class tls_context {
public:
  /// At least one pair. A client that names the server (SNI, RFC 6066 §3) is shown the first certificate that has this
  /// very name, else the first with a wildcard for it, else the first of all. Throws std::runtime_error with one line
  /// that names the configuration's key at fault, `tls.certificate` or `tls.key`, where a file cannot be read, is not
  /// PEM, or the two do not belong together. Warns in the log where others than its owner may read a key.
  explicit tls_context(const std::vector<tls_files>& pairs);

  /// When the first of them ends to be good.
  timestamp expires_at() const { return expires_at_; }

  ssl_ctx_st* get() const { return context_.get(); }

private:
  struct freed {
    void operator()(ssl_ctx_st* x) const noexcept;
  };

  using owned = std::unique_ptr<ssl_ctx_st, freed>;

  static owned load(const tls_files& files);

  owned context_; ///< of the first pair; holds the others
  timestamp expires_at_;
};

} // namespace parley::net
