#include "load/scenario/room_ledger.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley::load {
namespace {

using heard = room_ledger::heard;

/// Three members, of whom the first two are in.
struct room_of_two : testing::Test {
  room_of_two() {
    room.came(0);
    room.came(1);
  }

  [[nodiscard]] std::uint64_t lost() const { return counts.expected - counts.delivered; }

  tally total;
  delivery_counts counts{total};
  room_ledger room{3, true, counts};
};

TEST_F(room_of_two, owes_a_message_to_those_who_are_in_when_it_leaves) {
  EXPECT_EQ(room.start(0, audience::everyone), 0U);
  EXPECT_EQ(room.owed(), 2U);
  room.came(2);
  EXPECT_EQ(room.owed(), 2U);
  EXPECT_EQ(room.start(0, audience::others), 1U);
  EXPECT_EQ(room.owed(), 4U) << "all but the sender";
  room.start(1, audience::sender);
  EXPECT_EQ(room.owed(), 5U);
  EXPECT_EQ(counts.expected, 5U);
}

TEST_F(room_of_two, is_settled_when_all_came) {
  room.start(0, audience::everyone);
  EXPECT_EQ(room.note(0, 0, 7), heard::first_time);
  EXPECT_EQ(lost(), 1U);
  EXPECT_EQ(room.note(1, 0, 7), heard::first_time);
  EXPECT_EQ(lost(), 0U);
  EXPECT_EQ(room.owed(), 0U);
  EXPECT_EQ(room.last_id(1), 7U);
}

TEST_F(room_of_two, counts_a_second_copy_as_doubled_and_not_as_delivered) {
  room.start(0, audience::everyone);
  room.note(1, 0, 7);
  EXPECT_EQ(room.note(1, 0, 7), heard::again);
  EXPECT_EQ(counts.doubled, 1U);
  EXPECT_EQ(counts.delivered, 1U);
}

TEST_F(room_of_two, counts_ids_of_one_message_that_members_do_not_agree_on) {
  room.start(0, audience::everyone);
  room.start(0, audience::everyone);
  room.note(0, 0, 7);
  room.note(1, 0, 1007);
  EXPECT_EQ(counts.id_conflicts, 1U);
  EXPECT_EQ(room.id_of(0), 7U);
  room.note(0, 1, 8);
  room.note(1, 1, 1008);
  EXPECT_EQ(counts.id_conflicts, 2U) << "rising, and yet not the same";
  EXPECT_EQ(counts.out_of_order, 0U);
  EXPECT_EQ(room.id_of(5), 0U);
}

TEST_F(room_of_two, counts_ids_that_fall_as_out_of_order) {
  room.start(0, audience::everyone);
  room.start(0, audience::everyone);
  room.note(1, 0, 9);
  EXPECT_EQ(room.note(1, 1, 8), heard::first_time);
  EXPECT_EQ(counts.out_of_order, 1U);
  room.note(0, 1, 8);
  room.note(0, 0, 9);
  EXPECT_EQ(counts.out_of_order, 1U) << "the order is that of the ids, not of our numbers";
}

TEST_F(room_of_two, counts_what_nobody_sent_and_what_has_no_id_as_astray) {
  EXPECT_EQ(room.note(0, 0, 7), heard::never_sent);
  EXPECT_EQ(counts.strays, 1U);
  room.start(0, audience::everyone);
  room.note(0, 0, std::nullopt);
  EXPECT_EQ(counts.strays, 2U);
}

TEST_F(room_of_two, lets_a_member_on_the_way_in_hear_or_miss) {
  room.start(0, audience::everyone);
  room.note(0, 0, 7);
  room.note(1, 0, 7);
  EXPECT_EQ(room.note(2, 0, 7), heard::first_time);
  EXPECT_EQ(counts.delivered, 3U);
  EXPECT_EQ(lost(), 0U);
  EXPECT_EQ(room.note(2, 0, 7), heard::again);
  EXPECT_EQ(counts.doubled, 1U);
}

TEST_F(room_of_two, owes_nothing_more_to_a_member_that_left) {
  room.start(0, audience::everyone);
  room.leaving(1);
  room.start(0, audience::everyone);
  EXPECT_EQ(counts.expected, 3U);
  EXPECT_EQ(room.went(1), 1U);
  EXPECT_EQ(counts.expected, 2U);
  EXPECT_EQ(room.note(1, 0, 7), heard::first_time) << "it was on its way";
  EXPECT_EQ(counts.expected, 3U);
}

TEST_F(room_of_two, still_owes_what_was_left_out_before_a_later_message) {
  room.start(0, audience::everyone);
  room.start(0, audience::everyone);
  room.note(0, 0, 7);
  room.note(0, 1, 8);
  room.note(1, 1, 8);
  EXPECT_EQ(room.went(1), 0U) << "it heard 8 and never 7";
  EXPECT_EQ(lost(), 1U);
}

TEST_F(room_of_two, owes_a_member_that_resumes_what_it_missed) {
  room.start(0, audience::everyone);
  room.note(0, 0, 7);
  EXPECT_EQ(room.owed(), 1U);
  room.note(1, 0, 7);
  EXPECT_EQ(lost(), 0U);
}

TEST_F(room_of_two, forgets_a_message_that_was_refused) {
  room.start(0, audience::everyone);
  room.withdraw(0);
  EXPECT_EQ(counts.expected, 0U);
  EXPECT_EQ(room.owed(), 0U);
  EXPECT_EQ(room.note(1, 0, 7), heard::first_time) << "refused to the sender only";
  EXPECT_EQ(lost(), 0U);
}

TEST_F(room_of_two, knows_a_second_copy_of_a_message_long_gone) {
  for (std::uint32_t i = 0; i < 5000; ++i) {
    room.start(0, audience::everyone);
    room.note(0, i, i + 1);
    room.note(1, i, i + 1);
  }
  EXPECT_EQ(room.note(1, 0, 1), heard::again);
  EXPECT_EQ(room.note(2, 0, 1), heard::first_time);
  EXPECT_EQ(lost(), 0U);
  EXPECT_EQ(room.end(), 5000U);
}

TEST(room_ledger, without_ids_follows_the_order_of_each_sender) {
  tally total;
  delivery_counts counts(total);
  room_ledger room(2, false, counts);
  room.came(0);
  room.came(1);
  room.start(0, audience::everyone);
  room.start(1, audience::everyone);
  room.start(0, audience::everyone);
  room.note(1, 1, std::nullopt);
  room.note(1, 0, std::nullopt);
  EXPECT_EQ(counts.out_of_order, 0U) << "two senders";
  room.note(0, 2, std::nullopt);
  room.note(0, 0, std::nullopt);
  EXPECT_EQ(counts.out_of_order, 1U);
  EXPECT_EQ(counts.strays, 0U);
}

/// A server that keeps one order, hands each message to all who are in at that moment, and answers in order.
RC_GTEST_PROP(room_ledger, finds_no_fault_in_a_server_that_has_none, ()) {
  constexpr std::uint32_t members = 4;
  tally total;
  delivery_counts counts(total);
  room_ledger room(members, true, counts);
  std::vector<bool> joined(members); // as the server sees it, and so do the members at once
  std::vector<std::uint32_t> on_the_way;
  std::uint64_t id = 0;
  const auto serve = [&] {
    for (const std::uint32_t number : on_the_way) {
      ++id;
      for (std::uint32_t m = 0; m < members; ++m)
        if (joined[m])
          room.note(m, number, id);
    }
    on_the_way.clear();
  };
  const auto steps = *rc::gen::container<std::vector<std::pair<int, std::uint32_t>>>(
    rc::gen::pair(rc::gen::inRange(0, 3), rc::gen::inRange<std::uint32_t>(0, members)));
  for (const auto& [what, who] : steps) {
    if (what == 0) {
      on_the_way.push_back(room.start(who, audience::everyone));
    } else if (what == 1) {
      serve();
    } else if (joined[who]) {
      room.leaving(who);
      joined[who] = false;
      room.went(who);
    } else {
      joined[who] = true;
      room.came(who);
    }
  }
  serve();
  RC_ASSERT(counts.expected == counts.delivered);
  RC_ASSERT(room.owed() == 0U);
  RC_ASSERT(counts.doubled + counts.out_of_order + counts.strays == 0U);
}

} // namespace
} // namespace parley::load
