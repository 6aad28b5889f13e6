#include "auth/keyed_hash.hpp"

#include "protocol/base64.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

namespace parley::auth {

namespace {

constexpr std::size_t name_characters = 5;  // 30 bits
constexpr std::size_t hash_characters = 22; // 132 bits

} // namespace

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data()); // NOLINT: OpenSSL's byte type
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(), out.data(), &size) == nullptr)
    throw std::runtime_error("HMAC-SHA256 is not available");
  return {out.begin(), out.begin() + size};
}

content_seal::content_seal(std::string_view secret)
  : key_(hmac_sha256(secret, "parley content of messages")),
    name_(encode_base64url(hmac_sha256(key_, "name of the key")).substr(0, name_characters)) {}

std::string content_seal::operator()(std::string_view text) const {
  return name_ + encode_base64url(hmac_sha256(key_, text)).substr(0, hash_characters);
}

} // namespace parley::auth
