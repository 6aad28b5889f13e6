// Watching together in a room: who may steer, who hears of it, how it is kept.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class room_sync_suite : public ::testing::Test {
protected:
  room_sync_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    room_config config;
    config.sync = sync_mode::owner;
    room_ = node_.store.add_room(ann_, config);
    node_.store.add_member(room_, bob_);
    film_ = node_.store.add_video(room_, ann_, "film");
    owner_ = &node_.inside(ann_, room_);
    member_ = &node_.inside(bob_, room_);
    owner_->forget();
  }

  void does(const client& who, const std::string& what, json payload = json::object(), const json& id = nullptr) {
    payload["room_id"] = room_.value;
    who.says("sync_" + what, payload, id);
    node_.settle();
  }
  void load() { does(*owner_, "load", {{"video_id", film_.value}}); }
  void play(double position = 0) { does(*owner_, "play", {{"position_s", position}}); }
  void buffer(const client& who, bool is_buffering = true) { does(who, "buffering", {{"is_buffering", is_buffering}}); }
  void configure(sync_mode mode) {
    config_patch patch;
    patch.sync = mode;
    auto done = node_.ask<room_view>(node_.live(room_), change_config{ann_, patch});
    node_.settle();
    ASSERT_TRUE(done->value);
    owner_->forget();
    member_->forget();
  }
  static json last(const client& who, const std::string& type = "sync_state") { return who.heard(type).back(); }
  const storage::playback& kept() { return node_.store.committed.playback.at(room_); }
  std::int64_t milliseconds() { return node_.now().time_since_epoch().count(); }

  small_node node_;
  user_id ann_, bob_;
  room_id room_;
  video_id film_;
  client* owner_;
  client* member_;
};

// -- steering ------------------------------------------------------------------------------

TEST_F(room_sync_suite, a_change_is_heard_by_all_in_both_shapes_and_raises_the_version) {
  auto& flat = node_.inside(bob_, room_, wire_shape::flat);
  load();
  node_.advance(1s);
  play(12.5);
  for (const auto* who : {owner_, member_, &flat}) {
    const auto heard = who->heard("sync_state");
    ASSERT_EQ(heard.size(), 2U);
    EXPECT_EQ(heard[0]["version"], 1);
    EXPECT_EQ(heard[0]["state"], "paused");
    EXPECT_EQ(heard[0]["position_s"], 0);
    EXPECT_EQ(heard[0]["video"]["id"], film_.value);
    EXPECT_EQ(heard[1]["version"], 2);
    EXPECT_EQ(heard[1]["state"], "playing");
    EXPECT_EQ(heard[1]["position_s"], 12.5);
    EXPECT_EQ(heard[1]["server_time_ms"], milliseconds());
    EXPECT_EQ(heard[1]["by"], ann_.value);
    EXPECT_THAT(heard[1]["waiting_for"], IsEmpty());
  }
}

TEST_F(room_sync_suite, a_sender_with_an_id_hears_one_frame_which_repeats_it) {
  does(*owner_, "load", {{"video_id", film_.value}}, "q1");
  EXPECT_THAT(owner_->types_heard(), ElementsAre("sync_state"));
  EXPECT_EQ(owner_->port->frames.at(0)["id"], "q1");
  EXPECT_THAT(member_->types_heard(), ElementsAre("sync_state"));
  EXPECT_FALSE(member_->port->frames.at(0).contains("id"));
}

TEST_F(room_sync_suite, a_request_is_answered_with_where_it_is_by_now) {
  load();
  play();
  does(*owner_, "rate", {{"rate", 2}});
  node_.advance(3s);
  member_->forget();
  does(*member_, "request", json::object(), 7);
  EXPECT_THAT(member_->types_heard(), ElementsAre("sync_state"));
  EXPECT_EQ(member_->port->frames.at(0)["id"], 7);
  EXPECT_EQ(last(*member_)["position_s"], 6);
  EXPECT_EQ(last(*member_)["server_time_ms"], milliseconds());
  EXPECT_EQ(last(*member_)["version"], 3) << "asking changes nothing";
}

TEST_F(room_sync_suite, only_who_may_steers) {
  load();
  for (auto mode : {sync_mode::owner, sync_mode::everyone, sync_mode::off}) {
    configure(mode);
    does(*member_, "pause", {{"position_s", 1}});
    does(*owner_, "pause", {{"position_s", 2}});
    EXPECT_EQ(member_->errors(), std::vector<std::string>(mode == sync_mode::everyone ? 0 : 1, "sync_forbidden"));
    EXPECT_EQ(owner_->errors(), std::vector<std::string>(mode == sync_mode::off ? 1 : 0, "sync_forbidden"));
  }
}

TEST_F(room_sync_suite, a_moderator_steers_from_the_moment_it_is_one) {
  load();
  node_.ask<member_state>(node_.live(room_), change_member{ann_, bob_, {member_role::moderator, std::nullopt}});
  node_.settle();
  does(*member_, "play", {{"position_s", 1}});
  EXPECT_THAT(member_->errors(), IsEmpty());
  EXPECT_EQ(last(*owner_)["by"], bob_.value);
}

TEST_F(room_sync_suite, whoever_is_not_in_the_room_on_that_connection_is_not_joined) {
  auto& outside = node_.signed_in(ann_);
  does(outside, "load", {{"video_id", film_.value}}, 1);
  does(outside, "request");
  buffer(outside);
  owner_->leaves(room_);
  does(*owner_, "load", {{"video_id", film_.value}});
  EXPECT_THAT(outside.errors(), ElementsAre("not_joined", "not_joined", "not_joined"));
  EXPECT_THAT(owner_->errors(), ElementsAre("not_joined"));
  EXPECT_THAT(member_->heard("sync_state"), IsEmpty());
}

TEST_F(room_sync_suite, of_two_who_press_at_once_the_second_is_told_how_it_is_now) {
  configure(sync_mode::everyone);
  load();
  does(*owner_, "play", {{"position_s", 5}, {"if_version", 1}}, "a");
  member_->forget();
  does(*member_, "pause", {{"position_s", 0}, {"if_version", 1}}, "b");
  EXPECT_THAT(member_->types_heard(), ElementsAre("sync_conflict"));
  const auto& answer = member_->port->frames.at(0);
  EXPECT_EQ(answer["id"], "b");
  EXPECT_EQ(answer["payload"]["code"], "sync_conflict");
  EXPECT_FALSE(answer["payload"]["message"].get<std::string>().empty());
  EXPECT_EQ(answer["payload"]["sync"], last(*owner_));
  does(*member_, "pause", {{"position_s", 0}, {"if_version", 2}});
  EXPECT_EQ(last(*owner_)["version"], 3);
}

TEST_F(room_sync_suite, without_a_video_there_is_nothing_to_play) {
  for (const auto* what : {"play", "pause", "seek"})
    does(*owner_, what, {{"position_s", 1}});
  does(*owner_, "rate", {{"rate", 2}});
  buffer(*member_);
  EXPECT_THAT(owner_->errors(),
              ElementsAre("video_not_found", "video_not_found", "video_not_found", "video_not_found"));
  EXPECT_THAT(member_->errors(), ElementsAre("video_not_found"));
  buffer(*member_, false);
  EXPECT_EQ(member_->errors().size(), 1U) << "to be ready is no fault";
}

TEST_F(room_sync_suite, a_video_that_is_not_there_or_elsewhere_is_not_loaded) {
  auto other = node_.store.add_room(ann_);
  auto elsewhere = node_.store.add_video(other, ann_);
  does(*owner_, "load", {{"video_id", 999}});
  does(*owner_, "load", {{"video_id", elsewhere.value}}, 5);
  EXPECT_THAT(owner_->errors(), ElementsAre("video_not_found", "video_not_found"));
  EXPECT_EQ(owner_->port->frames.back()["id"], 5);
  EXPECT_THAT(member_->types_heard(), IsEmpty());
}

TEST_F(room_sync_suite, what_a_user_does_while_its_video_is_looked_up_comes_after_that) {
  node_.hold(node_.reader);
  load();
  play(3);
  does(*member_, "request");
  EXPECT_THAT(owner_->types_heard(), IsEmpty());
  EXPECT_EQ(last(*member_)["version"], 0) << "others do not wait for it";
  node_.release_all();
  node_.settle();
  EXPECT_EQ(last(*owner_)["version"], 2);
  EXPECT_EQ(last(*owner_)["state"], "playing");
}

TEST_F(room_sync_suite, a_change_while_the_video_is_looked_up_is_a_conflict_where_the_version_was_named) {
  configure(sync_mode::everyone);
  node_.hold(node_.reader);
  does(*owner_, "load", {{"video_id", film_.value}, {"if_version", 0}});
  does(*member_, "load", {{"video_id", nullptr}});
  node_.release_all();
  node_.settle();
  EXPECT_THAT(owner_->types_heard(), ElementsAre("sync_state", "sync_conflict"));
  EXPECT_TRUE(last(*owner_)["video"].is_null());
}

TEST_F(room_sync_suite, nobody_is_watching_a_removed_video_any_more) {
  load();
  play(3);
  caf::anon_send(node_.live(room_), video_removed{film_});
  node_.settle();
  EXPECT_TRUE(last(*member_)["video"].is_null());
  EXPECT_EQ(last(*member_)["state"], "paused");
  EXPECT_EQ(last(*member_)["version"], 3);
  caf::anon_send(node_.live(room_), video_removed{film_});
  node_.settle();
  EXPECT_EQ(member_->heard("sync_state").size(), 3U);
}

TEST_F(room_sync_suite, a_video_that_is_removed_while_it_is_looked_up_is_not_loaded) {
  node_.hold(node_.reader);
  load();
  caf::anon_send(node_.live(room_), video_removed{film_});
  node_.settle();
  node_.release_all();
  node_.settle();
  EXPECT_THAT(owner_->errors(), ElementsAre("video_not_found"));
  load();
  EXPECT_EQ(last(*owner_)["version"], 1) << "it was only remembered for as long";
}

TEST_F(room_sync_suite, a_store_that_does_not_answer_loads_nothing) {
  auto ask = node_.live(room_);
  node_.hold(node_.reader);
  load();
  node_.advance(5s);
  EXPECT_THAT(owner_->errors(), ElementsAre("rate_limited"));
  node_.release_all();
  node_.settle();
  load();
  EXPECT_EQ(last(*owner_)["version"], 1);
}

// -- whoever comes later --------------------------------------------------------------------

TEST_F(room_sync_suite, whoever_joins_is_told_where_it_is_once_something_was_loaded) {
  const auto joined = [this] {
    auto& late = node_.signed_in(bob_);
    late.joins(room_);
    node_.settle();
    return late.heard("room_joined").at(0)["sync"];
  };
  EXPECT_TRUE(joined().is_null());
  load();
  play(10);
  node_.advance(5s);
  EXPECT_EQ(joined()["position_s"], 15);
  EXPECT_EQ(joined()["server_time_ms"], milliseconds());
  configure(sync_mode::off);
  EXPECT_TRUE(joined().is_null());
  configure(sync_mode::owner);
  EXPECT_EQ(joined()["version"], 2) << "the state stayed";
}

TEST_F(room_sync_suite, to_join_again_tells_it_again) {
  load();
  member_->forget();
  member_->joins(room_);
  node_.settle();
  EXPECT_EQ(last(*member_, "room_joined")["sync"]["version"], 1);
}

// -- buffering -----------------------------------------------------------------------------

TEST_F(room_sync_suite, the_room_waits_for_who_buffers) {
  load();
  play();
  node_.advance(4s);
  buffer(*member_);
  EXPECT_THAT(last(*owner_)["waiting_for"], ElementsAre(bob_.value));
  EXPECT_EQ(last(*owner_)["position_s"], 4);
  node_.advance(3s);
  buffer(*member_, false);
  EXPECT_THAT(last(*owner_)["waiting_for"], IsEmpty());
  EXPECT_EQ(last(*owner_)["position_s"], 4);
  EXPECT_EQ(last(*owner_)["state"], "playing");
  EXPECT_EQ(last(*owner_)["version"], 4);
}

TEST_F(room_sync_suite, after_fifteen_seconds_it_waits_no_longer) {
  load();
  play();
  buffer(*member_);
  node_.advance(10s);
  buffer(*member_);
  node_.advance(4750ms);
  EXPECT_THAT(last(*owner_)["waiting_for"], ElementsAre(bob_.value));
  node_.advance(250ms);
  EXPECT_THAT(last(*owner_)["waiting_for"], IsEmpty());
  EXPECT_EQ(owner_->heard("sync_state").size(), 4U);
  node_.advance(5s);
  does(*owner_, "request");
  EXPECT_EQ(last(*owner_)["position_s"], 5);
}

TEST_F(room_sync_suite, each_has_its_own_fifteen_seconds) {
  load();
  play();
  buffer(*member_);
  node_.advance(5s);
  buffer(*owner_);
  node_.advance(10s);
  EXPECT_THAT(last(*owner_)["waiting_for"], ElementsAre(ann_.value));
  node_.advance(5s);
  EXPECT_THAT(last(*owner_)["waiting_for"], IsEmpty());
}

TEST_F(room_sync_suite, it_does_not_wait_for_who_left_or_was_lost_or_removed) {
  load();
  play();
  for (int how = 0; how < 3; ++how) {
    auto& one = node_.inside(bob_, room_);
    buffer(one);
    EXPECT_THAT(last(*owner_)["waiting_for"], ElementsAre(bob_.value));
    if (how == 0)
      one.leaves(room_);
    else if (how == 1)
      one.breaks();
    else
      node_.ask<finished>(node_.live(room_), remove_member{ann_, bob_, false});
    node_.settle();
    EXPECT_THAT(last(*owner_)["waiting_for"], IsEmpty()) << how;
  }
}

TEST_F(room_sync_suite, an_id_gets_an_answer_also_where_nothing_changed) {
  load();
  owner_->forget();
  does(*member_, "buffering", {{"is_buffering", false}}, 3);
  EXPECT_EQ(member_->port->frames.back()["id"], 3);
  EXPECT_EQ(last(*member_)["version"], 1);
  EXPECT_THAT(owner_->types_heard(), IsEmpty());
}

TEST_F(room_sync_suite, everybody_may_buffer_but_where_it_is_off) {
  load();
  configure(sync_mode::off);
  buffer(*member_);
  does(*member_, "request");
  EXPECT_THAT(member_->errors(), ElementsAre("sync_forbidden", "sync_forbidden"));
}

TEST_F(room_sync_suite, nobody_hears_of_it_while_it_is_off) {
  load();
  play();
  buffer(*member_);
  configure(sync_mode::off);
  node_.advance(20s);
  EXPECT_THAT(owner_->heard("sync_state"), IsEmpty());
  configure(sync_mode::owner);
  does(*owner_, "request");
  EXPECT_EQ(last(*owner_)["version"], 4);
  EXPECT_THAT(last(*owner_)["waiting_for"], IsEmpty());
}

// -- keeping -------------------------------------------------------------------------------

TEST_F(room_sync_suite, a_change_is_kept_at_once_and_a_burst_of_them_once_a_second) {
  load();
  EXPECT_EQ(kept().version, 1);
  for (int i = 1; i <= 50; ++i)
    does(*owner_, "seek", {{"position_s", i}});
  EXPECT_EQ(kept().version, 1);
  node_.advance(750ms);
  EXPECT_EQ(kept().version, 1);
  node_.advance(250ms);
  EXPECT_EQ(kept().version, 51);
  EXPECT_EQ(kept().position_s, 50);
  const auto commits = node_.store.commits;
  node_.advance(1min);
  EXPECT_EQ(node_.store.commits, commits) << "it stands: there is nothing to keep";
}

TEST_F(room_sync_suite, while_it_plays_it_is_kept_every_five_seconds) {
  load();
  play();
  node_.advance(1s);
  const auto commits = node_.store.commits;
  node_.advance(20s);
  EXPECT_EQ(node_.store.commits, commits + 4);
  EXPECT_EQ(kept().position_s, 21);
}

TEST_F(room_sync_suite, what_could_not_be_kept_is_kept_a_second_later) {
  node_.store.fail(store_call::commit);
  load();
  EXPECT_FALSE(node_.store.committed.playback.contains(room_));
  node_.advance(1s);
  EXPECT_EQ(kept().version, 1);
}

TEST_F(room_sync_suite, when_the_last_one_leaves_it_is_kept_at_once) {
  load();
  play();
  does(*owner_, "seek", {{"position_s", 70}});
  node_.advance(250ms);
  owner_->breaks();
  member_->breaks();
  node_.settle();
  EXPECT_EQ(kept().version, 3);
  EXPECT_EQ(kept().position_s, 70.25);
}

TEST_F(room_sync_suite, an_idle_room_ends_when_it_is_kept_and_comes_back_paused_where_it_stood) {
  load();
  play();
  node_.advance(1s);
  owner_->breaks();
  member_->breaks();
  node_.settle();
  while (node_.alive(room_) > 0)
    node_.advance(1s);
  const auto stood = kept().position_s;
  EXPECT_GT(stood, 30);
  node_.advance(1min);
  auto& late = node_.signed_in(bob_);
  late.joins(room_);
  node_.settle();
  const auto sync = late.heard("room_joined").at(0)["sync"];
  EXPECT_EQ(sync["position_s"], stood);
  EXPECT_EQ(sync["state"], "paused");
  EXPECT_GT(sync["version"], 2);
  EXPECT_EQ(sync["video"]["id"], film_.value);
}

TEST_F(room_sync_suite, a_dissolved_room_keeps_nothing) {
  load();
  play();
  node_.ask<finished>(node_.live(room_), dissolve_room{ann_});
  node_.settle();
  const auto commits = node_.store.commits;
  node_.advance(2s);
  EXPECT_EQ(node_.store.commits, commits);
}

// -- the clock -----------------------------------------------------------------------------

TEST_F(room_sync_suite, a_clock_ping_is_answered_with_the_servers_time_and_the_clients_own) {
  auto& guest = node_.connect(std::nullopt);
  node_.settle();
  guest.says("clock_ping", {{"t0", 1}});
  owner_->says("clock_ping", {{"t0", 123456.75}}, "c");
  node_.settle();
  EXPECT_THAT(guest.errors(), ElementsAre("auth_required"));
  EXPECT_EQ(owner_->port->frames.back()["id"], "c");
  EXPECT_EQ(last(*owner_, "clock_pong"), (json{{"t0", 123456.75}, {"t1", milliseconds()}, {"t2", milliseconds()}}));
}

} // namespace
} // namespace parley::test
