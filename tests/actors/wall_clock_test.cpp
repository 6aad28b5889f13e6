// Somebody sets the wall clock by an hour, forward or back: nothing that lasts is longer or shorter for it.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class a_step_of_the_wall_clock : public ::testing::TestWithParam<std::chrono::hours> {
protected:
  a_step_of_the_wall_clock() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    room_config config;
    config.sync = sync_mode::owner;
    room_ = node_.store.add_room(ann_, config);
    node_.store.add_member(room_, bob_);
    film_ = node_.store.add_video(room_, ann_, "film");
    owner_ = &node_.inside(ann_, room_);
    member_ = &node_.inside(bob_, room_);
  }

  void step() { node_.step_wall(GetParam()); }
  void steer(const std::string& what, json payload) {
    payload["room_id"] = room_.value;
    owner_->says("sync_" + what, std::move(payload));
    node_.settle();
  }
  json film_now() {
    member_->forget();
    member_->says("sync_request", {{"room_id", room_.value}}, 1);
    node_.settle();
    return member_->heard("sync_state").back();
  }
  void mute_bob_for(std::chrono::milliseconds how_long) {
    member_patch patch;
    patch.muted_until.emplace(node_.now() + how_long);
    auto done = node_.ask<member_state>(node_.live(room_), change_member{ann_, bob_, patch});
    node_.settle();
    ASSERT_TRUE(done->value);
  }
  error_code post() {
    post_draft draft;
    draft.content = "x";
    auto out = node_.ask<submitted>(node_.live(room_), submit_message{{bob_, "bob", {}}, std::move(draft)});
    node_.settle();
    return out->value ? error_code::none : out->refused.value_or(error_code::internal);
  }
  error_code edit(message_id what) {
    auto out = node_.ask<message>(node_.live(room_), edit_message{bob_, what, "y"});
    node_.settle();
    return out->value ? error_code::none : out->refused.value_or(error_code::internal);
  }

  small_node node_;
  user_id ann_, bob_;
  room_id room_;
  video_id film_;
  client* owner_;
  client* member_;
};

TEST_P(a_step_of_the_wall_clock, moves_no_film) {
  steer("load", {{"video_id", film_.value}});
  steer("play", {{"position_s", 100}});
  node_.advance(2s);
  const auto before = film_now();
  step();
  const auto after = film_now();
  EXPECT_EQ(after["position_s"], 102);
  EXPECT_EQ(after["server_time_ms"], before["server_time_ms"]) << "clients reckon with it: it goes on evenly";
  node_.advance(3s);
  const auto later = film_now();
  EXPECT_EQ(later["position_s"], 105);
  EXPECT_EQ(later["server_time_ms"].get<std::int64_t>() - before["server_time_ms"].get<std::int64_t>(), 3000);
  steer("pause", {{"position_s", 105}});
  step();
  EXPECT_EQ(film_now()["position_s"], 105);
}

TEST_P(a_step_of_the_wall_clock, leaves_the_clock_of_clients_as_it_was) {
  const auto ask = [&] {
    owner_->forget();
    owner_->says("clock_ping", {{"t0", 1}});
    owner_->says("ping", {{"timestamp", 1}});
    node_.settle();
    const auto pong = owner_->heard("clock_pong").at(0);
    EXPECT_EQ(owner_->heard("pong").at(0)["server_time_ms"], pong["t2"]);
    return pong["t1"];
  };
  const auto before = ask();
  step();
  EXPECT_EQ(ask(), before);
}

TEST_P(a_step_of_the_wall_clock, keeps_nobody_buffering_for_longer) {
  steer("load", {{"video_id", film_.value}});
  steer("play", {{"position_s", 0}});
  member_->says("sync_buffering", {{"room_id", room_.value}, {"is_buffering", true}});
  node_.settle();
  node_.advance(1s);
  step();
  node_.advance(13s);
  EXPECT_THAT(film_now()["waiting_for"], ElementsAre(bob_.value));
  node_.advance(1250ms);
  EXPECT_THAT(film_now()["waiting_for"], IsEmpty());
}

TEST_P(a_step_of_the_wall_clock, ends_a_session_when_its_token_would_have_ended) {
  auto& who = node_.connect(node_.token(ann_, 30min));
  node_.settle();
  step();
  node_.advance(28min);
  EXPECT_THAT(who.heard("auth_expiring"), IsEmpty());
  node_.advance(1min + 1s);
  EXPECT_THAT(who.heard("auth_expiring"), SizeIs(1));
  EXPECT_EQ(who.closed(), std::nullopt);
  node_.advance(1min);
  EXPECT_EQ(who.closed(), close_code::unauthenticated);
}

TEST_P(a_step_of_the_wall_clock, gives_a_guest_its_ten_seconds_to_sign_in) {
  auto& guest = node_.connect(std::nullopt);
  node_.settle();
  step();
  node_.advance(9s);
  EXPECT_EQ(guest.closed(), std::nullopt);
  node_.advance(1250ms);
  EXPECT_EQ(guest.closed(), close_code::unauthenticated);
}

TEST_P(a_step_of_the_wall_clock, changes_no_rate) {
  for (int i = 0; i < 40; ++i)
    member_->posts(room_, "x");
  node_.settle();
  EXPECT_THAT(member_->errors(), IsEmpty());
  step();
  member_->posts(room_, "x");
  node_.settle();
  EXPECT_THAT(member_->errors(), ElementsAre("rate_limited"));
  node_.advance(1s);
  member_->forget();
  for (int i = 0; i < 20; ++i)
    member_->posts(room_, "x");
  node_.settle();
  EXPECT_THAT(member_->errors(), IsEmpty());
}

TEST_P(a_step_of_the_wall_clock, makes_a_mute_neither_longer_nor_shorter) {
  member_->posts(room_, "x");
  node_.settle();
  const message_id mine{member_->ids().back()};
  mute_bob_for(10min);
  EXPECT_EQ(post(), error_code::muted);
  step();
  node_.advance(9min);
  EXPECT_EQ(post(), error_code::muted);
  EXPECT_EQ(edit(mine), error_code::muted);
  node_.advance(1min);
  EXPECT_EQ(post(), error_code::none);
  EXPECT_EQ(edit(mine), error_code::none);
}

TEST_P(a_step_of_the_wall_clock, counts_a_mute_that_comes_after_it_from_what_the_clock_shows_then) {
  step();
  mute_bob_for(1min);
  EXPECT_EQ(post(), error_code::muted);
  node_.advance(59s);
  EXPECT_EQ(post(), error_code::muted);
  node_.advance(1s);
  EXPECT_EQ(post(), error_code::none);
}

TEST_P(a_step_of_the_wall_clock, stops_typing_when_its_time_is_over) {
  member_->types(room_);
  node_.settle();
  step();
  node_.advance(5s);
  EXPECT_THAT(owner_->heard("typing"), SizeIs(1));
  node_.advance(1250ms);
  ASSERT_THAT(owner_->heard("typing"), SizeIs(2));
  EXPECT_EQ(owner_->heard("typing")[1]["is_typing"], false);
}

TEST_P(a_step_of_the_wall_clock, changes_nobodys_patience_with_the_disk) {
  node_.hold(node_.writer);
  member_->posts(room_, "first");
  node_.settle();
  step();
  owner_->posts(room_, "second");
  node_.settle();
  EXPECT_THAT(owner_->errors(), IsEmpty()) << "the gate takes the disk for no slower than it is";
  node_.advance(3750ms);
  EXPECT_THAT(member_->errors(), IsEmpty());
  node_.advance(500ms);
  EXPECT_THAT(member_->errors(), ElementsAre("rate_limited"));
  node_.release_all();
  node_.settle();
  EXPECT_THAT(owner_->texts(), ElementsAre("first", "second"));
}

INSTANTIATE_TEST_SUITE_P(by_an_hour, a_step_of_the_wall_clock, ::testing::Values(1h, -1h),
                         [](const auto& x) { return x.param > 0h ? "forward" : "back"; });

} // namespace
} // namespace parley::test
