#include "auth/refresh.hpp"

#include "auth/keyed_hash.hpp"
#include "protocol/base64.hpp"

namespace parley::auth {

refresh_successor derive_successor(std::string_view refresh_token, std::string_view secret) {
  constexpr std::size_t id_bytes = 16;
  // A key of its own: no token of one kind can be made into one of another.
  const auto key = hmac_sha256(secret, "parley refresh tokens");
  const auto derive = [&](std::string_view what) { return hmac_sha256(key, std::string(what).append(refresh_token)); };
  return {.refresh_token = encode_base64url(derive("refresh\n")),
          .access_id = encode_base64url(derive("access\n").substr(0, id_bytes))};
}

} // namespace parley::auth
