#include "auth/password.hpp"

#include "protocol/base64.hpp"
#include "protocol/text.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <cassert>
#include <cerrno>
#include <crypt.h>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <sys/random.h>
#include <system_error>

namespace parley::auth {

namespace {

constexpr std::string_view prefix = "$2b$";
constexpr std::size_t hash_length = 60; // $2b$ + cost + $ + 22 characters of salt + 31 of digest
constexpr std::size_t password_bytes_max = 72;

struct wipe {
  void operator()(crypt_data* data) const {
    OPENSSL_cleanse(data, sizeof *data);
    delete data;
  }
};

/// The hash of `password` by the cost and salt of `setting`; empty if libxcrypt refuses the setting.
std::string apply_bcrypt(std::string_view password, const std::string& setting) {
  std::string phrase(password); // crypt_r wants a terminator
  std::unique_ptr<crypt_data, wipe> work(new crypt_data{});
  const char* hash = crypt_r(phrase.c_str(), setting.c_str(), work.get());
  OPENSSL_cleanse(phrase.data(), phrase.size());
  if (hash == nullptr || hash[0] == '*')
    return {};
  return hash;
}

/// `$2a$` and `$2y$` tell of mistakes that other programs once made with passwords which are not UTF-8.
bool is_bcrypt(std::string_view hash) {
  const bool known = hash.starts_with(prefix) || hash.starts_with("$2a$") || hash.starts_with("$2y$");
  return known && hash.size() == hash_length && hash[6] == '$';
}

/// The cost of a hash that libxcrypt has taken.
int cost_of(std::string_view hash) {
  return (hash[4] - '0') * 10 + (hash[5] - '0');
}

/// bcrypt sees neither what follows a NUL nor what follows byte 72: two such passwords could pass for one another.
bool is_hashable(std::string_view password) {
  return password.size() <= password_bytes_max && password.find('\0') == std::string_view::npos;
}

/// A cost and a fixed salt. Nothing is known to hash to it, and it takes no time to make, so that not even the first
/// unknown user after a start is slower than a known one.
std::string decoy_setting(int cost) {
  assert(cost >= 4 && cost <= 31);
  std::string setting(prefix);
  setting += static_cast<char>('0' + cost / 10);
  setting += static_cast<char>('0' + cost % 10);
  return setting + "$abcdefghijklmnopqrstuu";
}

/// As `check_password`, of the password as it is.
bool has_hash(std::string_view password, std::string_view hash, int cost) {
  const bool may_be_right = is_bcrypt(hash) && is_hashable(password);
  const auto expected = may_be_right ? std::string(prefix).append(hash.substr(prefix.size())) : std::string();
  const auto actual = may_be_right ? apply_bcrypt(password, expected) : std::string();
  const auto seen = password.substr(0, password_bytes_max);
  if (actual.empty()) {
    apply_bcrypt(seen, decoy_setting(cost));
    return false;
  }
  // A hash of before the cost was raised took 2^s rounds: with 2^s, 2^(s+1), …, 2^(cost-1) more they are 2^cost.
  for (int done = cost_of(hash); done < cost; ++done)
    apply_bcrypt(seen, decoy_setting(done));
  return same_secret(actual, expected);
}

} // namespace

std::string hash_password(std::string_view password, int cost) {
  assert(is_hashable(password));
  std::unique_ptr<char, decltype(&std::free)> setting(
    crypt_gensalt_ra(prefix.data(), static_cast<unsigned long>(cost), nullptr, 0), &std::free);
  if (!setting)
    throw std::runtime_error("libxcrypt made no bcrypt salt");
  auto hash = apply_bcrypt(password, setting.get());
  if (!is_bcrypt(hash))
    throw std::runtime_error("libxcrypt made no bcrypt hash");
  return hash;
}

password_verdict check_password(std::string_view password, std::string_view hash, int cost) {
  const auto prepared = prepare_password(password);
  const bool as_prepared = has_hash(prepared, hash, cost);
  // Whether or not there is such a user: what is typed alone decides whether there is a second try.
  const bool as_typed = !as_prepared && prepared != password && has_hash(password, hash, cost);
  password_verdict out;
  out.right = as_prepared || as_typed;
  if (out.right && is_hashable(prepared))
    out.outdated = as_typed || !hash.starts_with(prefix) || cost_of(hash) < cost;
  return out;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_token(std::size_t bytes) {
  std::string raw(bytes, '\0');
  for (std::size_t filled = 0; filled < bytes;) {
    auto n = getrandom(raw.data() + filled, bytes - filled, 0);
    if (n > 0)
      filled += static_cast<std::size_t>(n);
    else if (errno != EINTR)
      throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  return encode_base64url(raw);
}

std::string digest(std::string_view secret) {
  std::string out(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
         reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

} // namespace parley::auth
