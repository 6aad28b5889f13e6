#include "protocol/json_reader.hpp"

#include <nlohmann/json.hpp>

#include <limits>

namespace parley {

namespace {

constexpr int depth_max = 64;

/// Counts brackets outside of strings. Up to the first fault of `text` it sees what a parser sees.
bool nests_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
      continue;
    }
    if (c == '"')
      in_string = true;
    else if ((c == '[' || c == '{') && ++depth > depth_max)
      return true;
    else if (c == ']' || c == '}')
      --depth;
  }
  return false;
}

} // namespace

std::optional<nlohmann::json> parse_json(std::string_view text) {
  if (nests_too_deep(text))
    return std::nullopt;
  auto out = nlohmann::json::parse(text, nullptr, false);
  if (out.is_discarded())
    return std::nullopt;
  return out;
}

bool holds_nul(std::string_view text) {
  constexpr std::string_view escape = "\\u0000";
  for (auto at = text.find(escape); at != std::string_view::npos; at = text.find(escape, at + 1)) {
    auto first = at;
    while (first > 0 && text[first - 1] == '\\')
      --first;
    if ((at - first) % 2 == 0) // else this backslash is itself escaped
      return true;
  }
  return false;
}

bool with_object(std::string_view text, const std::function<void(const nlohmann::json&)>& use) {
  const auto object = parse_json(text);
  if (!object || !object->is_object() || holds_nul(text))
    return false;
  use(*object);
  return true;
}

const nlohmann::json* find_member(const nlohmann::json& object, std::string_view key) {
  const auto at = object.find(key);
  return at == object.end() || at->is_null() ? nullptr : &*at;
}

std::optional<std::int64_t> to_integer(const nlohmann::json& value, std::int64_t min) {
  if (!value.is_number_integer())
    return std::nullopt;
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return std::nullopt;
  const auto out = value.get<std::int64_t>();
  if (out < min)
    return std::nullopt;
  return out;
}

std::optional<std::int64_t> read_id(const nlohmann::json& object, std::string_view key) {
  const auto* value = find_member(object, key);
  return value != nullptr ? to_integer(*value, 1) : std::nullopt;
}

std::optional<double> to_real(const nlohmann::json& value) {
  if (!value.is_number())
    return std::nullopt;
  return value.get<double>() + 0.0; // -0 becomes 0
}

std::optional<double> read_real(const nlohmann::json& object, std::string_view key) {
  const auto* value = find_member(object, key);
  return value != nullptr ? to_real(*value) : std::nullopt;
}

const std::string* find_text(const nlohmann::json& object, std::string_view key) {
  const auto* value = find_member(object, key);
  return value != nullptr ? value->get_ptr<const std::string*>() : nullptr;
}

std::optional<bool> read_boolean(const nlohmann::json& object, std::string_view key) {
  const auto* value = find_member(object, key);
  if (value == nullptr || !value->is_boolean())
    return std::nullopt;
  return value->get<bool>();
}

} // namespace parley
