// Hexadecimal digits (RFC 5234 HEXDIG, of either case).
#pragma once

namespace parley {

/// 0 to 15, or -1 for any other character.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

} // namespace parley
