#include "protocol/text.hpp"
#include "tests/protocol/generators.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley {
namespace {

// -- UTF-8 -----------------------------------------------------------------------

TEST(utf8, of_the_first_and_last_character_of_each_length_is_well_formed) {
  for (std::uint32_t c : {0x0U, 0x7fU, 0x80U, 0x7ffU, 0x800U, 0xd7ffU, 0xe000U, 0xffffU, 0x10000U, 0x10ffffU}) {
    std::string text;
    test::append_utf8(text, c);
    EXPECT_TRUE(is_utf8(text)) << std::hex << c;
    EXPECT_EQ(count_characters(text), 1U);
  }
}

class ill_formed : public testing::TestWithParam<std::string_view> {};

TEST_P(ill_formed, is_refused_wherever_it_stands) {
  const std::string bad{GetParam()};
  for (const std::string& text : {bad, "12345678" + bad, bad + "12345678", "é" + bad, "x" + bad + "中"})
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
}

INSTANTIATE_TEST_SUITE_P(such_as, ill_formed,
                         testing::Values("\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf",
                                         "\xe1\x80", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf1\x80\x80",
                                         "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff", "\xc3\xc3\xa9"));

RC_GTEST_PROP(utf8, that_was_encoded_rightly_is_well_formed, ()) {
  RC_ASSERT(is_utf8(*test::utf8_text()));
}

/// Decodes by the definition, one whole character at a time: slow, and nothing like the code under test.
bool is_utf8_by_definition(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    bool found = false;
    for (std::size_t length = 1; length <= 4 && i + length <= bytes.size() && !found; ++length) {
      const auto piece = bytes.substr(i, length);
      const auto lead = static_cast<unsigned char>(piece[0]);
      std::uint32_t c = length == 1 ? lead : lead & (0x7fU >> length);
      for (char next : piece.substr(1))
        c = c << 6 | (static_cast<unsigned char>(next) & 0x3fU);
      if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        continue;
      std::string again;
      test::append_utf8(again, c);
      if (again == piece) {
        i += length;
        found = true;
      }
    }
    if (!found)
      return false;
  }
  return true;
}

rc::Gen<std::string> bytes_near_utf8() {
  const auto byte = rc::gen::element<char>('a', '\x7f', '\x80', '\x8f', '\x90', '\x9f', '\xa0', '\xbf', '\xc0', '\xc2',
                                           '\xdf', '\xe0', '\xe1', '\xed', '\xef', '\xf0', '\xf1', '\xf4', '\xf5');
  return rc::gen::oneOf(rc::gen::container<std::string>(byte), test::utf8_text(), rc::gen::arbitrary<std::string>());
}

RC_GTEST_PROP(utf8, is_what_the_definition_says, ()) {
  const auto bytes = *bytes_near_utf8();
  RC_ASSERT(is_utf8(bytes) == is_utf8_by_definition(bytes));
}

RC_GTEST_PROP(utf8, in_pieces_is_judged_as_the_whole, ()) {
  const auto bytes = *bytes_near_utf8();
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    utf8_checker checker;
    const bool first = checker.feed(std::string_view{bytes}.substr(0, cut));
    const bool second = checker.feed(std::string_view{bytes}.substr(cut));
    RC_ASSERT((first && second && checker.complete()) == is_utf8(bytes));
    RC_ASSERT(first || !second); // what was refused stays refused
  }
}

TEST(utf8, refused_once_is_taken_again_only_after_a_reset) {
  utf8_checker checker;
  EXPECT_FALSE(checker.feed("\xff"));
  EXPECT_FALSE(checker.feed(""));
  EXPECT_FALSE(checker.feed("a"));
  EXPECT_FALSE(checker.complete());
  checker.reset();
  EXPECT_TRUE(checker.feed("a"));
  EXPECT_TRUE(checker.complete());
}

TEST(utf8, that_ends_within_a_character_may_still_become_well_formed) {
  utf8_checker checker;
  EXPECT_TRUE(checker.feed("\xf0\x9f"));
  EXPECT_FALSE(checker.complete());
  EXPECT_TRUE(checker.feed("\x8e\x89"));
  EXPECT_TRUE(checker.complete());
}

// -- names -------------------------------------------------------------------------

TEST(a_username, may_hold_letters_and_digits_of_any_script) {
  for (const char* name : {"alice", "Bob_7", "a-b.c", "张伟", "Дмитрий", "مريم", "हिन्दी", "e\xcc\x81milie", "٣٤٥"})
    EXPECT_TRUE(has_username_characters(name)) << name;
}

TEST(a_username, may_hold_nothing_else) {
  for (const char* name : {"a b", "a\tb", "a@b", "a/b", "<b>", "a\n", "🎉", "½", "a\u200db", "a\u00a0b", "\u202eabc",
                           "\u3164\u3164\u3164", "a\ufe0f", "Ⅷ", "x²", "\xff", "a\xcc"})
    EXPECT_FALSE(has_username_characters(name)) << name;
}

TEST(a_username, has_combining_marks_behind_letters_only) {
  EXPECT_FALSE(has_username_characters("\u0301abc"));
  EXPECT_FALSE(has_username_characters("a_\u0301"));
  EXPECT_TRUE(has_username_characters("a\u0301\u0302"));
}

TEST(an_email, has_one_at_sign_and_a_dot_in_its_domain) {
  for (const char* text : {"a@b.c", "a.b+c@d-e.example", "имя@пример.рф"})
    EXPECT_TRUE(looks_like_email(text)) << text;
  for (const char* text : {"", "@", "a@", "@b.c", "a@b", "a@b@c.d", "a b@c.d", "a@b.c\n", "a@.c", "a@b.", "a@b..c",
                           "a@b.c\u00a0", "a\u2028@b.c", "\xff@b.c"})
    EXPECT_FALSE(looks_like_email(text)) << text;
}

TEST(an_email, has_at_most_254_bytes) {
  const std::string tail = "@example.org";
  EXPECT_TRUE(looks_like_email(std::string(254 - tail.size(), 'a') + tail));
  EXPECT_FALSE(looks_like_email(std::string(255 - tail.size(), 'a') + tail));
}

TEST(a_username, has_joiners_where_its_script_needs_them) {
  for (const char* name : {"علی\u200cرضا",            // Persian: the letters on both sides would join
                           "عَلِی\u200cرِضا",            // the same, with marks
                           "ශ්\u200dරීමාලි",             // Sinhala: behind a virama
                           "നന്\u200dസി", "അവന്\u200d", // Malayalam, also at the end
                           "क्\u200cष"})               // Devanagari, non-joiner behind a virama
    EXPECT_TRUE(has_username_characters(name)) << name;
}

TEST(a_username, has_joiners_nowhere_else) {
  for (const char* name : {"a\u200cda", "a\u200dda", "\u200cعلی", "علی\u200c", "علی\u200dرضا", // a joiner is not needed
                           "علی\u200c\u200cرضا", "دا\u200cر",                                  // alef does not join
                           "علی\u200c_رضا", "علی\u200cada", "क\u200dष", "ශ්\u200b"})
    EXPECT_FALSE(has_username_characters(name)) << name;
}

RC_GTEST_PROP(a_username, with_a_joiner_between_latin_letters_is_a_disguise, ()) {
  const auto letters = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z')));
  const auto joiner = *rc::gen::element<std::string>("\u200c", "\u200d");
  RC_ASSERT(!has_username_characters(*letters + joiner + *letters));
}

TEST(names, that_differ_in_joiners_alone_are_one_name) {
  EXPECT_EQ(fold("علی\u200cرضا"), fold("علیرضا"));
  EXPECT_EQ(fold("നന്\u200dസി"), fold("നന്സി"));
}

// -- texts that say nothing ----------------------------------------------------------

struct characters {
  std::uint32_t first;
  std::uint32_t last;
};

/// By the Unicode Character Database: White_Space, Default_Ignorable_Code_Point, controls; and what is drawn as
/// nothing.
constexpr characters silent[]{
  {0x00, 0x20},     {0x7f, 0xa0},       {0xad, 0xad},       {0x034f, 0x034f},   {0x061c, 0x061c},   {0x115f, 0x1160},
  {0x1680, 0x1680}, {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x2000, 0x200f},   {0x2028, 0x202f},   {0x205f, 0x206f},
  {0x2800, 0x2800}, {0x3000, 0x3000},   {0x3164, 0x3164},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
  {0xfff0, 0xfffb}, {0x16fe4, 0x16fe4}, {0x1bca0, 0x1bca3}, {0x1d159, 0x1d159}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

/// Random text of silent characters only.
std::string silent_text() {
  std::string out;
  for (const auto& range : *rc::gen::container<std::vector<characters>>(
         rc::gen::elementOf(std::vector<characters>(std::begin(silent), std::end(silent)))))
    test::append_utf8(out, *rc::gen::inRange(range.first, range.last + 1));
  return out;
}

TEST(a_text, of_any_one_silent_character_says_nothing) {
  for (const auto& range : silent)
    for (auto c = range.first; c <= range.last; ++c) {
      std::string text;
      test::append_utf8(text, c);
      EXPECT_TRUE(says_nothing(text)) << std::hex << c;
    }
  EXPECT_TRUE(says_nothing(""));
}

RC_GTEST_PROP(a_text, of_silent_characters_says_nothing, ()) {
  RC_ASSERT(says_nothing(silent_text()));
}

RC_GTEST_PROP(a_text, with_one_character_that_is_seen_says_something, ()) {
  const auto seen = *rc::gen::element<std::string>("a", ".", "!", "中", "й", "ש", "み", "👍", "\u0301", "\u2764", "٣",
                                                   "\U0001F3F4", "\uE000", "\u0600", "\uFFFD", "©");
  RC_ASSERT(!says_nothing(silent_text() + seen + silent_text()));
}

TEST(a_text, of_emoji_and_of_scripts_that_need_joiners_says_something) {
  for (const char* text :
       {"👨\u200d👩\u200d👧", "❤\ufe0f", "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F", "🇨🇳",
        "1\ufe0f\u20e3", "می\u200cخواهم", "\u200fשלום", ".", "\u3000中", " a "})
    EXPECT_FALSE(says_nothing(text)) << text;
}

TEST(a_text, of_what_is_not_assigned_yet_says_something) {
  EXPECT_FALSE(says_nothing("\U0001FAFF")); // emoji of tomorrow
}

// -- forms ---------------------------------------------------------------------------

TEST(folding, makes_equal_what_looks_equal) {
  EXPECT_EQ(fold("Alice"), "alice");
  EXPECT_EQ(fold("ДМИТРИЙ"), fold("дмитрий"));
  EXPECT_EQ(fold("Straße"), fold("STRASSE"));
  EXPECT_EQ(fold("ａｂｃ"), "abc"); // full-width letters
  EXPECT_EQ(fold("e\u0301"), fold("\u00c9"));
  EXPECT_NE(fold("alice"), fold("a1ice"));
}

TEST(folding, leaves_what_is_not_utf8_as_it_is) {
  EXPECT_EQ(fold("A\xff"), "A\xff");
}

RC_GTEST_PROP(folding, of_any_utf8_gives_utf8, ()) {
  RC_ASSERT(is_utf8(fold(*test::utf8_text())));
}

TEST(normalising, composes) {
  EXPECT_EQ(normalise("e\u0301"), "\u00e9");
  EXPECT_EQ(normalise("Ａ"), "Ａ"); // compatibility forms stay
}

TEST(a_password, is_the_same_however_its_accents_and_spaces_are_typed) {
  EXPECT_EQ(prepare_password("Zlut\u030c\u00a0ku\u030an"), "Zlu\u0165 k\u016fn");
  EXPECT_EQ(prepare_password("a\u3000b\u2003c"), "a b c");
  EXPECT_EQ(prepare_password("\uff21 b\tC"), "\uff21 b\tC"); // width, case and controls stay (RFC 8265 §4.2)
  EXPECT_EQ(prepare_password("\xff \u00a0"), "\xff \u00a0"); // not UTF-8
}

RC_GTEST_PROP(a_password, prepared_twice_is_prepared_once, ()) {
  const auto once = prepare_password(*test::utf8_text());
  RC_ASSERT(is_utf8(once));
  RC_ASSERT(prepare_password(once) == once);
}

RC_GTEST_PROP(a_password, of_ascii_stays_as_it_is, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
  RC_ASSERT(prepare_password(text) == text);
}

RC_GTEST_PROP(normalising, twice_is_normalising_once, ()) {
  const auto once = normalise(*test::utf8_text());
  RC_ASSERT(is_utf8(once));
  RC_ASSERT(normalise(once) == once);
}

TEST(first_characters, are_whole_ones) {
  EXPECT_EQ(first_characters("Чат", 2), "Ча");
  EXPECT_EQ(first_characters("Чат", 3), "Чат");
  EXPECT_EQ(first_characters("Чат", 4), "Чат");
  EXPECT_EQ(first_characters("😀x", 1), "😀");
  EXPECT_EQ(first_characters("abc", 0), "");
  EXPECT_EQ(first_characters("", 5), "");
}

} // namespace
} // namespace parley
