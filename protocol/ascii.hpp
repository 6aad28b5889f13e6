// Letters of protocols, which know no other case than that of ASCII.
#pragma once

#include <algorithm>
#include <string_view>

namespace parley {

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

} // namespace parley
