// Text as clients send it: UTF-8, length in characters, what a name may hold.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// True where `bytes` is well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF.
bool is_utf8(std::string_view bytes);

/// Code points of well-formed UTF-8.
std::size_t count_characters(std::string_view utf8);

/// Checks UTF-8 that comes in pieces; a character may be split between two.
class utf8_checker {
public:
  /// False once anything seen so far cannot be the beginning of well-formed UTF-8.
  bool feed(std::string_view bytes);

  /// True where what was fed ends at a character's end.
  bool complete() const { return state_ == 0; }

  void reset() { state_ = 0; }

private:
  unsigned char state_ = 0;
};

/// Letters and digits of any script (with their combining marks), `_`, `-`, `.`; length not checked.
bool has_username_characters(std::string_view utf8);

/// One `@` with something on both sides, a dot in the domain, no white space or control; at most 254 bytes.
bool looks_like_email(std::string_view text);

/// True where any character is white space or a control; also where `utf8` is not well-formed.
bool has_spaces_or_controls(std::string_view utf8);

/// True where nothing of `utf8` is seen: white space, controls and invisible characters only, or nothing at all.
bool is_blank(std::string_view utf8);

/// Normalisation form C (UAX #15), in which usernames are stored. What is not UTF-8 comes back as it is.
std::string normalise(std::string_view utf8);

/// Case-folded NFKC form, by which names and e-mails are compared.
std::string fold(std::string_view utf8);

} // namespace parley
