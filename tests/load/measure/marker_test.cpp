#include "load/measure/marker.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley::load {
namespace {

RC_GTEST_PROP(marker, comes_back_from_any_place_in_a_text,
              (std::uint32_t run, std::uint32_t room, std::uint32_t number, std::int64_t sent)) {
  const marker written{run, room, number, sent};
  const auto junk = rc::gen::container<std::string>(rc::gen::element('~', 'p', 'l', 'y', ':', '"', '0', 'x'));
  const std::string text = *junk + marked_content(written, 64) + *junk;
  RC_ASSERT(find_marker(text) == written);
}

TEST(marker, content_has_the_size_that_was_asked) {
  EXPECT_EQ(marked_content({}, 200).size(), 200U);
  EXPECT_EQ(marked_content({}, 1).size(), marker_size);
}

TEST(marker, a_cut_or_damaged_one_is_none) {
  const std::string whole = marked_content({1, 2, 3, 4}, marker_size);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(find_marker(whole.substr(0, size))) << size;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = 'g';
    EXPECT_FALSE(find_marker(damaged)) << at;
  }
  EXPECT_FALSE(find_marker(""));
}

TEST(marker, numbers_are_those_of_the_exact_key) {
  const std::string text = R"({"room_id":7,"sender_id":8,"id":42,"id":43})";
  EXPECT_EQ(find_number(text, "\"id\":"), 42U);
  EXPECT_EQ(find_number(R"({"id": 42})", "\"id\":"), 42U);
  EXPECT_FALSE(find_number(R"({"id":"42"})", "\"id\":"));
  EXPECT_FALSE(find_number(R"({"id":)", "\"id\":"));
  EXPECT_FALSE(find_number(R"({"room_id":7})", "\"id\":"));
}

TEST(marker, texts_end_at_their_quote) {
  EXPECT_EQ(find_text(R"({"type":"pong","x":"y"})", "\"type\":"), "pong");
  EXPECT_EQ(find_text(R"({"type": "pong"})", "\"type\":"), "pong");
  EXPECT_EQ(find_text(R"({"type":""})", "\"type\":"), "");
  EXPECT_FALSE(find_text(R"({"type":5})", "\"type\":"));
  EXPECT_FALSE(find_text(R"({"type":"po)", "\"type\":"));
  EXPECT_FALSE(find_text(R"({"message_type":"text"})", "\"type\":"));
}

} // namespace
} // namespace parley::load
