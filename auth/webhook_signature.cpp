#include "auth/webhook_signature.hpp"

#include "auth/keyed_hash.hpp"
#include "protocol/base64.hpp"

namespace parley::auth {

std::string sign_webhook(std::string_view key, std::string_view id, std::int64_t seconds, std::string_view body) {
  std::string text(id);
  text.append(".").append(std::to_string(seconds)).append(".").append(body);
  return "v1," + encode_base64(hmac_sha256(key, text));
}

} // namespace parley::auth
