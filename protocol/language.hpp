// The languages of texts for people, and how a client asks for one.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace parley {

enum class language { zh, en, ru };

inline constexpr std::array all_languages{language::zh, language::en, language::ru};

std::string_view name(language x);

/// `zh`, `en`, `ru`, or a tag that begins with one (`zh-CN`); nullopt for another.
std::optional<language> parse_language(std::string_view tag);

/// Picks the best match of an `Accept-Language` value (RFC 9110 §12.5.4); `fallback` if none fits.
language pick_language(std::string_view accept_language, language fallback);

} // namespace parley
