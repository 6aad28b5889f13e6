// What other back ends write is read, or known to be nothing.
#include "moving/values.hpp"

#include <gtest/gtest.h>

namespace parley::moving {
namespace {

std::string shown(std::string_view text) {
  const auto read = read_time(text);
  return read ? format_time(*read) : "none";
}

TEST(a_time, is_read_in_every_form_that_back_ends_write) {
  for (const auto* text :
       {"2025-06-16 10:30:00.5", "2025-06-16T10:30:00.500000", "2025-06-16T10:30:00.5Z", "2025-06-16 10:30:00.5+00",
        "2025-06-16T12:30:00,5+02:00", "2025-06-16 12:30:00.5+0200", "2025-06-16 10:30:00.5 UTC", "1750069800.5",
        "1750069800500", "1750069800500000", "1750069800500000000", "1.7500698005e9", "  2025-06-16 10:30:00.5 "})
    EXPECT_EQ(shown(text), "2025-06-16T10:30:00.500Z") << text;
  EXPECT_EQ(shown("2025-06-16"), "2025-06-16T00:00:00.000Z");
  EXPECT_EQ(shown("2025-06-16 10:30"), "2025-06-16T10:30:00.000Z");
}

TEST(a_time, that_is_none_is_known) {
  for (const auto* text : {"", "yesterday", "2025-13-01", "2025-06-16 25:00:00", "2025-06-16x10:30:00",
                           "2025-06-16 10:30:00 MEZ", "-1", "nan", "inf", "1e30", "1931-01-01", "20250616T103000"})
    EXPECT_EQ(shown(text), "none") << text;
}

TEST(truth, is_read_in_every_form) {
  for (const auto* text : {"1", "t", "TRUE", "yes", "On"})
    EXPECT_EQ(read_truth(text), std::optional(true)) << text;
  for (const auto* text : {"0", "f", "False", "no", "off", ""})
    EXPECT_EQ(read_truth(text), std::optional(false)) << text;
  EXPECT_EQ(read_truth("perhaps"), std::nullopt);
}

TEST(an_id, is_a_positive_whole_number) {
  EXPECT_EQ(read_id("7"), std::optional<std::int64_t>(7));
  for (const auto* text : {"0", "-7", "7.0", "64f0", "", "9223372036854775808"})
    EXPECT_EQ(read_id(text), std::nullopt) << text;
}

TEST(a_text, that_is_none_is_repaired) {
  EXPECT_EQ(repair("文字").text, "文字");
  EXPECT_FALSE(repair("文字").changed);
  EXPECT_EQ(repair(std::string_view("a\0b\xFF\xE6\x96", 6)).text, "a\uFFFDb\uFFFD\uFFFD\uFFFD");
  EXPECT_TRUE(repair("\xFF").changed);
}

TEST(a_name, becomes_one_that_is_taken) {
  EXPECT_EQ(usable_name("ann", 2, 32), "ann");
  EXPECT_EQ(usable_name("  李雷 ", 2, 32), "李雷");
  EXPECT_EQ(usable_name("dave smith!", 2, 32), "dave_smith_");
  EXPECT_EQ(usable_name("x", 2, 32), "x_");
  EXPECT_EQ(usable_name("abcdef", 2, 4), "abcd");
  EXPECT_EQ(usable_name("e\u0301va", 2, 32), "\u00E9va") << "in normalisation form C";
  for (const auto* text : {"", "  ", "!!!", "\xFF"})
    EXPECT_EQ(usable_name(text, 2, 32), "") << text;
}

TEST(a_hash, tells_its_scheme) {
  const std::string bcrypt = "04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS";
  for (const auto* prefix : {"$2a$", "$2b$", "$2y$"})
    EXPECT_EQ(scheme_of(prefix + bcrypt), "bcrypt") << prefix;
  EXPECT_EQ(scheme_of("$2b$04$short"), "unknown");
  EXPECT_EQ(scheme_of("$2x$" + bcrypt), "bcrypt of crypt_blowfish 1.0");
  EXPECT_EQ(scheme_of("$argon2id$v=19$m=1"), "argon2");
  EXPECT_EQ(scheme_of("pbkdf2_sha256$600000$salt$hash"), "pbkdf2");
  EXPECT_EQ(scheme_of("$bcrypt-sha256$v=2,t=2b,r=12$salt$hash"), "bcrypt-sha256");
  EXPECT_EQ(scheme_of("hunter2"), "unknown");
  EXPECT_EQ(scheme_of(""), "");
}

} // namespace
} // namespace parley::moving
