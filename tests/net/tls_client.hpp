// The client's side of TLS between strings: what goes over the wire, and when, is the test's business.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct ssl_st; // OpenSSL's SSL

namespace parley::test {

/// It trusts whatever certificate it is shown.
class tls_client {
public:
  struct how {
    int version = 0;            ///< the only one that it speaks, as OpenSSL's number; 0 = what both can
    std::string protocols = {}; ///< of ALPN, each with its length before it
  };

  tls_client() : tls_client(how{}) {}
  explicit tls_client(const how& x);

  /// Goes on with the handshake; true when it is done. Throws std::runtime_error where it failed.
  bool shake();

  /// Encrypts.
  void write(std::string_view bytes);

  /// `close_notify`.
  void close();

  /// Asks the server to change keys (RFC 8446 §4.6.3), or to negotiate anew where it is TLS 1.2.
  void rekey();

  /// What is to be sent to the server.
  std::string take();

  /// What came from the server.
  void feed(std::string_view raw);

  /// What could be decrypted so far.
  std::string read();

  bool is_closed() const { return closed_; } ///< the server's `close_notify` was read
  bool has_failed() const { return failed_; }
  std::string protocol() const; ///< that was agreed on by ALPN

  ssl_st* get() const { return ssl_.get(); }

private:
  struct freed {
    void operator()(ssl_st* x) const noexcept;
  };

  std::unique_ptr<ssl_st, freed> ssl_;
  bool closed_ = false;
  bool failed_ = false;
};

} // namespace parley::test
