// A provider's private key, which a test makes, and what it signs.
#pragma once

#include "protocol/base64.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace parley::auth {

class signing_key {
public:
  static signing_key rsa(std::size_t bits = 2048) {
    return signing_key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits));
  }
  static signing_key p256() { return signing_key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")); }
  static signing_key ed25519() { return signing_key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

  /// A member of `keys` of a set; `more` are further members, each behind a comma.
  std::string jwk(std::string_view kid, std::string_view more = "") const {
    std::string out = R"({"kid":")" + std::string(kid) + '"' + std::string(more);
    if (is("RSA"))
      return out + R"(,"kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
             number(OSSL_PKEY_PARAM_RSA_E) + "\"}";
    if (is("EC"))
      return out + R"(,"kty":"EC","crv":"P-256","x":")" + number(OSSL_PKEY_PARAM_EC_PUB_X) + R"(","y":")" +
             number(OSSL_PKEY_PARAM_EC_PUB_Y) + "\"}";
    std::string raw(32, '\0');
    auto size = raw.size();
    EVP_PKEY_get_raw_public_key(key_.get(), bytes(raw), &size);
    return out + R"(,"kty":"OKP","crv":"Ed25519","x":")" + encode_base64url(raw) + "\"}";
  }

  /// As JWS has it, by the algorithm of the key.
  std::string sign(std::string_view text) const {
    const auto signature = sign_with(text, is("ED25519") ? nullptr : EVP_sha256());
    return is("EC") ? fixed(signature) : signature;
  }

  /// As OpenSSL has it, with any hash; of RSA perhaps with PSS.
  std::string sign_with(std::string_view text, const EVP_MD* hash, bool pss = false) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* settings = nullptr;
    if (EVP_DigestSignInit(context.get(), &settings, hash, nullptr, key_.get()) != 1 ||
        (pss && EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) != 1))
      throw std::runtime_error("no signature can be made");
    std::string out(1024, '\0');
    auto size = out.size();
    if (EVP_DigestSign(context.get(), bytes(out), &size, bytes(text), text.size()) != 1)
      throw std::runtime_error("nothing was signed");
    out.resize(size);
    return out;
  }

  /// A whole token.
  std::string token(std::string_view header, std::string_view payload) const {
    const auto text = encode_base64url(header) + '.' + encode_base64url(payload);
    return text + '.' + encode_base64url(sign(text));
  }

private:
  explicit signing_key(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}

  static unsigned char* bytes(std::string& x) { return reinterpret_cast<unsigned char*>(x.data()); }
  static const unsigned char* bytes(std::string_view x) { return reinterpret_cast<const unsigned char*>(x.data()); }

  bool is(const char* kind) const { return EVP_PKEY_is_a(key_.get(), kind) == 1; }

  std::string number(const char* name) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &value);
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> held(value, BN_free);
    std::string out(static_cast<std::size_t>(is("EC") ? 32 : BN_num_bytes(value)), '\0');
    BN_bn2binpad(value, bytes(out), static_cast<int>(out.size()));
    return encode_base64url(out);
  }

  /// The two numbers of a DER signature behind each other.
  static std::string fixed(std::string_view der) {
    const auto* at = bytes(der);
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free);
    std::string out(64, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), bytes(out), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), bytes(out) + 32, 32);
    return out;
  }

  std::shared_ptr<EVP_PKEY> key_;
};

/// A set of these members.
template <class... Keys>
std::string set_of(const Keys&... keys) {
  std::string out;
  ((out += (out.empty() ? "" : ",") + std::string(keys)), ...);
  return R"({"keys":[)" + out + "]}";
}

} // namespace parley::auth
