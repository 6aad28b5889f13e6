// Reads JSON from clients and the members of frames. Inside `protocol/` only.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// nullopt if `text` is not JSON (RFC 8259) in UTF-8, or nests deeper than 64 levels. Of members with one name the
/// last counts. A number that is an integer of 64 bits is one, however it is written: `101`, `101.0`, `1.01e2` (JSON
/// Schema 2020-12 §6.1.1). Never throws for what `text` holds.
std::optional<nlohmann::json> parse_json(std::string_view text);

/// True if a string of the JSON document `text` holds U+0000 (by its escape: there is no other way).
bool holds_nul(std::string_view text);

/// Calls `use` with the JSON object that `text` is, where it is one and holds no U+0000. Whether it did.
bool with_object(std::string_view text, const std::function<void(const nlohmann::json&)>& use);

/// The value of a member; nullptr if it is absent or null.
const nlohmann::json* find_member(const nlohmann::json& object, std::string_view key);

/// nullopt if `value` is not a JSON integer of `min` … 2^63-1.
std::optional<std::int64_t> to_integer(const nlohmann::json& value, std::int64_t min);

/// nullopt if the member is absent or not a JSON integer of 1 … 2^63-1.
std::optional<std::int64_t> read_id(const nlohmann::json& object, std::string_view key);

/// nullopt if `value` is not a JSON number. Of numbers that no double is, the nearest; -0 is read as 0.
std::optional<double> to_real(const nlohmann::json& value);

/// nullopt if the member is absent or not a JSON number. As `to_real`.
std::optional<double> read_real(const nlohmann::json& object, std::string_view key);

/// nullptr if the member is absent or not a string.
const std::string* find_text(const nlohmann::json& object, std::string_view key);

/// nullopt if the member is absent or not a boolean.
std::optional<bool> read_boolean(const nlohmann::json& object, std::string_view key);

} // namespace parley
