// Public keys of others: which are taken, and what they have signed.
#include "auth/key_set.hpp"
#include "tests/support/signing_key.hpp"

#include <gtest/gtest.h>

namespace parley::auth {
namespace {

constexpr std::string_view text = "what was signed";

// RFC 7515 appendix A.2 and A.3, RFC 8037 appendix A: the keys, what is signed, the signatures.
constexpr auto rfc_rsa =
  R"({"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0B)"
  R"(m4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UT)"
  R"(o7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcD)"
  R"(TW9gb54h4FRWyuXpoQ"})";
constexpr auto rfc_claims =
  "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr auto rfc_rsa_signature =
  "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
  "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQ"
  "jbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
  "eOkHWEsqt"
  "FZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
constexpr auto rfc_p256 =
  R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr auto rfc_p256_signature =
  "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
constexpr auto rfc_ed25519 = R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
constexpr auto rfc_ed25519_signature =
  "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

key_set parsed(const std::string& set) {
  auto out = key_set::parse(set);
  if (!out)
    throw std::runtime_error(out.error());
  return std::move(*out);
}

std::string fault_of(const std::string& set) {
  auto out = key_set::parse(set);
  return out ? "" : out.error();
}

bool is_taken(const std::string& jwk) {
  return key_set::parse(set_of(jwk)).has_value();
}

TEST(a_set_of_keys, verifies_the_examples_of_the_standards) {
  struct {
    signature_algorithm algorithm;
    std::string key;
    std::string signed_part;
    std::string signature;
  } examples[] = {
    {signature_algorithm::rs256, rfc_rsa, std::string("eyJhbGciOiJSUzI1NiJ9.") + rfc_claims, rfc_rsa_signature},
    {signature_algorithm::es256, rfc_p256, std::string("eyJhbGciOiJFUzI1NiJ9.") + rfc_claims, rfc_p256_signature},
    {signature_algorithm::eddsa, rfc_ed25519, "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
     rfc_ed25519_signature},
  };
  for (auto& [algorithm, key, signed_part, signature] : examples) {
    const auto keys = parsed(set_of(key));
    auto bytes = decode_base64url(signature).value();
    EXPECT_EQ(keys.verify(algorithm, {}, signed_part, bytes), signature_verdict::good) << key;
    bytes[20] ^= 1;
    EXPECT_EQ(keys.verify(algorithm, {}, signed_part, bytes), signature_verdict::bad) << key;
    bytes[20] ^= 1;
    EXPECT_EQ(keys.verify(algorithm, {}, signed_part + "x", bytes), signature_verdict::bad) << key;
  }
}

TEST(a_set_of_keys, tells_a_wrong_signature_from_a_key_that_it_has_not) {
  const auto one = signing_key::p256();
  const auto other = signing_key::p256();
  const auto keys = parsed(set_of(one.jwk("a"), other.jwk("b")));
  const auto verdict = [&](const std::optional<std::string>& kid) {
    return keys.verify(signature_algorithm::es256, kid, text, one.sign(text));
  };
  EXPECT_EQ(verdict("a"), signature_verdict::good);
  EXPECT_EQ(verdict("b"), signature_verdict::bad) << "signed by another than it says";
  EXPECT_EQ(verdict("c"), signature_verdict::unknown_key);
  EXPECT_EQ(verdict(""), signature_verdict::unknown_key);
  EXPECT_EQ(verdict(std::nullopt), signature_verdict::good) << "without a name, any of the kind";
  EXPECT_EQ(keys.verify(signature_algorithm::rs256, "a", text, one.sign(text)), signature_verdict::unknown_key)
    << "a key is of one algorithm";
}

TEST(a_set_of_keys, may_have_two_keys_of_one_name) {
  const auto one = signing_key::p256();
  const auto other = signing_key::p256();
  const auto keys = parsed(set_of(one.jwk("a"), other.jwk("a")));
  for (const auto& signature : {one.sign(text), other.sign(text)})
    EXPECT_EQ(keys.verify(signature_algorithm::es256, "a", text, signature), signature_verdict::good);
  EXPECT_EQ(keys.verify(signature_algorithm::es256, "a", text, signing_key::p256().sign(text)), signature_verdict::bad);
}

TEST(a_set_of_keys, takes_an_ecdsa_signature_in_one_form_only) {
  const auto key = signing_key::p256();
  const auto keys = parsed(set_of(key.jwk("a")));
  const auto verdict = [&](std::string_view signature) {
    return keys.verify(signature_algorithm::es256, "a", text, signature);
  };
  const auto good = key.sign(text);
  EXPECT_EQ(verdict(good), signature_verdict::good);
  EXPECT_EQ(verdict(key.sign_with(text, EVP_sha256())), signature_verdict::bad) << "DER";
  EXPECT_EQ(verdict(good + '\0'), signature_verdict::bad);
  EXPECT_EQ(verdict(good.substr(1)), signature_verdict::bad);
  EXPECT_EQ(verdict(""), signature_verdict::bad);
  EXPECT_EQ(verdict(std::string(64, '\0')), signature_verdict::bad) << "r = s = 0 (CVE-2022-21449)";
  // The order of the group, which is 0 in it.
  const std::string order("\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"
                          "\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51",
                          32);
  EXPECT_EQ(verdict(order + order), signature_verdict::bad);
  EXPECT_EQ(verdict(good.substr(0, 32) + order), signature_verdict::bad);
}

TEST(a_set_of_keys, takes_rsa_signatures_of_pkcs1_with_sha256_only) {
  const auto key = signing_key::rsa();
  const auto keys = parsed(set_of(key.jwk("a")));
  const auto verdict = [&](std::string_view signature) {
    return keys.verify(signature_algorithm::rs256, "a", text, signature);
  };
  EXPECT_EQ(verdict(key.sign(text)), signature_verdict::good);
  EXPECT_EQ(verdict(key.sign_with(text, EVP_sha1())), signature_verdict::bad);
  EXPECT_EQ(verdict(key.sign_with(text, EVP_sha512())), signature_verdict::bad);
  EXPECT_EQ(verdict(key.sign_with(text, EVP_sha256(), true)), signature_verdict::bad) << "PSS";
  EXPECT_EQ(verdict('\0' + key.sign(text)), signature_verdict::bad);
  EXPECT_EQ(verdict(std::string(256, '\0')), signature_verdict::bad);
}

TEST(a_set_of_keys, takes_an_eddsa_signature_in_one_form_only) {
  const auto key = signing_key::ed25519();
  const auto keys = parsed(set_of(key.jwk("a")));
  auto signature = key.sign(text);
  EXPECT_EQ(keys.verify(signature_algorithm::eddsa, "a", text, signature), signature_verdict::good);
  // S plus the order of the group, which RFC 8032 §5.1.7 refuses.
  const std::string order("\xed\xd3\xf5\x5c\x1a\x63\x12\x58\xd6\x9c\xf7\xa2\xde\xf9\xde\x14"
                          "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10",
                          32);
  unsigned carry = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    carry +=
      static_cast<unsigned char>(signature[32 + i]) + static_cast<unsigned>(static_cast<unsigned char>(order[i]));
    signature[32 + i] = static_cast<char>(carry & 0xff);
    carry >>= 8;
  }
  EXPECT_EQ(keys.verify(signature_algorithm::eddsa, "a", text, signature), signature_verdict::bad);
}

TEST(a_set_of_keys, leaves_out_what_is_for_something_else) {
  const auto key = signing_key::rsa();
  EXPECT_TRUE(is_taken(key.jwk("a", R"(,"use":"sig","alg":"RS256","key_ops":["verify"])")));
  EXPECT_FALSE(is_taken(key.jwk("a", R"(,"use":"enc")")));
  EXPECT_FALSE(is_taken(key.jwk("a", R"(,"alg":"RS512")")));
  EXPECT_FALSE(is_taken(key.jwk("a", R"(,"alg":"HS256")")));
  EXPECT_FALSE(is_taken(key.jwk("a", R"(,"key_ops":["encrypt"])")));
  EXPECT_FALSE(is_taken(key.jwk("a", R"(,"key_ops":"verify")")));
  EXPECT_FALSE(is_taken(R"({"kty":"oct","k":"c2VjcmV0"})")) << "a shared secret is no public key";
  EXPECT_EQ(parsed(set_of(R"({"kty":"oct","k":"c2VjcmV0"})", "7", key.jwk("a"))).size(), 1U);
}

TEST(a_set_of_keys, leaves_out_keys_that_are_weak_or_none) {
  EXPECT_FALSE(is_taken(signing_key::rsa(1024).jwk("a")));
  const auto with_exponent = [](std::string_view e) {
    std::string out(rfc_rsa);
    return out.replace(out.find("AQAB"), 4, e);
  };
  EXPECT_FALSE(is_taken(with_exponent("AQ"))) << "1: a text would be its own signature";
  EXPECT_FALSE(is_taken(with_exponent("AAAB"))) << "1, longer";
  EXPECT_FALSE(is_taken(with_exponent("AQAA"))) << "even";
  EXPECT_FALSE(is_taken(with_exponent("")));
  EXPECT_FALSE(is_taken(with_exponent("AQAB=")));
  std::string off_the_curve(rfc_p256);
  off_the_curve.replace(off_the_curve.find("f83O"), 4, "f84O");
  EXPECT_FALSE(is_taken(off_the_curve));
  std::string other_curve(rfc_p256);
  other_curve.replace(other_curve.find("P-256"), 5, "P-384");
  EXPECT_FALSE(is_taken(other_curve));
  EXPECT_FALSE(is_taken(R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcH"})"));
  EXPECT_FALSE(is_taken(R"({"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"));
}

TEST(a_set_of_keys, says_what_is_wrong_with_it) {
  EXPECT_NE(fault_of("{}").find("JSON Web Key Set"), std::string::npos);
  EXPECT_NE(fault_of("<html>").find("JSON Web Key Set"), std::string::npos);
  EXPECT_NE(fault_of(R"({"keys":{}})").find("JSON Web Key Set"), std::string::npos);
  EXPECT_NE(fault_of(R"({"keys":[]})").find("no key"), std::string::npos);
}

TEST(a_set_of_keys, is_refused_with_a_private_key_in_it) {
  for (const auto* member : {"d", "p", "q"}) {
    std::string with_private_part(rfc_ed25519);
    with_private_part.insert(1, '"' + std::string(member) + R"(":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",)");
    EXPECT_NE(fault_of(set_of(rfc_p256, with_private_part)).find("private"), std::string::npos) << member;
  }
}

TEST(a_set_of_keys, is_bounded) {
  std::string many = rfc_ed25519;
  for (std::size_t i = 0; i < key_set::keys_max; ++i)
    many += std::string(",") + rfc_ed25519;
  EXPECT_NE(fault_of(set_of(many)).find("more than 64 keys"), std::string::npos);
  EXPECT_NE(fault_of(std::string(key_set::text_bytes_max + 1, ' ')).find("bytes"), std::string::npos);
}

TEST(a_set_of_keys, is_the_same_as_one_with_the_same_names_and_keys) {
  const auto one = signing_key::ed25519();
  const auto keys = parsed(set_of(one.jwk("a")));
  EXPECT_TRUE(keys.same_as(parsed(set_of(one.jwk("a", R"(,"use":"sig")")))));
  EXPECT_FALSE(keys.same_as(parsed(set_of(one.jwk("b")))));
  EXPECT_FALSE(keys.same_as(parsed(set_of(signing_key::ed25519().jwk("a")))));
  EXPECT_FALSE(keys.same_as(parsed(set_of(one.jwk("a"), signing_key::p256().jwk("b")))));
}

} // namespace
} // namespace parley::auth
