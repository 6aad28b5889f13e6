// Typing, which stops by itself.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class typing_suite : public ::testing::TestWithParam<wire_shape> {
protected:
  typing_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    room_ = node_.store.add_room(ann_);
    node_.store.add_member(room_, bob_);
    typist_ = &node_.inside(ann_, room_, GetParam());
    hearer_ = &node_.inside(bob_, room_, GetParam());
    typist_->forget();
  }

  static std::vector<bool> heard(const client& who) {
    std::vector<bool> out;
    for (const auto& x : who.heard("typing"))
      out.push_back(x["is_typing"]);
    return out;
  }
  void type(bool is_typing = true) {
    typist_->types(room_, is_typing);
    node_.settle();
  }

  small_node node_;
  user_id ann_, bob_;
  room_id room_;
  client* typist_;
  client* hearer_;
};

INSTANTIATE_TEST_SUITE_P(shapes, typing_suite, ::testing::Values(wire_shape::envelope, wire_shape::flat),
                         [](const auto& x) {
                           return std::string(x.param == wire_shape::envelope ? "envelope" : "flat");
                         });

TEST_P(typing_suite, the_others_hear_it_and_no_connection_of_the_typing_user_does) {
  auto& second = node_.inside(ann_, room_);
  auto& third = node_.inside(ann_, room_, wire_shape::flat);
  type();
  type(false);
  type();
  node_.advance(7s);
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false, true, false));
  for (const auto* own : {typist_, &second, &third})
    EXPECT_THAT(heard(*own), IsEmpty());
}

TEST_P(typing_suite, a_message_ends_it_once_and_before_it_is_heard) {
  type();
  typist_->posts(room_, "x");
  node_.settle();
  const auto& message = GetParam() == wire_shape::envelope ? "room_message" : "chat_message";
  EXPECT_THAT(hearer_->types_heard(), ElementsAre("typing", "typing", message));
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false));
  EXPECT_THAT(typist_->heard("typing"), IsEmpty());
  node_.advance(10s);
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false));
}

TEST_P(typing_suite, a_message_over_http_or_from_another_connection_ends_it) {
  type();
  auto posted =
    node_.ask<submitted>(node_.live(room_), submit_message{{ann_, "ann", {}}, {"x", message_type::text, {}}});
  node_.settle();
  ASSERT_TRUE(posted->value);
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false));
  type();
  node_.inside(ann_, room_, wire_shape::flat).posts(room_, "y");
  node_.settle();
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false, true, false));
}

TEST_P(typing_suite, whoever_types_on_while_its_message_is_being_committed_goes_on_typing) {
  type();
  node_.hold(node_.writer);
  typist_->posts(room_, "x");
  node_.settle();
  type();
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false, true));
  node_.release(node_.writer);
  node_.settle();
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false, true));
  node_.advance(6s);
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false, true, false));
}

TEST_P(typing_suite, a_message_that_is_refused_or_of_somebody_else_does_not_end_it) {
  type();
  hearer_->posts(room_, "y");
  node_.ask<member_state>(node_.live(room_), change_member{ann_, bob_, {.role = {}, .muted_until = node_.now() + 1h}});
  node_.settle();
  hearer_->types(room_);
  hearer_->posts(room_, "z");
  node_.settle();
  EXPECT_THAT(hearer_->errors(), ElementsAre("muted"));
  EXPECT_THAT(heard(*hearer_), ElementsAre(true));
  EXPECT_THAT(heard(*typist_), ElementsAre(true));
}

TEST_P(typing_suite, it_stops_by_itself_after_six_seconds_and_only_once) {
  type();
  node_.advance(5750ms);
  EXPECT_THAT(heard(*hearer_), ElementsAre(true));
  node_.advance(250ms);
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false));
  node_.advance(20s);
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false));
}

TEST_P(typing_suite, the_typing_connection_does_not_hear_that_it_stopped_by_itself) {
  type();
  node_.advance(7s);
  EXPECT_THAT(heard(*typist_), IsEmpty());
}

TEST_P(typing_suite, typing_on_extends_it) {
  type();
  node_.advance(4s);
  type();
  node_.advance(5s);
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, true));
  node_.advance(1s);
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, true, false));
}

TEST_P(typing_suite, an_own_stop_is_not_repeated_later) {
  type();
  type(false);
  node_.advance(10s);
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false));
}

TEST_P(typing_suite, each_user_stops_at_its_own_time) {
  type();
  node_.advance(3s);
  hearer_->types(room_);
  node_.settle();
  node_.advance(3s);
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false));
  EXPECT_THAT(heard(*typist_), ElementsAre(true));
  node_.advance(3s);
  EXPECT_THAT(heard(*typist_), ElementsAre(true, false));
}

TEST_P(typing_suite, losing_the_connection_ends_it) {
  type();
  typist_->breaks();
  node_.settle();
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false));
  node_.advance(10s);
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false));
}

TEST_P(typing_suite, a_connection_that_is_not_in_the_room_is_refused) {
  auto& outside = node_.signed_in(ann_);
  outside.types(room_);
  node_.settle();
  EXPECT_THAT(outside.errors(), ElementsAre("not_joined"));
  EXPECT_THAT(heard(*hearer_), IsEmpty());
}

} // namespace
} // namespace parley::test
