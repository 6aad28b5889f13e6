#include "protocol/text.hpp"

#include "protocol/joining.hpp"
#include "protocol/limits.hpp"

#include <utf8proc.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace parley {

namespace {

// -- well-formed UTF-8 (Unicode, table 3-7) as a small automaton --------------------------

enum state : unsigned char { accept, one_more, two_more, three_more, after_e0, after_ed, after_f0, after_f4, refused };

/// What the next byte of a character may be in a state, and where it leads.
struct continuation {
  unsigned char low;
  unsigned char high;
  state next;
};

constexpr std::array<continuation, 9> continuations{{
  {0x00, 0x7f, accept}, // never looked up: lead bytes have their own table
  {0x80, 0xbf, accept},
  {0x80, 0xbf, one_more},
  {0x80, 0xbf, two_more},
  {0xa0, 0xbf, one_more}, // no overlong forms of three bytes
  {0x80, 0x9f, one_more}, // no surrogates
  {0x90, 0xbf, two_more}, // no overlong forms of four bytes
  {0x80, 0x8f, two_more}, // nothing past U+10FFFF
  {0x01, 0x00, refused},  // an empty range: nothing gets out of it
}};

constexpr state after_lead(unsigned char c) {
  if (c < 0x80)
    return accept;
  if (c < 0xc2)
    return refused;
  if (c < 0xe0)
    return one_more;
  if (c < 0xf0)
    return c == 0xe0 ? after_e0 : c == 0xed ? after_ed : two_more;
  if (c < 0xf5)
    return c == 0xf0 ? after_f0 : c == 0xf4 ? after_f4 : three_more;
  return refused;
}

constexpr auto lead_states = [] {
  std::array<state, 256> out{};
  for (unsigned i = 0; i < out.size(); ++i)
    out[i] = after_lead(static_cast<unsigned char>(i));
  return out;
}();

constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080;

bool is_ascii(std::string_view text) {
  for (char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80)
      return false;
  }
  return true;
}

// -- characters ----------------------------------------------------------------------------

/// Calls `test` with each code point until it answers false. False as well where `utf8` is not well-formed.
template <class Test>
bool every_character(std::string_view utf8, Test test) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
  auto left = static_cast<utf8proc_ssize_t>(utf8.size());
  while (left > 0) {
    utf8proc_int32_t c = 0;
    const auto used = utf8proc_iterate(at, left, &c);
    if (used <= 0 || !test(c))
      return false;
    at += used;
    left -= used;
  }
  return true;
}

bool is_space_or_control(utf8proc_int32_t c) {
  switch (utf8proc_category(c)) {
  case UTF8PROC_CATEGORY_ZS:
  case UTF8PROC_CATEGORY_ZL:
  case UTF8PROC_CATEGORY_ZP:
  case UTF8PROC_CATEGORY_CC:
    return true;
  default:
    return false;
  }
}

bool is_within(utf8proc_int32_t c, utf8proc_int32_t first, utf8proc_int32_t last) {
  return c >= first && c <= last;
}

/// Default_Ignorable_Code_Point (Unicode §5.21). utf8proc knows of it where a character is assigned.
bool is_ignorable(utf8proc_int32_t c) {
  return utf8proc_get_property(c)->ignorable != 0 || c == 0x180f || c == 0x2065 || is_within(c, 0xfff0, 0xfff8) ||
         is_within(c, 0xe0000, 0xe0fff);
}

/// A letter, mark or symbol that is drawn as nothing, though no property says so; and what is no character at all.
bool is_blank_sign(utf8proc_int32_t c) {
  constexpr utf8proc_int32_t braille_blank = 0x2800;
  constexpr utf8proc_int32_t khitan_filler = 0x16fe4;
  constexpr utf8proc_int32_t null_notehead = 0x1d159;
  return c == braille_blank || c == khitan_filler || c == null_notehead ||
         is_within(c, 0xfff9, 0xfffb) ||   // anchors of annotations
         is_within(c, 0x13430, 0x1343f) || // joiners of hieroglyphs
         is_within(c, 0x13441, 0x13442) || // blank hieroglyphs
         is_within(c, 0xfdd0, 0xfdef) || (c & 0xfffe) == 0xfffe;
}

bool shows_nothing(utf8proc_int32_t c) {
  return is_space_or_control(c) || is_ignorable(c) || is_blank_sign(c);
}

bool is_letter_or_digit(utf8proc_int32_t c) {
  switch (utf8proc_category(c)) {
  case UTF8PROC_CATEGORY_LU:
  case UTF8PROC_CATEGORY_LL:
  case UTF8PROC_CATEGORY_LT:
  case UTF8PROC_CATEGORY_LM:
  case UTF8PROC_CATEGORY_LO:
  case UTF8PROC_CATEGORY_ND:
    return !shows_nothing(c); // some letters are drawn as nothing, as U+3164
  default:
    return false;
  }
}

bool is_mark(utf8proc_int32_t c) {
  switch (utf8proc_category(c)) {
  case UTF8PROC_CATEGORY_MN:
  case UTF8PROC_CATEGORY_MC:
  case UTF8PROC_CATEGORY_ME:
    return !shows_nothing(c);
  default:
    return false;
  }
}

constexpr utf8proc_int32_t zero_width_non_joiner = 0x200c;
constexpr utf8proc_int32_t zero_width_joiner = 0x200d;
constexpr utf8proc_propval_t virama = 9; // Canonical_Combining_Class

/// Whether the joiners in a name stand where they change how it is written, and so where readers see them.
class joiner_rule {
public:
  /// False where `c`, the name's next character, breaks the rule (RFC 5892 A.1, A.2).
  bool take(utf8proc_int32_t c) {
    if (is_mark(c)) { // Joining_Type Transparent
      last_ = c;
      return true;
    }
    if (waits_ && !joins_to_the_last(c))
      return false;
    waits_ = false;
    if (c == zero_width_non_joiner || c == zero_width_joiner) {
      const bool behind_virama = utf8proc_get_property(last_)->combining_class == virama;
      waits_ = !behind_virama;
      if (waits_ && (c == zero_width_joiner || !joins_to_the_next(letter_)))
        return false;
    }
    letter_ = last_ = c;
    return true;
  }

  /// False where a joiner is the last, though it must have a letter behind it.
  bool ends_well() const { return !waits_; }

private:
  utf8proc_int32_t last_ = 0;
  utf8proc_int32_t letter_ = 0; ///< the last that is no mark
  bool waits_ = false;          ///< for a letter that would have joined
};

std::string map(std::string_view utf8, int options) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto size =
    utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()), static_cast<utf8proc_ssize_t>(utf8.size()),
                 &mapped, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner{mapped, &std::free};
  if (size < 0)
    return std::string{utf8}; // not UTF-8: it equals itself only
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

} // namespace

bool utf8_checker::feed(std::string_view bytes) {
  auto now = static_cast<state>(state_);
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at != end) {
    if (now == accept) {
      for (std::uint64_t eight = 0; end - at >= 8; at += 8) {
        std::memcpy(&eight, at, sizeof eight);
        if ((eight & high_bits) != 0)
          break;
      }
      if (at == end)
        break;
      now = lead_states[static_cast<unsigned char>(*at++)];
    } else {
      const auto& rule = continuations[now];
      const auto c = static_cast<unsigned char>(*at++);
      now = c >= rule.low && c <= rule.high ? rule.next : refused;
    }
    if (now == refused)
      break;
  }
  state_ = now;
  return now != refused;
}

bool is_utf8(std::string_view bytes) {
  utf8_checker checker;
  return checker.feed(bytes) && checker.complete();
}

std::size_t count_characters(std::string_view utf8) {
  std::size_t out = 0;
  for (char c : utf8)
    out += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
  return out;
}

std::string_view first_characters(std::string_view utf8, std::size_t count) {
  std::size_t at = 0;
  for (; at < utf8.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(utf8[at]) & 0xC0U) != 0x80U;
    if (begins && count-- == 0)
      break;
  }
  return utf8.substr(0, at);
}

bool has_username_characters(std::string_view utf8) {
  bool may_be_marked = false; // a combining mark belongs to a letter
  joiner_rule joiners;
  const bool good = every_character(utf8, [&](utf8proc_int32_t c) {
    if (!joiners.take(c))
      return false;
    if (c == zero_width_non_joiner || c == zero_width_joiner)
      return true;
    if (is_mark(c))
      return may_be_marked;
    may_be_marked = is_letter_or_digit(c);
    return may_be_marked || c == '_' || c == '-' || c == '.';
  });
  return good && joiners.ends_well();
}

bool looks_like_email(std::string_view text) {
  if (text.size() > limits::email_max)
    return false;
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || text.find('@', at + 1) != std::string_view::npos)
    return false;
  const auto domain = text.substr(at + 1);
  if (domain.find('.') == std::string_view::npos || domain.front() == '.' || domain.back() == '.' ||
      domain.find("..") != std::string_view::npos)
    return false;
  return !has_spaces_or_controls(text);
}

bool has_spaces_or_controls(std::string_view utf8) {
  return !every_character(utf8, [](utf8proc_int32_t c) { return !is_space_or_control(c); });
}

bool says_nothing(std::string_view utf8) {
  if (!utf8.empty() && utf8.front() > ' ' && utf8.front() < '\x7f') // as nearly every text begins
    return false;
  return every_character(utf8, shows_nothing);
}

std::string normalise(std::string_view utf8) {
  if (is_ascii(utf8))
    return std::string{utf8};
  return map(utf8, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::string prepare_password(std::string_view utf8) {
  if (is_ascii(utf8) || !is_utf8(utf8))
    return std::string{utf8};
  std::string spaced;
  spaced.reserve(utf8.size());
  every_character(utf8, [&](utf8proc_int32_t c) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const bool is_space = utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
    const auto size = utf8proc_encode_char(is_space ? ' ' : c, bytes.data());
    spaced.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
    return true;
  });
  return normalise(spaced);
}

std::string fold(std::string_view utf8) {
  if (is_ascii(utf8)) {
    std::string out{utf8};
    for (char& c : out)
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
  }
  return map(utf8, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
}

} // namespace parley
