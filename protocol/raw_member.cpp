#include "protocol/raw_member.hpp"

#include "protocol/json_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace parley {

namespace {

constexpr std::string_view spaces = " \t\r\n";

/// Walks over JSON that is known to be well-formed.
class scanner {
public:
  explicit scanner(std::string_view json) : rest_(json) {}

  /// True if `c` stands next, which is taken.
  bool skip(char c) {
    skip_spaces();
    if (!rest_.starts_with(c))
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view value() {
    skip_spaces();
    const auto from = rest_;
    int depth = 0;
    do {
      depth += step(depth);
    } while (depth > 0 && !rest_.empty());
    return from.substr(0, from.size() - rest_.size());
  }

private:
  void skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(spaces), rest_.size())); }

  /// Takes a bracket, a string, or all up to the next of these; the change of depth.
  int step(int depth) {
    const char c = rest_.empty() ? '\0' : rest_.front();
    if (c == '"') {
      rest_.remove_prefix(string_size());
      return 0;
    }
    if (c == '{' || c == '[' || c == '}' || c == ']') {
      rest_.remove_prefix(1);
      return c == '{' || c == '[' ? 1 : -1;
    }
    const auto* const ends = depth == 0 ? ",}] \t\r\n" : "\"{}[]";
    rest_.remove_prefix(std::min(rest_.find_first_of(ends), rest_.size()));
    return 0;
  }

  std::size_t string_size() const {
    std::size_t i = 1;
    while (i < rest_.size() && rest_[i] != '"')
      i += rest_[i] == '\\' ? 2 : 1;
    return std::min(i + 1, rest_.size());
  }

  std::string_view rest_;
};

bool spells(std::string_view quoted, std::string_view key) {
  if (quoted.find('\\') == std::string_view::npos)
    return quoted.size() == key.size() + 2 && quoted.substr(1, key.size()) == key;
  const auto text = parse_json(quoted);
  return text && text->is_string() && text->get_ref<const std::string&>() == key;
}

} // namespace

std::string_view raw_member(std::string_view json, std::string_view key) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf"; // which the parser skips as well
  if (json.starts_with(byte_order_mark))
    json.remove_prefix(byte_order_mark.size());
  scanner in{json};
  std::string_view out;
  if (!in.skip('{') || in.skip('}'))
    return out;
  do {
    const auto name = in.value();
    in.skip(':');
    const auto value = in.value();
    if (spells(name, key))
      out = value;
  } while (in.skip(','));
  return out;
}

} // namespace parley
