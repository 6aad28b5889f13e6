#include "load/measure/marker.hpp"
#include "load/scenario/ack_book.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

dialect dialect_with(std::string_view ids) {
  auto parsed = parse_dialect("publish = '{content}'\nack = '\"ok\"'\n" + std::string(ids));
  EXPECT_TRUE(parsed) << parsed.error();
  return *parsed;
}

const dialect with_ids = dialect_with("ack_id_key = \"mid\"\nid_key = \"id\"\n");
const dialect without = dialect_with("");

std::int64_t took_ns(const std::optional<ack_book::answered>& of) {
  return of ? of->received_ns - of->intended_ns : -1;
}

TEST(ack_book, an_acknowledgement_that_is_missing_shifts_no_other) {
  ack_book book(with_ids);
  for (std::uint32_t i = 0; i < 3; ++i)
    book.sent(i, 100 * i);
  book.heard(0, 70);
  book.heard(1, 71);
  book.heard(2, 72);
  EXPECT_EQ(took_ns(book.acknowledged(R"({"ok":1,"mid":71})", 105)), 5);
  EXPECT_EQ(took_ns(book.acknowledged(R"({"ok":1,"mid":72})", 206)), 6);
  EXPECT_EQ(took_ns(book.acknowledged(R"({"ok":1,"mid":72})", 207)), -1) << "it came already";
}

TEST(ack_book, an_acknowledgement_may_come_before_the_message_itself) {
  ack_book book(with_ids);
  book.sent(0, 0);
  book.sent(1, 100);
  EXPECT_FALSE(book.acknowledged(R"({"ok":1,"mid":71})", 105)) << "nobody knows yet whose it is";
  EXPECT_EQ(took_ns(book.heard(1, 71)), 5);
  EXPECT_FALSE(book.heard(0, 70));
}

TEST(ack_book, a_mark_in_an_acknowledgement_says_whose_it_is) {
  ack_book book(without);
  book.sent(0, 0);
  book.sent(1, 100);
  EXPECT_EQ(took_ns(book.acknowledged("\"ok\" " + marked_content({0, 0, 1, 100}, 0), 104)), 4);
}

TEST(ack_book, without_ids_and_marks_acknowledgements_are_taken_in_order_and_errors_take_their_turn) {
  ack_book book(without);
  for (std::uint32_t i = 0; i < 3; ++i)
    book.sent(i, 100 * i);
  EXPECT_FALSE(book.heard(0, 70));
  EXPECT_EQ(took_ns(book.acknowledged("\"ok\"", 7)), 7);
  book.refused();
  EXPECT_EQ(took_ns(book.acknowledged("\"ok\"", 208)), 8);
  EXPECT_FALSE(book.acknowledged("\"ok\"", 300)) << "nothing waits any more";
}

TEST(ack_book, what_is_never_acknowledged_is_forgotten_at_last) {
  ack_book book(without);
  for (std::uint32_t i = 0; i < 200'000; ++i)
    book.sent(i, i);
  const auto oldest = book.acknowledged("\"ok\"", 1'000'000);
  ASSERT_TRUE(oldest);
  EXPECT_GT(oldest->intended_ns, 100'000);
}

} // namespace
} // namespace parley::load
