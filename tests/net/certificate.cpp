#include "tests/net/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace parley::test {

namespace {

template <class T>
using owned = std::unique_ptr<T, void (*)(T*)>;

void expect(bool done) {
  if (!done)
    throw std::runtime_error("the test's certificate could not be made");
}

owned<std::FILE> open(const std::filesystem::path& path, const char* how) {
  owned<std::FILE> out(std::fopen(path.c_str(), how), [](std::FILE* x) { std::fclose(x); });
  expect(out != nullptr);
  return out;
}

owned<X509> sign(EVP_PKEY* key) {
  constexpr long valid_for = 24 * 60 * 60;
  owned<X509> out(X509_new(), X509_free);
  expect(out != nullptr);
  X509_set_version(out.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), -valid_for);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), valid_for);
  X509_set_pubkey(out.get(), key);
  auto* name = X509_get_subject_name(out.get());
  const std::string host = "localhost";
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host.c_str()), -1, -1, 0);
  X509_set_issuer_name(out.get(), name);
  expect(X509_sign(out.get(), key, EVP_sha256()) > 0);
  return out;
}

} // namespace

certificate::certificate() {
  files_ = {(folder_ / "certificate.pem").string(), (folder_ / "key.pem").string()};
  const owned<EVP_PKEY> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  expect(key != nullptr);
  const auto signed_by_itself = sign(key.get());
  expect(PEM_write_X509(open(files_.certificate, "w").get(), signed_by_itself.get()) == 1);
  expect(PEM_write_PrivateKey(open(files_.key, "w").get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  std::filesystem::permissions(files_.key, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

std::string certificate::write(std::string_view name, std::string_view content) const {
  return folder_.write(name, content).string();
}

std::string certificate::locked_key() const {
  const owned<EVP_PKEY> key(PEM_read_PrivateKey(open(files_.key, "r").get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  expect(key != nullptr);
  const auto path = folder_ / "locked.pem";
  const std::string word = "passphrase";
  expect(PEM_write_PrivateKey(open(path, "w").get(), key.get(), EVP_aes_128_cbc(),
                              reinterpret_cast<const unsigned char*>(word.data()), static_cast<int>(word.size()),
                              nullptr, nullptr) == 1);
  return path.string();
}

const net::tls_context& some_tls() {
  static const net::tls_context context({certificate().files()});
  return context;
}

} // namespace parley::test
