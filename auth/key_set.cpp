#include "auth/key_set.hpp"

#include "protocol/base64.hpp"

#include <nlohmann/json.hpp>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <array>

namespace parley::auth {

namespace {

using nlohmann::json;

constexpr std::size_t coordinate_bytes = 32; ///< of P-256, and of Ed25519's public key
constexpr std::size_t exponent_bytes_max = 8;

struct names {
  signature_algorithm algorithm;
  std::string_view alg; ///< as the header of a token and a key have it
  std::string_view kty;
  std::string_view crv; ///< empty where the kind has no curves
};
constexpr std::array<names, 3> known{{{signature_algorithm::rs256, "RS256", "RSA", ""},
                                      {signature_algorithm::es256, "ES256", "EC", "P-256"},
                                      {signature_algorithm::eddsa, "EdDSA", "OKP", "Ed25519"}}};

template <auto Free>
struct freed {
  template <class T>
  void operator()(T* x) const {
    Free(x);
  }
};
using big_number = std::unique_ptr<BIGNUM, freed<BN_free>>;
using ecdsa_signature = std::unique_ptr<ECDSA_SIG, freed<ECDSA_SIG_free>>;
using digest_context = std::unique_ptr<EVP_MD_CTX, freed<EVP_MD_CTX_free>>;
using key_context = std::unique_ptr<EVP_PKEY_CTX, freed<EVP_PKEY_CTX_free>>;
using parameter_builder = std::unique_ptr<OSSL_PARAM_BLD, freed<OSSL_PARAM_BLD_free>>;
using parameters = std::unique_ptr<OSSL_PARAM, freed<OSSL_PARAM_free>>;
using public_key = std::shared_ptr<void>;

const unsigned char* bytes_of(std::string_view x) {
  return reinterpret_cast<const unsigned char*>(x.data()); // NOLINT: OpenSSL's byte type
}

big_number to_number(std::string_view bytes) {
  return big_number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

public_key own(EVP_PKEY* x) {
  return x == nullptr ? nullptr : public_key(x, [](void* key) { EVP_PKEY_free(static_cast<EVP_PKEY*>(key)); });
}

/// Null where OpenSSL finds no key in it.
public_key make_key(const char* kind, OSSL_PARAM_BLD* from) {
  const parameters described(OSSL_PARAM_BLD_to_param(from));
  const key_context context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* out = nullptr;
  if (described == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &out, EVP_PKEY_PUBLIC_KEY, described.get()) != 1)
    return nullptr;
  auto made = own(out);
  const key_context checked(EVP_PKEY_CTX_new_from_pkey(nullptr, out, nullptr));
  return checked != nullptr && EVP_PKEY_public_check(checked.get()) == 1 ? made : nullptr;
}

std::string member(const json& key, const char* name) {
  const auto found = key.find(name);
  return found != key.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The bytes of a member; empty where there are none.
std::string bytes_in(const json& key, const char* name) {
  return decode_base64url(member(key, name)).value_or(std::string());
}

public_key read_rsa(const json& key) {
  const auto modulus = bytes_in(key, "n");
  const auto exponent = bytes_in(key, "e");
  // With 1, a signature would be the text itself.
  if (exponent.empty() || exponent.size() > exponent_bytes_max || exponent.back() % 2 == 0)
    return nullptr;
  const auto n = to_number(modulus);
  const auto e = to_number(exponent);
  const parameter_builder from(OSSL_PARAM_BLD_new());
  if (n == nullptr || e == nullptr || from == nullptr || BN_is_one(e.get()) == 1 ||
      BN_num_bits(n.get()) < key_set::rsa_bits_min || BN_num_bits(n.get()) > key_set::rsa_bits_max ||
      OSSL_PARAM_BLD_push_BN(from.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(from.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return nullptr;
  return make_key("RSA", from.get());
}

public_key read_p256(const json& key) {
  const auto x = bytes_in(key, "x");
  const auto y = bytes_in(key, "y");
  const parameter_builder from(OSSL_PARAM_BLD_new());
  if (x.size() != coordinate_bytes || y.size() != coordinate_bytes || from == nullptr)
    return nullptr;
  const auto point = '\4' + x + y; // uncompressed, SEC 1 §2.3.3
  if (OSSL_PARAM_BLD_push_utf8_string(from.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(from.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return nullptr;
  return make_key("EC", from.get());
}

public_key read_ed25519(const json& key) {
  const auto x = bytes_in(key, "x");
  if (x.size() != coordinate_bytes)
    return nullptr;
  return own(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(x), x.size()));
}

/// RFC 7518 §6.2.2 and §6.3.2, RFC 8037 §2.
bool is_private(const json& key) {
  return key.contains("d") || key.contains("p") || key.contains("q");
}

/// False where the key says that it is for something else.
bool is_for_signatures(const json& key, std::string_view alg) {
  if (const auto use = key.find("use"); use != key.end() && *use != "sig")
    return false;
  if (const auto own_alg = key.find("alg"); own_alg != key.end() && *own_alg != alg)
    return false;
  const auto operations = key.find("key_ops");
  return operations == key.end() ||
         (operations->is_array() && std::find(operations->begin(), operations->end(), "verify") != operations->end());
}

/// The two numbers behind each other become the structure that OpenSSL reads.
std::string to_der(std::string_view signature) {
  if (signature.size() != 2 * coordinate_bytes)
    return {};
  const ecdsa_signature pair(ECDSA_SIG_new());
  auto r = to_number(signature.substr(0, coordinate_bytes));
  auto s = to_number(signature.substr(coordinate_bytes));
  if (pair == nullptr || r == nullptr || s == nullptr || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1)
    return {};
  r.release(); // NOLINT(bugprone-unused-return-value): the pair has them now
  s.release(); // NOLINT(bugprone-unused-return-value)
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  const std::unique_ptr<unsigned char, freed<[](unsigned char* x) { OPENSSL_free(x); }>> held(der);
  return size > 0 ? std::string(der, der + size) : std::string();
}

bool is_signed_by(void* key, signature_algorithm algorithm, std::string_view text, std::string_view signature) {
  const auto der = algorithm == signature_algorithm::es256 ? to_der(signature) : std::string();
  if (algorithm == signature_algorithm::es256)
    signature = der;
  if (signature.empty())
    return false;
  const digest_context context(EVP_MD_CTX_new());
  const auto* hash = algorithm == signature_algorithm::eddsa ? nullptr : EVP_sha256();
  return context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, hash, nullptr, static_cast<EVP_PKEY*>(key)) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1;
}

} // namespace

std::optional<signature_algorithm> find_algorithm(std::string_view alg) {
  const auto found = std::ranges::find(known, alg, &names::alg);
  return found == known.end() ? std::nullopt : std::optional(found->algorithm);
}

std::optional<key_set::key> key_set::read_key(const void* value) {
  const auto& from = *static_cast<const json*>(value);
  const auto kty = member(from, "kty");
  const auto kind = std::ranges::find(known, std::string_view(kty), &names::kty);
  if (kind == known.end() || (!kind->crv.empty() && member(from, "crv") != kind->crv) ||
      !is_for_signatures(from, kind->alg))
    return std::nullopt;
  key out{.kid = std::nullopt, .algorithm = kind->algorithm, .value = nullptr};
  if (from.contains("kid"))
    out.kid = member(from, "kid");
  switch (out.algorithm) {
  case signature_algorithm::rs256:
    out.value = read_rsa(from);
    break;
  case signature_algorithm::es256:
    out.value = read_p256(from);
    break;
  case signature_algorithm::eddsa:
    out.value = read_ed25519(from);
    break;
  }
  return out.value == nullptr ? std::nullopt : std::optional(std::move(out));
}

tl::expected<key_set, std::string> key_set::parse(std::string_view text) {
  if (text.size() > text_bytes_max)
    return tl::unexpected("more than " + std::to_string(text_bytes_max) + " bytes");
  const auto all = json::parse(text, nullptr, false);
  if (!all.is_object() || !all.contains("keys") || !all["keys"].is_array())
    return tl::unexpected(std::string("no JSON Web Key Set: an object whose member keys is a list is expected"));
  if (all["keys"].size() > keys_max)
    return tl::unexpected("more than " + std::to_string(keys_max) + " keys");
  key_set out;
  for (const auto& one : all["keys"]) {
    if (!one.is_object())
      continue;
    if (is_private(one))
      return tl::unexpected(
        std::string("it holds a private key, by which whoever reads it can sign: put public keys alone there"));
    if (auto found = read_key(&one))
      out.keys_.push_back(std::move(*found));
  }
  if (out.keys_.empty())
    return tl::unexpected(std::string("no key for RS256 (2048 bits or more), ES256 or EdDSA (Ed25519)"));
  return out;
}

bool key_set::same_as(const key_set& other) const {
  return std::ranges::equal(keys_, other.keys_, [](const key& a, const key& b) {
    return a.kid == b.kid && a.algorithm == b.algorithm &&
           EVP_PKEY_eq(static_cast<const EVP_PKEY*>(a.value.get()), static_cast<const EVP_PKEY*>(b.value.get())) == 1;
  });
}

signature_verdict key_set::verify(signature_algorithm algorithm, const std::optional<std::string>& kid,
                                  std::string_view signed_part, std::string_view signature) const {
  auto out = signature_verdict::unknown_key;
  for (const auto& one : keys_) {
    if (one.algorithm != algorithm || (kid && one.kid != kid))
      continue;
    if (is_signed_by(one.value.get(), algorithm, signed_part, signature))
      return signature_verdict::good;
    out = signature_verdict::bad;
  }
  return out;
}

} // namespace parley::auth
