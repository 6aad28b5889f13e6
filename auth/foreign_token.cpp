#include "auth/foreign_token.hpp"

#include "auth/jws.hpp"
#include "protocol/ascii.hpp"
#include "protocol/base64.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace parley::auth {

namespace {

using nlohmann::json;

/// What fits into a request's head: providers put groups and roles into their tokens.
constexpr std::size_t foreign_token_bytes_max = 16384;
constexpr std::size_t subject_bytes_max = 255; ///< OpenID Connect Core §2

/// NUL among them: whoever takes that for the end of a text would take two subjects for one.
bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

struct foreign_header {
  signature_algorithm algorithm{};
  std::optional<std::string> kid;
};

/// `JWT`, `at+jwt` (RFC 9068 §2.1), or nothing.
bool is_type_of_access(const json& header) {
  auto type = read_text(header, "typ");
  if (!type)
    return false;
  std::ranges::transform(*type, type->begin(), to_lower);
  constexpr std::string_view media_prefix = "application/";
  if (type->starts_with(media_prefix))
    type->erase(0, media_prefix.size());
  constexpr std::array<std::string_view, 3> good{"", "jwt", "at+jwt"};
  return std::ranges::find(good, *type) != good.end();
}

std::optional<foreign_header> read_header(std::string_view part) {
  const auto header = decode_object(part);
  if (header.is_discarded() || header.contains("crit") || !is_type_of_access(header))
    return std::nullopt;
  const auto alg = read_text(header, "alg");
  const auto algorithm = alg ? find_algorithm(*alg) : std::nullopt;
  auto kid = read_text(header, "kid");
  if (!algorithm || !kid)
    return std::nullopt;
  foreign_header out{.algorithm = *algorithm, .kid = std::nullopt};
  if (header.contains("kid"))
    out.kid = std::move(*kid);
  return out;
}

bool is_for(const json& claims, const std::string& audience) {
  const auto found = claims.find("aud");
  if (found == claims.end())
    return false;
  return *found == audience || (found->is_array() && std::find(found->begin(), found->end(), audience) != found->end());
}

/// Keycloak says in `typ` of the claims which of its tokens it is.
bool is_claim_of_access(const json& claims) {
  const auto found = claims.find("typ");
  return found == claims.end() || *found == "Bearer";
}

std::string wished_name(const json& claims) {
  for (const auto* name : {"preferred_username", "nickname", "name", "email"})
    if (auto text = read_text(claims, name).value_or(""); !text.empty())
      return text.substr(0, text.find('@'));
  return {};
}

std::string verified_email(const json& claims) {
  const auto verified = claims.find("email_verified");
  return verified != claims.end() && *verified == true ? read_text(claims, "email").value_or("") : std::string();
}

std::optional<foreign_claims> read_foreign_claims(std::string_view payload, const foreign_rules& rules,
                                                  timestamp latest) {
  const auto claims = decode_object(payload);
  auto access = read_claims(claims, latest);
  if (!access)
    return std::nullopt;
  const auto issuer = claims.find("iss");
  if (issuer == claims.end() || *issuer != rules.issuer || !is_for(claims, rules.audience) ||
      !is_claim_of_access(claims) || !claims.contains("sub"))
    return std::nullopt;
  access->family.clear(); // a family is of a login that was ours
  access->foreign = true;
  access->user = read_subject(claims["sub"]).value_or(user_id{});
  foreign_claims out{.access = std::move(*access),
                     .who = {.issuer = rules.issuer,
                             .subject = read_text(claims, "sub").value_or(""),
                             .wished_name = wished_name(claims),
                             .email = verified_email(claims)}};
  if (out.who.subject.size() > subject_bytes_max || has_control_characters(out.who.subject) ||
      (out.who.subject.empty() && out.access.user == user_id{}))
    return std::nullopt;
  return out;
}

} // namespace

tl::expected<foreign_claims, foreign_fault> verify_foreign(std::string_view token, const key_set& keys,
                                                           const foreign_rules& rules, timestamp now,
                                                           timestamp latest) {
  const auto refused = tl::unexpected(foreign_fault::refused);
  if (token.size() > foreign_token_bytes_max || rules.issuer.empty() || rules.audience.empty())
    return refused;
  const auto parts = split_jws(token);
  const auto header = parts ? read_header(parts->header) : std::nullopt;
  const auto signature = parts ? decode_base64url(parts->signature) : std::nullopt;
  if (!header || !signature)
    return refused;
  switch (keys.verify(header->algorithm, header->kid, parts->signed_part, *signature)) {
  case signature_verdict::good:
    break;
  case signature_verdict::bad:
    return refused;
  case signature_verdict::unknown_key:
    return tl::unexpected(foreign_fault::unknown_key);
  }
  auto claims = read_foreign_claims(parts->payload, rules, std::max(now, latest));
  if (!claims)
    return refused;
  if (claims->access.expires_at <= now)
    return tl::unexpected(foreign_fault::expired);
  return std::move(*claims);
}

} // namespace parley::auth
