#include "auth/token.hpp"

#include "auth/jws.hpp"
#include "auth/keyed_hash.hpp"
#include "auth/password.hpp"
#include "protocol/base64.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>

namespace parley::auth {

namespace {

using nlohmann::json;

constexpr std::size_t token_bytes_max = 4096;

const std::string& own_header() {
  static const std::string encoded = encode_base64url(R"({"alg":"HS256","typ":"JWT"})");
  return encoded;
}

/// `typ` says nothing that we act on. `crit` names extensions that must be understood, and we understand none.
bool is_hs256(std::string_view header) {
  if (header == own_header())
    return true;
  auto object = decode_object(header);
  if (object.is_discarded() || object.contains("crit"))
    return false;
  auto alg = object.find("alg");
  return alg != object.end() && *alg == "HS256";
}

bool is_signed(const jws_parts& token, std::string_view secret) {
  const auto claimed = decode_base64url(token.signature);
  if (!claimed)
    return false;
  return same_secret(*claimed, hmac_sha256(secret, token.signed_part));
}

/// Everything but whether `exp` has passed.
std::optional<access_claims> read_own_claims(std::string_view payload, timestamp latest) {
  const auto claims = decode_object(payload);
  auto out = read_claims(claims, latest);
  if (!out || !claims.contains("sub"))
    return std::nullopt;
  const auto user = read_subject(claims["sub"]);
  if (!user)
    return std::nullopt;
  out->user = *user;
  return out;
}

} // namespace

std::string mint(const access_claims& claims, std::string_view secret) {
  assert(!secret.empty());
  auto seconds = [](timestamp t) { return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count(); };
  json payload{{"sub", std::to_string(claims.user.value)},
               {"exp", seconds(claims.expires_at)},
               {"iat", seconds(claims.issued_at)},
               {"type", "access"}};
  if (!claims.jti.empty())
    payload["jti"] = claims.jti;
  if (!claims.family.empty())
    payload["fam"] = claims.family;
  auto token = own_header() + '.' + encode_base64url(payload.dump());
  return token + '.' + encode_base64url(hmac_sha256(secret, token));
}

tl::expected<access_claims, error_code> verify(std::string_view token, std::string_view secret, timestamp now,
                                               timestamp latest) {
  auto refused = tl::unexpected(error_code::invalid_token);
  // anybody can sign with the empty key
  if (secret.empty() || token.size() > token_bytes_max)
    return refused;
  auto pieces = split_jws(token);
  if (!pieces || !is_hs256(pieces->header) || !is_signed(*pieces, secret))
    return refused;
  auto claims = read_own_claims(pieces->payload, std::max(now, latest));
  if (!claims)
    return refused;
  if (claims->expires_at <= now)
    return tl::unexpected(error_code::token_expired);
  return std::move(*claims);
}

} // namespace parley::auth
