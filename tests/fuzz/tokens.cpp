// Who somebody is: access tokens, signed paths, stored passwords. Nothing passes that this server did not make itself.
#include "auth/password.hpp"
#include "auth/signed_url.hpp"
#include "auth/token.hpp"
#include "protocol/base64.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"

#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace parley::auth {
namespace {

using fuzz::require;
using nlohmann::json;

constexpr std::string_view secret = "a fuzzer's secret of more than thirty-two bytes";
constexpr std::int64_t now_s = 1'800'000'000;
const timestamp now{std::chrono::seconds(now_s)};

std::string sign_with(std::string_view key, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), mac.data(), &size);
  return text + '.' + encode_base64url({reinterpret_cast<const char*>(mac.data()), size});
}

/// Nobody who does not know the secret can sign: no bytes are a token.
void check_strangers(std::string_view token) {
  const auto got = verify(token, secret, now);
  require(!got && got.error() == error_code::invalid_token, "a stranger's token is refused");
}

/// A header and claims of any kind, rightly signed: only what RFC 7519 and the contract allow is taken.
void check_claims(std::string_view header, std::string_view payload) {
  const auto token = sign_with(secret, encode_base64url(header) + '.' + encode_base64url(payload));
  const auto got = verify(token, secret, now);
  require(!verify(token, "another secret of more than thirty-two bytes", now), "another secret is refused");
  if (!got) {
    require(got.error() == error_code::invalid_token || got.error() == error_code::token_expired,
            "a token is refused with one of two codes");
    return;
  }
  const auto head = json::parse(header, nullptr, false);
  const auto claims = json::parse(payload, nullptr, false);
  require(head.is_object() && head.value("alg", json()) == "HS256" && !head.contains("crit"), "the algorithm is HS256");
  require(claims.is_object() && claims.contains("sub") && claims.contains("exp"), "there are sub and exp");
  require(!claims.contains("type") || claims["type"] == "access", "an access token says so, or nothing");
  require(got->user.value > 0 && got->expires_at > now, "somebody has it, and has it still");
  require(claims["exp"].is_number() && claims["exp"].get<double>() > static_cast<double>(now_s), "exp has not passed");
  const auto& sub = claims["sub"];
  require(sub == got->user.value || sub == std::to_string(got->user.value), "it is the user's that sub names");
  const auto again = verify(mint(*got, secret), secret, now);
  require(again && again->user == got->user && again->expires_at == got->expires_at && again->jti == got->jti &&
            again->family == got->family,
          "its claims can be minted");
}

/// One of ours, and the same with one character changed.
void check_minted(fuzz::input& in) {
  access_claims claims;
  claims.user = user_id(static_cast<std::int64_t>(in.number() >> (1 + in.byte() % 62)) | 1);
  claims.expires_at = timestamp(std::chrono::seconds(now_s + static_cast<std::int64_t>(in.number() >> 40) - 1000));
  claims.issued_at = now;
  const auto place = in.number();
  const auto letter = static_cast<char>(in.byte());
  claims.family = std::to_string(in.byte());
  claims.jti = encode_base64url(in.rest().substr(0, 100));
  auto token = mint(claims, secret);
  const auto got = verify(token, secret, now);
  if (claims.expires_at > now)
    require(got && got->user == claims.user && got->jti == claims.jti && got->family == claims.family,
            "what was minted is taken");
  else
    require(!got && got.error() == error_code::token_expired, "what was minted expires");
  auto& spot = token[place % token.size()];
  if (spot == letter)
    return;
  spot = letter;
  const auto changed = verify(token, secret, now);
  require(!changed && changed.error() == error_code::invalid_token, "one other character makes another token");
}

void check_path(fuzz::input& in) {
  static const path_signer signer(secret);
  const auto when = now + std::chrono::seconds(static_cast<std::int64_t>(in.byte()) - 128);
  const auto path = std::string(in.until('?'));
  const auto expires = std::string(in.until('&'));
  const auto signature = in.rest();
  require(!signer.is_good(path, expires, signature, now), "a stranger's signature is refused");
  const auto url = signer.sign(path, when);
  const auto query = url.substr(path.size());
  const auto amp = query.find('&');
  const auto good_expires = query.substr(9, amp - 9);
  const auto good_signature = query.substr(amp + 11);
  require(signer.is_good(path, good_expires, good_signature, now) == (when > now),
          "what was signed is good for a while");
  require(!signer.is_good(path + "x", good_expires, good_signature, now), "another path is refused");
  if (expires != good_expires)
    require(!signer.is_good(path, expires, good_signature, now), "another time is refused");
}

void check_base64(std::string_view text) {
  require(decode_base64url(encode_base64url(text)) == text, "what is encoded decodes as it was");
  if (const auto bytes = decode_base64url(text))
    require(encode_base64url(*bytes) == text, "bytes have one spelling");
}

/// What a database might hold in the place of a hash, at the lowest cost.
void check_hash(fuzz::input& in) {
  const auto password = in.until('\n');
  static const auto known = hash_password("correct horse", 4);
  require(check_password(password, known, 4).right == (password == "correct horse"), "one password has the hash");
  auto hash = std::string(in.rest());
  if (hash.size() == known.size())
    hash.replace(0, 7, known.substr(0, 7));
  if (hash != known)
    require(!check_password("correct horse", hash, 4), "a password has its own hash alone");
}

} // namespace
} // namespace parley::auth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley::auth;
  parley::fuzz::input in(data, size);
  switch (in.byte() % 16) {
  case 0:
  case 1:
    check_strangers(in.rest());
    break;
  case 2:
  case 3:
  case 4:
  case 5:
  case 6: {
    const auto header = in.until('\n');
    check_claims(header, in.rest());
    break;
  }
  case 7:
  case 8:
  case 9:
    check_minted(in);
    break;
  case 10:
  case 11:
    check_path(in);
    break;
  case 12:
  case 13:
  case 14:
    check_base64(in.rest());
    break;
  default:
    if (in.byte() % 8 == 0) // for it takes a thousand times as long as the others
      check_hash(in);
  }
  return 0;
}
