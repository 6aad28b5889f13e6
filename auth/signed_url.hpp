// Paths that are good for a while without a token: the query proves that this server gave them out.
#pragma once

#include "protocol/time.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace parley::auth {

/// Makes and checks signatures with a key of its own, derived from the secret of access tokens. Any thread.
class path_signer {
public:
  explicit path_signer(std::string_view secret);

  /// `path?expires=<seconds since the epoch>&signature=<base64url HMAC-SHA256 over path and expiry>`.
  std::string sign(std::string_view path, timestamp expires_at) const;

  /// True if the signature is this path's and `now` is before its expiry. Compares in constant time.
  bool is_good(std::string_view path, std::string_view expires, std::string_view signature, timestamp now) const;

private:
  std::string key_;
};

} // namespace parley::auth
