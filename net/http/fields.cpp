#include "net/http/fields.hpp"

#include "protocol/ascii.hpp"

namespace parley::net {

bool is_token_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool same_token(std::string_view a, std::string_view b) {
  return same_letters(a, b);
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool list_holds(std::string_view list, std::string_view token) {
  while (true) {
    const auto comma = list.find(',');
    if (same_token(trim(list.substr(0, comma)), token))
      return true;
    if (comma == std::string_view::npos)
      return false;
    list.remove_prefix(comma + 1);
  }
}

std::optional<std::string_view> bearer_of(std::string_view authorization) {
  const auto text = trim(authorization);
  const auto space = text.find(' ');
  if (!same_token(text.substr(0, space), "bearer"))
    return std::nullopt;
  return space == std::string_view::npos ? std::string_view() : trim(text.substr(space));
}

} // namespace parley::net
