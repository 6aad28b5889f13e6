// Reads JSON from clients and the members of frames. Inside `protocol/` only.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley {

/// nullopt where `text` is not JSON (RFC 8259) in UTF-8, or nests deeper than 64 levels. Of members with one name the
/// last counts. Never throws for what `text` holds.
std::optional<nlohmann::json> parse_json(std::string_view text);

/// True where a string of the JSON document `text` holds U+0000 (by its escape: there is no other way).
bool holds_nul(std::string_view text);

/// The value of a member; nullptr where it is absent or null.
const nlohmann::json* find_member(const nlohmann::json& object, std::string_view key);

/// nullopt where `value` is not a JSON integer of `min` … 2^63-1.
std::optional<std::int64_t> to_integer(const nlohmann::json& value, std::int64_t min);

/// nullopt where the member is absent or not a JSON integer of 1 … 2^63-1.
std::optional<std::int64_t> read_id(const nlohmann::json& object, std::string_view key);

/// nullopt where the member is absent or not a boolean.
std::optional<bool> read_boolean(const nlohmann::json& object, std::string_view key);

} // namespace parley
