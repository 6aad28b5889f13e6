#include "auth/token.hpp"

#include "auth/keyed_hash.hpp"
#include "auth/password.hpp"
#include "protocol/base64.hpp"
#include "protocol/whole_number.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>

namespace parley::auth {

namespace {

using nlohmann::json;

constexpr std::size_t token_bytes_max = 4096;

/// The last second that RFC 3339 can write, 9999-12-31T23:59:59Z: later times count as this one.
constexpr std::int64_t last_second = 253402300799;

/// How far the clock of another program that signs tokens may be ahead. A new password ends the tokens that were issued
/// before it, so a clock that is further off had better be noticed than make tokens that outlive a password.
constexpr std::chrono::seconds clock_skew_max{60};

const std::string& own_header() {
  static const std::string encoded = encode_base64url(R"({"alg":"HS256","typ":"JWT"})");
  return encoded;
}

struct parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signed_part; ///< header, dot, payload
};

std::optional<parts> split(std::string_view token) {
  auto first = token.find('.');
  if (first == std::string_view::npos)
    return std::nullopt;
  auto second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return std::nullopt;
  return parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
               token.substr(0, second)};
}

/// The JSON object that is encoded in `part`, or a discarded value.
json decode_object(std::string_view part) {
  json discarded(json::value_t::discarded);
  auto text = decode_base64url(part);
  if (!text || text->find('\0') != std::string::npos) // which the library would take for the end
    return discarded;
  auto object = json::parse(*text, nullptr, false);
  return object.is_object() ? object : discarded;
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

bool is_signed(const parts& token, std::string_view secret) {
  const auto claimed = decode_base64url(token.signature);
  if (!claimed)
    return false;
  return same_secret(*claimed, hmac_sha256(secret, token.signed_part));
}

enum class rounding { down, up };

/// A NumericDate (RFC 7519 §2) in whole seconds, held between the epoch and `last_second`.
std::optional<timestamp> read_time(const json& value, rounding to) {
  auto at = [](std::int64_t seconds) { return timestamp(std::chrono::seconds(seconds)); };
  if (value.is_number_unsigned())
    return at(static_cast<std::int64_t>(std::min(value.get<std::uint64_t>(), std::uint64_t{last_second})));
  if (value.is_number_integer()) // signed, and negative at that
    return at(std::max(value.get<std::int64_t>(), std::int64_t{0}));
  if (!value.is_number_float())
    return std::nullopt;
  auto seconds = value.get<double>();
  if (std::isnan(seconds))
    return std::nullopt;
  seconds = to == rounding::down ? std::floor(seconds) : std::ceil(seconds);
  return at(static_cast<std::int64_t>(std::clamp(seconds, 0.0, static_cast<double>(last_second))));
}

std::optional<user_id> read_subject(const json& value) {
  std::int64_t id = 0;
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    const auto number = whole_number<std::int64_t>(text);
    // `007` is 7 as well: one user, one spelling.
    if (!number || text.front() == '0')
      return std::nullopt;
    id = *number;
  } else if (value.is_number_unsigned() && value.get<std::uint64_t>() <= INT64_MAX) {
    id = value.get<std::int64_t>();
  }
  if (id <= 0)
    return std::nullopt;
  return user_id(id);
}

/// The claim's text, empty if it is absent; nullopt if it is not a string.
std::optional<std::string> read_text(const json& claims, const char* name) {
  auto found = claims.find(name);
  if (found == claims.end())
    return std::string{};
  if (!found->is_string())
    return std::nullopt;
  return found->get<std::string>();
}

/// Everything but whether `exp` has passed. No other time in it may be after `latest`.
std::optional<access_claims> read_claims(const json& claims, timestamp latest) {
  if (claims.is_discarded())
    return std::nullopt;
  auto subject = claims.find("sub");
  auto expiry = claims.find("exp");
  if (subject == claims.end() || expiry == claims.end())
    return std::nullopt;
  auto user = read_subject(*subject);
  auto expires_at = read_time(*expiry, rounding::down);
  auto jti = read_text(claims, "jti");
  auto family = read_text(claims, "fam");
  if (!user || !expires_at || !jti || !family)
    return std::nullopt;
  if (auto type = claims.find("type"); type != claims.end() && *type != "access")
    return std::nullopt;
  if (auto start = claims.find("nbf"); start != claims.end()) {
    auto not_before = read_time(*start, rounding::up);
    if (!not_before || *not_before > latest)
      return std::nullopt;
  }
  auto issued_at = std::optional(timestamp{});
  if (auto issue = claims.find("iat"); issue != claims.end())
    issued_at = read_time(*issue, rounding::down);
  if (!issued_at || *issued_at > latest)
    return std::nullopt;
  return access_claims{*user, *expires_at, *issued_at, std::move(*jti), std::move(*family)};
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
  auto pieces = split(token);
  if (!pieces || !is_hs256(pieces->header) || !is_signed(*pieces, secret))
    return refused;
  auto claims = read_claims(decode_object(pieces->payload), std::max(now, latest) + clock_skew_max);
  if (!claims)
    return refused;
  if (claims->expires_at <= now)
    return tl::unexpected(error_code::token_expired);
  return std::move(*claims);
}

} // namespace parley::auth
