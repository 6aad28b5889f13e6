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

/// As many code points as there are of well-formed UTF-8, at most `count`.
std::string_view first_characters(std::string_view utf8, std::size_t count);

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

/// Letters and digits of any script (with their combining marks), `_`, `-`, `.`; length not checked. U+200C and U+200D
/// where a script needs them: behind a virama, U+200C between letters that would join as well (RFC 5892 A.1, A.2).
bool has_username_characters(std::string_view utf8);

/// One `@` with something on both sides, a dot in the domain, no white space or control; at most 254 bytes.
bool looks_like_email(std::string_view text);

/// True where any character is white space or a control; also where `utf8` is not well-formed.
bool has_spaces_or_controls(std::string_view utf8);

/// True where nothing of `utf8` is seen: white space, controls, default-ignorable characters (joiners, direction marks,
/// variation selectors, tags, Hangul fillers…) and signs that are blank (U+2800) only, or nothing at all. A combining
/// mark is seen, also alone. Takes no time to speak of where the first character is seen.
bool says_nothing(std::string_view utf8);

/// Normalisation form C (UAX #15), in which usernames are stored. What is not UTF-8 comes back as it is.
std::string normalise(std::string_view utf8);

/// A password as it is hashed, set or typed: every space as U+0020, in normalisation form C (the mappings of
/// OpaqueString, RFC 8265 §4.2.2). What is not UTF-8 comes back as it is.
std::string prepare_password(std::string_view utf8);

/// Case-folded NFKC form, by which names and e-mails are compared.
std::string fold(std::string_view utf8);

} // namespace parley
