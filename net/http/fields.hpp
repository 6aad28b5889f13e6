// The small grammar that header fields share (RFC 9110 §5.6): tokens, lists, white space.
#pragma once

#include <optional>
#include <string_view>

namespace parley::net {

/// Whether a method or a field's name may have the character (RFC 9110 §5.6.2).
bool is_token_character(char c);

/// Equal but for the case of ASCII letters.
bool same_token(std::string_view a, std::string_view b);

/// Without spaces and tabs at both ends.
std::string_view trim(std::string_view text);

/// True if a comma-separated list holds `token`, whatever its case.
bool list_holds(std::string_view list, std::string_view token);

/// The credentials of `Authorization: Bearer …` (RFC 6750 §2.1); nullopt for another scheme. May be empty.
std::optional<std::string_view> bearer_of(std::string_view authorization);

} // namespace parley::net
