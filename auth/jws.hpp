// What tokens of either kind have in common: the compact form of JWS (RFC 7515 §7.1) and the claims (RFC 7519 §4).
#pragma once

#include "auth/token.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace parley::auth {

/// Views into a token.
struct jws_parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signed_part; ///< header, dot, payload
};

/// nullopt where there are not three parts.
std::optional<jws_parts> split_jws(std::string_view token);

/// The JSON object that is encoded in `part`, or a discarded value.
nlohmann::json decode_object(std::string_view part);

/// The member's text, empty if it is absent; nullopt if it is not a string.
std::optional<std::string> read_text(const nlohmann::json& object, const char* name);

/// A positive integer, as a number or as its decimal text.
std::optional<user_id> read_subject(const nlohmann::json& value);

/// All claims but `sub` and whether `exp` has passed; the user is not set. No other time in them may be more than 60 s
/// after `latest`. nullopt also for a `type` that is there and is not `access`.
std::optional<access_claims> read_claims(const nlohmann::json& claims, timestamp latest);

} // namespace parley::auth
