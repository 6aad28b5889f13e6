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

TEST(blank_text, is_what_nobody_sees) {
  for (const char* text : {"", " ", "\t\n", "\u00a0\u3000", "\u200b\ufeff"})
    EXPECT_TRUE(is_blank(text)) << text;
  for (const char* text : {"a", " a ", ".", "\u3000中"})
    EXPECT_FALSE(is_blank(text)) << text;
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

RC_GTEST_PROP(normalising, twice_is_normalising_once, ()) {
  const auto once = normalise(*test::utf8_text());
  RC_ASSERT(is_utf8(once));
  RC_ASSERT(normalise(once) == once);
}

} // namespace
} // namespace parley
