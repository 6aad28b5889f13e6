// What other back ends write, read as what we store: times, truth, ids, texts, names.
#pragma once

#include "protocol/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::moving {

/// A time in whatever form: ISO 8601 with a space or a `T`, with or without seconds, fractions and an offset (without
/// one it is UTC), a date alone, or a number since the Unix epoch: seconds, milliseconds, microseconds or nanoseconds,
/// by its size. nullopt for anything else, and for what is not in the years 1970 to 9999.
std::optional<timestamp> read_time(std::string_view text);

/// `1`, `t`, `true`, `yes`, `y`, `on` and their opposites, in any case; an empty text is false. nullopt for anything
/// else.
std::optional<bool> read_truth(std::string_view text);

/// A positive whole number.
std::optional<std::int64_t> read_id(std::string_view text);

/// Without white space and controls of ASCII at both ends.
std::string_view trimmed(std::string_view text);

struct repaired_text {
  std::string text; ///< UTF-8 without U+0000
  bool changed = false;
};
/// Each byte that is no UTF-8, and each U+0000, becomes U+FFFD.
repaired_text repair(std::string_view bytes);

/// The name closest to `wished` that usernames may be: every character that none may hold becomes `_`; filled up with
/// `_` to `least` characters, cut to `most`. Empty where nothing of it can be kept.
std::string usable_name(std::string_view wished, std::size_t least, std::size_t most);

/// The way in which a password was hashed, by how the hash begins: `bcrypt` for those that we take, a name or `unknown`
/// for others, empty where there is none.
std::string_view scheme_of(std::string_view hash);

} // namespace parley::moving
