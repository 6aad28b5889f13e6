// A node whose place on the database is in doubt: it takes nothing, and tells nothing that no commit stands behind.
#include "actors/player.hpp"
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class a_node_in_doubt : public ::testing::TestWithParam<wire_shape> {
protected:
  a_node_in_doubt() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    room_config config;
    config.sync = sync_mode::everyone;
    room_ = node_.store.add_room(ann_, config);
    node_.store.add_member(room_, bob_);
    speaker_ = &node_.inside(ann_, room_, GetParam());
    hearer_ = &node_.inside(bob_, room_);
    speaker_->forget();
  }

  void steers(const client& who, const std::string& what, json payload) {
    payload["room_id"] = room_.value;
    who.says("sync_" + what, payload);
    node_.settle();
  }

  small_node node_;
  user_id ann_, bob_;
  room_id room_;
  client* speaker_;
  client* hearer_;
};

INSTANTIATE_TEST_SUITE_P(shapes, a_node_in_doubt, ::testing::Values(wire_shape::envelope, wire_shape::flat),
                         [](const auto& x) {
                           return std::string(x.param == wire_shape::envelope ? "envelope" : "flat");
                         });

TEST_P(a_node_in_doubt, takes_no_message_and_no_typing_until_the_doubt_is_over) {
  node_.suspended = true;
  speaker_->posts(room_, "x", "c1");
  speaker_->types(room_);
  node_.settle();
  EXPECT_THAT(speaker_->errors(), ElementsAre("rate_limited", "rate_limited"));
  EXPECT_THAT(hearer_->types_heard(), IsEmpty());
  EXPECT_EQ(node_.store.committed.messages.size(), 0U);
  EXPECT_FALSE(speaker_->closed());
  node_.suspended = false;
  speaker_->types(room_);
  speaker_->posts(room_, "x", "c1");
  node_.settle();
  EXPECT_THAT(hearer_->types_heard(), ElementsAre("typing", "typing", "room_message"));
}

TEST_P(a_node_in_doubt, takes_no_order) {
  node_.suspended = true;
  auto asked = node_.ask<room_view>(node_.live(room_), change_room{ann_, {.name = "new", .description = {}}});
  node_.settle();
  EXPECT_EQ(asked->refused, error_code::rate_limited);
  EXPECT_THAT(hearer_->types_heard(), IsEmpty());
}

TEST_P(a_node_in_doubt, lets_nobody_in) {
  auto& late = node_.signed_in(ann_);
  node_.suspended = true;
  late.joins(room_);
  node_.settle();
  EXPECT_EQ(late.heard("room_join_error").at(0)["code"], "rate_limited");
  node_.suspended = false;
  late.joins(room_);
  node_.settle();
  EXPECT_EQ(late.heard("room_joined").size(), 1U);
}

TEST_P(a_node_in_doubt, refuses_the_player_and_tells_afterwards_how_it_moved_by_itself) {
  const auto film = node_.store.add_video(room_, ann_, "film");
  steers(*hearer_, "load", {{"video_id", film.value}});
  steers(*hearer_, "play", {{"position_s", 0}});
  steers(*hearer_, "buffering", {{"is_buffering", true}});
  hearer_->forget();
  node_.suspended = true;
  steers(*hearer_, "pause", {{"position_s", 1}});
  steers(*hearer_, "buffering", {{"is_buffering", false}});
  EXPECT_THAT(hearer_->errors(), ElementsAre("rate_limited", "rate_limited"));
  hearer_->forget();
  node_.advance(player::buffering_lifetime + 1s);
  EXPECT_THAT(hearer_->types_heard(), IsEmpty());
  node_.suspended = false;
  node_.advance(1s);
  EXPECT_EQ(hearer_->heard("sync_state").size(), 1U);
}

} // namespace
} // namespace parley::test
