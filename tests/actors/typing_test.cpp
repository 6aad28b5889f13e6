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

TEST_P(typing_suite, the_others_hear_it_and_the_typing_connection_does_not) {
  auto& second = node_.inside(ann_, room_, GetParam());
  type();
  type(false);
  EXPECT_THAT(heard(*hearer_), ElementsAre(true, false));
  EXPECT_THAT(heard(second), ElementsAre(true, false));
  EXPECT_THAT(heard(*typist_), IsEmpty());
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
