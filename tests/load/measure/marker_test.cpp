#include "load/measure/marker.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley::load {
namespace {

RC_GTEST_PROP(marker, comes_back_from_any_place_in_a_text,
              (std::uint32_t run, std::uint32_t room, std::uint32_t number, std::int64_t sent)) {
  const marker written{run, room, number, sent};
  const auto junk = rc::gen::container<std::string>(rc::gen::element('~', 'p', 'l', 'y', ':', '"', '0', 'x'));
  const std::string text = *junk + '"' + marked_content(written, 64) + '"' + *junk;
  RC_ASSERT(find_marker(text) == written);
}

TEST(marker, content_has_the_size_that_was_asked) {
  EXPECT_EQ(marked_content({}, 200).size(), 200U);
  EXPECT_EQ(marked_content({}, 1).size(), marker_size);
  EXPECT_EQ(marked_text(200).content().size(), 200U);
  EXPECT_EQ(marked_text(200).marker_alone().size(), marker_size);
}

std::string framed(const std::string& content) {
  return R"({"id":7,"content":")" + content + R"("})";
}

bool intact(const std::string& frame) {
  const auto found = find_marker(frame);
  return found && found->intact;
}

TEST(marker, tells_a_content_that_was_cut_or_changed_from_one_that_was_not) {
  for (const std::size_t size : {marker_size, marker_size + 1, std::size_t{64}, std::size_t{200}, std::size_t{4000}}) {
    const std::string content = marked_content({1, 2, 3, 4}, size);
    EXPECT_TRUE(intact(content)) << "alone";
    EXPECT_TRUE(intact(framed(content)));
    EXPECT_FALSE(intact(framed(content + "x"))) << "longer";
    EXPECT_FALSE(intact(framed(content + " (edited)")));
    EXPECT_FALSE(intact(framed("say " + content)));
    for (std::size_t at = marker_size; at < size; ++at) {
      EXPECT_FALSE(intact(framed(content.substr(0, at)))) << "cut at " << at << " of " << size;
      std::string changed = content;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      EXPECT_FALSE(intact(framed(changed))) << "changed at " << at << " of " << size;
    }
  }
}

TEST(marker, tells_a_field_that_was_changed) {
  const std::string content = marked_content({1, 2, 3, 4}, 64);
  for (std::size_t at = 5; at + 1 < marker_size; ++at) {
    std::string changed = content;
    changed[at] = changed[at] == '9' ? '8' : '9';
    EXPECT_FALSE(intact(framed(changed))) << at;
  }
}

TEST(marker, tells_that_pieces_of_the_filler_changed_places) {
  std::string content = marked_content({1, 2, 3, 4}, 400);
  for (int i = 0; i < 8; ++i)
    std::swap(content[100 + i], content[108 + i]);
  EXPECT_FALSE(intact(framed(content)));
}

std::vector<std::uint32_t> numbers(std::string_view frame) {
  std::vector<std::uint32_t> out;
  std::string joined;
  for (const std::string_view piece : split_messages(frame)) {
    joined.append(piece);
    const auto found = find_marker(piece);
    if (found && found->intact && find_number(piece, "\"id\":") == found->number)
      out.push_back(found->number);
  }
  EXPECT_EQ(joined, frame);
  return out;
}

std::string message(std::uint32_t number) {
  const std::string user = R"("user":{"name":"a}\"]b"})";
  const std::string id = R"("id":)" + std::to_string(number);
  const std::string content = R"("content":")" + marked_content({1, 2, number, 4}, 70 + number) + '"';
  return number % 2 == 0 ? "{" + id + "," + user + "," + content + "}" : "{" + content + "," + user + "," + id + "}";
}

TEST(marker, messages_of_one_frame_come_apart_with_what_belongs_to_each) {
  const std::vector<std::uint32_t> all{1, 2, 3, 4};
  EXPECT_EQ(numbers("[" + message(1) + "," + message(2) + "," + message(3) + "," + message(4) + "]"), all);
  EXPECT_EQ(numbers(message(1) + "\n" + message(2) + message(3) + " " + message(4)), all);
  EXPECT_EQ(numbers(R"({"n":4,"list":[)" + message(1) + "," + message(2) + "," + message(3) + "," + message(4) +
                    R"(],"x":[1]})"),
            all);
  EXPECT_EQ(numbers(message(2)), std::vector<std::uint32_t>{2});
  EXPECT_EQ(split_messages("no mark").size(), 1U);
  const std::string bare = marked_content({1, 2, 1, 4}, 64) + "\n" + marked_content({1, 2, 2, 4}, 64);
  ASSERT_EQ(split_messages(bare).size(), 2U);
  EXPECT_TRUE(find_marker(split_messages(bare)[0])->intact && find_marker(split_messages(bare)[1])->intact);
  EXPECT_TRUE(may_hold_several(bare));
  EXPECT_FALSE(may_hold_several(message(2)));
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
