// HMAC-SHA256 (RFC 2104), and the keyed hash by which content that is gone is known again.
#pragma once

#include <string>
#include <string_view>

namespace parley::auth {

/// 32 bytes. `key` has any length. Any thread. Throws std::runtime_error if OpenSSL cannot.
std::string hmac_sha256(std::string_view key, std::string_view text);

/// Knows a text again without keeping it. Whoever has the hashes and not the secret learns nothing of the texts, short
/// ones included. Any thread.
class content_seal {
public:
  /// The key is made of the server's secret, and of no use where that is used.
  explicit content_seal(std::string_view secret);

  /// 27 characters: the first five name the key, for the secret may be another one day.
  std::string operator()(std::string_view text) const;

private:
  std::string key_;
  std::string name_; ///< of the key
};

} // namespace parley::auth
