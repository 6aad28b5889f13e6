#include "auth/signed_url.hpp"

#include "auth/keyed_hash.hpp"
#include "auth/password.hpp"
#include "protocol/base64.hpp"
#include "protocol/whole_number.hpp"

#include <cstdint>

namespace parley::auth {

namespace {

std::string signature_of(std::string_view key, std::string_view path, std::string_view expires) {
  return encode_base64url(hmac_sha256(key, std::string(path).append("\n").append(expires)));
}

} // namespace

// A key of its own: what signs paths must never be able to sign tokens, nor the other way round.
path_signer::path_signer(std::string_view secret) : key_(hmac_sha256(secret, "parley signed paths")) {}

std::string path_signer::sign(std::string_view path, timestamp expires_at) const {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(expires_at.time_since_epoch()).count();
  const auto expires = std::to_string(seconds);
  return std::string(path)
    .append("?expires=")
    .append(expires)
    .append("&signature=")
    .append(signature_of(key_, path, expires));
}

bool path_signer::is_good(std::string_view path, std::string_view expires, std::string_view signature,
                          timestamp now) const {
  const auto seconds = whole_number<std::int64_t>(expires);
  return seconds && same_secret(signature_of(key_, path, expires), signature) &&
         now.time_since_epoch() < std::chrono::seconds(*seconds);
}

} // namespace parley::auth
