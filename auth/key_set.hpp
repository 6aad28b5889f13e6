// Public keys of others that sign tokens: a JSON Web Key Set (RFC 7517) and the check of a signature (RFC 7518, 8037).
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::auth {

enum class signature_algorithm : std::uint8_t {
  rs256, ///< RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 §3.3
  es256, ///< ECDSA on P-256 with SHA-256, RFC 7518 §3.4
  eddsa, ///< Ed25519, RFC 8037 §3.1
};

/// By the name that `alg` has for it; nullopt for every other, `none` and the HMACs among them.
std::optional<signature_algorithm> find_algorithm(std::string_view alg);

enum class signature_verdict : std::uint8_t {
  good,
  bad,
  unknown_key, ///< no key of this name and kind is in the set: another set may have it
};

/// A set does not change; any thread. Each key is of one algorithm, whatever a token says of itself.
class key_set {
public:
  static constexpr std::size_t text_bytes_max = 256 * 1024;
  static constexpr std::size_t keys_max = 64;
  static constexpr int rsa_bits_min = 2048; ///< RFC 7518 §3.3
  static constexpr int rsa_bits_max = 8192; ///< a longer one takes whoever checks it too long

  /// Keys that are for something else, or of kinds that are not known here, are left out (RFC 7517 §5). What is wrong,
  /// in words, where `text` is no set, holds a private key, or has no key that can be used.
  static tl::expected<key_set, std::string> parse(std::string_view text);

  std::size_t size() const { return keys_.size(); }

  /// The same keys by the same names.
  bool same_as(const key_set& other) const;

  /// Without `kid`, every key of the algorithm is tried.
  signature_verdict verify(signature_algorithm algorithm, const std::optional<std::string>& kid,
                           std::string_view signed_part, std::string_view signature) const;

private:
  struct key {
    std::optional<std::string> kid;
    signature_algorithm algorithm{};
    std::shared_ptr<void> value; ///< OpenSSL's EVP_PKEY
  };

  static std::optional<key> read_key(const void* json);

  std::vector<key> keys_;
};

} // namespace parley::auth
