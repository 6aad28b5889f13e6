// Tokens of an identity provider, and the attacks on those who take them (RFC 8725).
#include "auth/foreign_token.hpp"
#include "tests/support/signing_key.hpp"

#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include <chrono>

namespace parley::auth {
namespace {

using namespace std::chrono_literals;

constexpr timestamp now{1750000000s};
constexpr std::string_view claims =
  R"({"iss":"https://id.example.org","aud":"parley","sub":"f81d4fae-7dec","exp":1800000000,"iat":1700000000})";

class foreign_tokens : public ::testing::Test {
protected:
  // One of each for all tests: an RSA key takes a while.
  static const signing_key& rsa() {
    static const auto key = signing_key::rsa();
    return key;
  }
  static const signing_key& p256() {
    static const auto key = signing_key::p256();
    return key;
  }
  static const signing_key& ed25519() {
    static const auto key = signing_key::ed25519();
    return key;
  }

  tl::expected<foreign_claims, foreign_fault> read(std::string_view token, timestamp at = now) const {
    return verify_foreign(token, keys_, rules_, at);
  }
  bool is_refused(std::string_view token) const {
    const auto out = read(token);
    return !out && out.error() == foreign_fault::refused;
  }
  /// Whether a token with this header and a right signature is refused.
  bool refuses_header(std::string_view header) const { return is_refused(p256().token(header, claims)); }
  /// What becomes of a token with one member changed or more: they stand behind the good ones, and the last of two
  /// counts.
  tl::expected<foreign_claims, foreign_fault> read_with(std::string_view members, timestamp at = now) const {
    std::string all(claims);
    all.insert(all.size() - 1, "," + std::string(members));
    return read(p256().token(R"({"alg":"ES256","kid":"ec"})", all), at);
  }
  bool refuses(std::string_view members) const {
    const auto out = read_with(members);
    return !out && out.error() == foreign_fault::refused;
  }
  bool refuses_without(std::string_view member) const {
    std::string all(claims);
    const auto at = all.find(member);
    all.replace(at, member.size(), "\"x" + std::string(member.substr(1)));
    return is_refused(p256().token(R"({"alg":"ES256","kid":"ec"})", all));
  }

  key_set keys_ = key_set::parse(set_of(rsa().jwk("rsa"), p256().jwk("ec"), ed25519().jwk("ed"))).value();
  foreign_rules rules_{.issuer = "https://id.example.org", .audience = "parley"};
};

std::string hmac_token(std::string_view key) {
  const auto text = encode_base64url(R"({"alg":"HS256","kid":"rsa"})") + '.' + encode_base64url(claims);
  std::string mac(32, '\0');
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), reinterpret_cast<unsigned char*>(mac.data()), nullptr);
  return text + '.' + encode_base64url(mac);
}

TEST_F(foreign_tokens, are_taken_by_each_algorithm) {
  for (const auto& token :
       {rsa().token(R"({"alg":"RS256","kid":"rsa"})", claims), p256().token(R"({"alg":"ES256","kid":"ec"})", claims),
        ed25519().token(R"({"alg":"EdDSA","kid":"ed"})", claims), ed25519().token(R"({"alg":"EdDSA"})", claims)}) {
    const auto out = read(token);
    ASSERT_TRUE(out) << token;
    EXPECT_EQ(out->who.issuer, "https://id.example.org");
    EXPECT_EQ(out->who.subject, "f81d4fae-7dec");
    EXPECT_EQ(out->access.user, user_id{}) << "no number";
    EXPECT_EQ(out->access.expires_at, timestamp(1800000000s));
    EXPECT_EQ(out->access.issued_at, timestamp(1700000000s));
    EXPECT_TRUE(out->access.foreign);
  }
}

TEST_F(foreign_tokens, cannot_be_signed_with_what_everybody_knows) {
  const auto jwk = rsa().jwk("rsa");
  const auto begin = jwk.find(R"("n":")") + 5;
  const auto modulus = jwk.substr(begin, jwk.find('"', begin) - begin);
  for (const auto& key : {jwk, set_of(jwk), modulus, decode_base64url(modulus).value(), std::string()}) {
    EXPECT_TRUE(is_refused(hmac_token(key)));
    EXPECT_FALSE(verify(hmac_token(key), "0123456789abcdef0123456789abcdef", now));
  }
}

TEST_F(foreign_tokens, are_not_for_the_secret_to_verify) {
  EXPECT_EQ(verify(rsa().token(R"({"alg":"RS256","kid":"rsa"})", claims), rsa().jwk("rsa"), now).error(),
            error_code::invalid_token);
}

TEST_F(foreign_tokens, need_one_of_three_algorithms) {
  for (const auto* alg : {"none", "None", "NONE", "nOnE", "", "HS256", "HS512", "RS512", "PS256", "ES384", "es256",
                          "ES256 ", "ES256K", "Ed25519"}) {
    const auto header = std::string(R"({"kid":"ec","alg":")") + alg + "\"}";
    EXPECT_TRUE(refuses_header(header)) << alg;
    EXPECT_TRUE(is_refused(encode_base64url(header) + '.' + encode_base64url(claims) + '.')) << alg;
  }
  EXPECT_TRUE(refuses_header(R"({"kid":"ec"})"));
  EXPECT_TRUE(refuses_header(R"({"kid":"ec","alg":["ES256"]})"));
  EXPECT_TRUE(refuses_header(R"({"kid":"ec","alg":null})"));
}

TEST_F(foreign_tokens, choose_no_algorithm_for_a_key) {
  EXPECT_EQ(read(p256().token(R"({"alg":"RS256","kid":"ec"})", claims)).error(), foreign_fault::unknown_key);
  EXPECT_EQ(read(rsa().token(R"({"alg":"ES256","kid":"rsa"})", claims)).error(), foreign_fault::unknown_key);
  EXPECT_TRUE(is_refused(p256().token(R"({"alg":"RS256","kid":"rsa"})", claims)));
  EXPECT_TRUE(is_refused(rsa().token(R"({"alg":"ES256","kid":"ec"})", claims)));
}

TEST_F(foreign_tokens, bring_no_keys_along) {
  const auto attacker = signing_key::p256();
  const auto jwk = attacker.jwk("ec");
  for (const auto& more :
       {R"("jwk":)" + jwk, std::string(R"("jku":"https://attacker.example/keys")"),
        std::string(R"("x5u":"https://attacker.example/certificate")"), std::string(R"("x5c":["MIIB"])")}) {
    EXPECT_TRUE(is_refused(attacker.token(R"({"alg":"ES256","kid":"ec",)" + more + '}', claims))) << more;
    EXPECT_TRUE(is_refused(attacker.token(R"({"alg":"ES256",)" + more + '}', claims))) << more;
    EXPECT_TRUE(read(p256().token(R"({"alg":"ES256","kid":"ec",)" + more + '}', claims))) << "it says nothing";
  }
  for (const auto* kid : {"../../dev/null", "ec' OR '1'='1", "ec|true", "/etc/passwd"})
    EXPECT_EQ(read(attacker.token(std::string(R"({"alg":"ES256","kid":")") + kid + "\"}", claims)).error(),
              foreign_fault::unknown_key);
  EXPECT_TRUE(refuses_header(R"({"alg":"ES256","kid":7})"));
}

TEST_F(foreign_tokens, with_extensions_that_must_be_understood_are_refused) {
  EXPECT_TRUE(refuses_header(R"({"alg":"ES256","kid":"ec","crit":["b64"],"b64":false})"));
  EXPECT_TRUE(refuses_header(R"({"alg":"ES256","kid":"ec","crit":[]})"));
}

TEST_F(foreign_tokens, of_another_kind_are_refused) {
  for (const auto* typ : {"JWT", "jwt", "at+jwt", "application/at+jwt", "application/JWT"})
    EXPECT_FALSE(refuses_header(std::string(R"({"alg":"ES256","kid":"ec","typ":")") + typ + "\"}")) << typ;
  for (const auto* typ : {"logout+jwt", "dpop+jwt", "secevent+jwt", "JWE"})
    EXPECT_TRUE(refuses_header(std::string(R"({"alg":"ES256","kid":"ec","typ":")") + typ + "\"}")) << typ;
  EXPECT_TRUE(refuses_header(R"({"alg":"ES256","kid":"ec","typ":1})"));
  EXPECT_TRUE(read_with(R"("typ":"Bearer")"));
  EXPECT_TRUE(refuses(R"("typ":"ID")")) << "Keycloak's for the client alone";
  EXPECT_TRUE(refuses(R"("typ":"Refresh")"));
  EXPECT_TRUE(refuses(R"("type":"refresh")"));
}

TEST_F(foreign_tokens, are_of_one_issuer_and_for_this_server) {
  EXPECT_TRUE(refuses_without(R"("iss")"));
  EXPECT_TRUE(refuses(R"("iss":"https://id.example.org/")"));
  EXPECT_TRUE(refuses(R"("iss":["https://id.example.org"])"));
  EXPECT_TRUE(refuses_without(R"("aud")"));
  EXPECT_TRUE(refuses(R"("aud":"another")"));
  EXPECT_TRUE(refuses(R"("aud":"parley2")"));
  EXPECT_TRUE(refuses(R"("aud":[])"));
  EXPECT_TRUE(refuses(R"("aud":["another",["parley"]])"));
  EXPECT_TRUE(read_with(R"("aud":["another","parley"])"));
  rules_.audience.clear();
  EXPECT_TRUE(refuses(R"("aud":"")")) << "who asks for nobody's takes none";
}

TEST_F(foreign_tokens, have_a_time) {
  EXPECT_TRUE(refuses_without(R"("exp")"));
  EXPECT_TRUE(refuses(R"("exp":"1800000000")"));
  EXPECT_EQ(read_with(R"("exp":1749999999)").error(), foreign_fault::expired);
  EXPECT_EQ(read_with(R"("exp":1750000000)").error(), foreign_fault::expired);
  EXPECT_TRUE(read_with(R"("exp":1750000001)"));
  EXPECT_TRUE(refuses(R"("nbf":1750000061)"));
  EXPECT_TRUE(read_with(R"("nbf":1750000060)"));
  EXPECT_TRUE(refuses(R"("iat":1750000061)"));
}

TEST_F(foreign_tokens, say_whose_they_are) {
  EXPECT_TRUE(refuses_without(R"("sub")"));
  EXPECT_TRUE(refuses(R"("sub":"")"));
  EXPECT_TRUE(refuses(R"("sub":null)"));
  EXPECT_TRUE(refuses(R"("sub":")" + std::string(256, 'a') + '"'));
  EXPECT_TRUE(read_with(R"("sub":")" + std::string(255, 'a') + '"'));
  EXPECT_TRUE(refuses(R"("sub":"ann\u0000x")")) << "which a database may take for ann";
  EXPECT_TRUE(refuses(R"("sub":"ann\n")"));
  EXPECT_TRUE(read_with(R"("sub":"auth0|änn lee")"));
  EXPECT_EQ(read_with(R"("sub":"42")")->access.user, user_id{42});
  EXPECT_EQ(read_with(R"("sub":42)")->access.user, user_id{42});
  EXPECT_EQ(read_with(R"("sub":"042")")->access.user, user_id{});
  EXPECT_EQ(read_with(R"("fam":"f")")->access.family, "") << "families are of our own log-ins";
}

TEST_F(foreign_tokens, say_how_somebody_wants_to_be_called) {
  EXPECT_EQ(read_with(R"("preferred_username":"ann","name":"Ann Lee")")->who.wished_name, "ann");
  EXPECT_EQ(read_with(R"("preferred_username":"ann@example.org")")->who.wished_name, "ann");
  EXPECT_EQ(read_with(R"("name":"Ann Lee")")->who.wished_name, "Ann Lee");
  EXPECT_EQ(read_with(R"("preferred_username":7)")->who.wished_name, "");
  EXPECT_EQ(read_with(R"("email":"ann@example.org")")->who.wished_name, "ann");
  EXPECT_EQ(read_with(R"("email":"ann@example.org")")->who.email, "") << "nobody has verified it";
  EXPECT_EQ(read_with(R"("email":"ann@example.org","email_verified":"true")")->who.email, "");
  EXPECT_EQ(read_with(R"("email":"ann@example.org","email_verified":true)")->who.email, "ann@example.org");
}

TEST_F(foreign_tokens, have_one_spelling) {
  const auto token = p256().token(R"({"alg":"ES256","kid":"ec"})", claims);
  EXPECT_TRUE(read(token));
  EXPECT_TRUE(is_refused(token + "="));
  EXPECT_TRUE(is_refused(token + "."));
  EXPECT_TRUE(is_refused(" " + token));
  auto other = token; // 64 bytes are 86 characters, of whose last one four bits belong to no byte
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  other.back() = digits[digits.find(other.back()) + 1];
  EXPECT_TRUE(is_refused(other));
  EXPECT_TRUE(is_refused(""));
  EXPECT_TRUE(is_refused(".."));
  EXPECT_TRUE(refuses(R"("x":")" + std::string(16384, 'x') + '"')) << "too long";
}

TEST_F(foreign_tokens, end_with_their_key) {
  const auto token = p256().token(R"({"alg":"ES256","kid":"ec"})", claims);
  keys_ = key_set::parse(set_of(signing_key::p256().jwk("ec2"))).value();
  EXPECT_EQ(read(token).error(), foreign_fault::unknown_key);
  keys_ = key_set::parse(set_of(signing_key::p256().jwk("ec"))).value();
  EXPECT_TRUE(is_refused(token)) << "another key of the same name";
}

} // namespace
} // namespace parley::auth
