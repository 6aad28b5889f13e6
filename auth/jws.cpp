#include "auth/jws.hpp"

#include "protocol/base64.hpp"
#include "protocol/whole_number.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace parley::auth {

namespace {

using nlohmann::json;

/// The last second that RFC 3339 can write, 9999-12-31T23:59:59Z: later times count as this one.
constexpr std::int64_t last_second = 253402300799;

/// How far the clock of another program that signs tokens may be ahead. A new password ends the tokens that were issued
/// before it, so a clock that is further off had better be noticed than make tokens that outlive a password.
constexpr std::chrono::seconds clock_skew_max{60};

enum class rounding { down, up };

/// A NumericDate (RFC 7519 §2) in whole seconds, held between the epoch and `last_second`.
std::optional<timestamp> read_numeric_date(const json& value, rounding to) {
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

} // namespace

std::optional<jws_parts> split_jws(std::string_view token) {
  auto first = token.find('.');
  if (first == std::string_view::npos)
    return std::nullopt;
  auto second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return std::nullopt;
  return jws_parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
                   token.substr(0, second)};
}

json decode_object(std::string_view part) {
  json discarded(json::value_t::discarded);
  auto text = decode_base64url(part);
  if (!text || text->find('\0') != std::string::npos) // which the library would take for the end
    return discarded;
  auto object = json::parse(*text, nullptr, false);
  return object.is_object() ? object : discarded;
}

std::optional<std::string> read_text(const json& object, const char* name) {
  auto found = object.find(name);
  if (found == object.end())
    return std::string{};
  if (!found->is_string())
    return std::nullopt;
  return found->get<std::string>();
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

std::optional<access_claims> read_claims(const json& claims, timestamp latest) {
  if (claims.is_discarded())
    return std::nullopt;
  latest += clock_skew_max;
  auto expiry = claims.find("exp");
  if (expiry == claims.end())
    return std::nullopt;
  auto expires_at = read_numeric_date(*expiry, rounding::down);
  auto jti = read_text(claims, "jti");
  auto family = read_text(claims, "fam");
  if (!expires_at || !jti || !family)
    return std::nullopt;
  if (auto type = claims.find("type"); type != claims.end() && *type != "access")
    return std::nullopt;
  if (auto start = claims.find("nbf"); start != claims.end()) {
    auto not_before = read_numeric_date(*start, rounding::up);
    if (!not_before || *not_before > latest)
      return std::nullopt;
  }
  auto issued_at = std::optional(timestamp{});
  if (auto issue = claims.find("iat"); issue != claims.end())
    issued_at = read_numeric_date(*issue, rounding::down);
  if (!issued_at || *issued_at > latest)
    return std::nullopt;
  return access_claims{{}, *expires_at, *issued_at, std::move(*jti), std::move(*family)};
}

} // namespace parley::auth
