// Two nodes and the link between them: rooms of one as sessions of the other know them.
#include "actors/patience.hpp"
#include "actors/room/homecoming.hpp"
#include "cluster/relay.hpp"
#include "protocol/connection_number.hpp"
#include "tests/cluster/node_pair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::cluster::test {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class link_suite : public ::testing::Test {
protected:
  link_suite() {
    ann_ = pair_.store.add_user("ann");
    bob_ = pair_.store.add_user("bob");
    eve_ = pair_.store.add_user("eve");
    room_ = pair_.store.add_room(ann_);
    pair_.store.add_member(room_, bob_);
  }

  /// Linked, the room's home is the first node, bob listens on the second.
  void bob_is_far() {
    pair_.meet();
    ASSERT_EQ(pair_.links(0), 1U);
    ASSERT_TRUE(pair_.find(0, room_));
    bob_hears_ = pair_.listen(bobs_);
    relay_ = pair_.find(1, room_);
    caf::anon_send(relay_, pair_.joining(bobs_, bob_));
    pair_.settle();
    ASSERT_THAT(bob_hears_->entered, ElementsAre(room_));
  }

  /// The second node hears that the first is dead.
  void the_first_dies() { pair_.bury(0); }
  /// As the table answers a claim then.
  void the_second_follows() {
    (*pair_.homes)[room_] = 2;
    pair_.advance(2 * relay::between_looks);
  }
  std::vector<std::string> since(std::size_t before) const {
    return {bob_hears_->frames.begin() + static_cast<std::ptrdiff_t>(before), bob_hears_->frames.end()};
  }

  /// The texts of the messages among the frames.
  static std::vector<std::string> heard_texts_of(const std::vector<std::string>& frames) {
    std::vector<std::string> out;
    for (const auto& x : frames)
      if (const auto said = nlohmann::json::parse(x); said.at("type") == "room_message")
        out.push_back(said.at("payload").at("content"));
    return out;
  }

  user_brief bob_by_name() const { return {bob_, "bob", std::nullopt}; }
  static post_draft draft(std::string content) { return {std::move(content), message_type::text, std::nullopt}; }

  node_pair pair_;
  user_id ann_, bob_, eve_;
  room_id room_;
  const connection_id bobs_ = number_connection(2, 1);
  std::shared_ptr<heard_there> bob_hears_;
  room_actor relay_;
};

TEST_F(link_suite, two_nodes_that_know_each_other_link) {
  pair_.meet();
  EXPECT_EQ(pair_.links(0), 1U);
  EXPECT_EQ(pair_.links(1), 1U);
}

TEST_F(link_suite, who_does_not_know_the_key_gets_no_link) {
  auto forged = pair_.nodes[0].row;
  forged.link_key = "guessed";
  pair_.show_table(forged, pair_.nodes[1].row);
  pair_.advance(1s);
  EXPECT_EQ(pair_.links(0), 0U);
  EXPECT_EQ(pair_.links(1), 0U);
}

TEST_F(link_suite, the_node_that_asks_first_is_the_home_and_the_other_gets_a_relay) {
  pair_.meet();
  const auto here = pair_.find(0, room_);
  EXPECT_EQ(here, pair_.live(room_));
  const auto there = pair_.find(1, room_);
  ASSERT_TRUE(there);
  EXPECT_NE(there, here);
  EXPECT_EQ(pair_.find(1, room_), there) << "the same for all";
  EXPECT_EQ(pair_.alive(room_), 1);
}

TEST_F(link_suite, a_room_that_is_not_stored_is_not_found) {
  pair_.meet();
  (*pair_.homes)[room_id{99}] = 0;
  const auto out = pair_.ask<room_actor>(pair_.nodes[1].finder, find_room{room_id{99}});
  pair_.settle();
  EXPECT_EQ(out->refused, error_code::room_not_found);
}

TEST_F(link_suite, who_joins_from_afar_is_in_the_room_and_hears_it) {
  bob_is_far();
  ASSERT_FALSE(bob_hears_->frames.empty());
  EXPECT_THAT(bob_hears_->frames.front(), HasSubstr("room_joined"));
  EXPECT_EQ(pair_.active_users(room_), 1);
  auto& ann = pair_.inside(ann_, room_);
  ann.posts(room_, "hello over there");
  pair_.settle();
  EXPECT_THAT(bob_hears_->frames, Contains(HasSubstr("hello over there")));
}

TEST_F(link_suite, who_posts_from_afar_is_heard_and_acknowledged) {
  bob_is_far();
  auto& ann = pair_.inside(ann_, room_);
  caf::anon_send(relay_, post_message{pair_.from(bobs_), bob_by_name(), draft("hello over here")});
  pair_.settle();
  EXPECT_THAT(ann.texts(), ElementsAre("hello over here"));
  EXPECT_THAT(bob_hears_->frames, Contains(HasSubstr("message_ack")));
}

TEST_F(link_suite, who_may_not_enter_is_refused_over_the_link) {
  pair_.meet();
  pair_.find(0, room_);
  const auto eves = number_connection(2, 9);
  const auto heard = pair_.listen(eves);
  caf::anon_send(pair_.find(1, room_), pair_.joining(eves, eve_));
  pair_.settle();
  EXPECT_THAT(heard->refusals, ElementsAre(error_code::not_a_member));
  EXPECT_THAT(heard->entered, IsEmpty());
}

TEST_F(link_suite, a_question_is_answered_over_the_link_and_so_is_a_refusal) {
  pair_.meet();
  pair_.find(0, room_);
  const auto there = pair_.find(1, room_);
  const auto posted = pair_.ask<submitted>(there, submit_message{bob_by_name(), draft("by HTTP")});
  const auto refused = pair_.ask<room_view>(there, change_room{bob_, {"mine", std::nullopt}});
  pair_.settle();
  ASSERT_TRUE(posted->value);
  EXPECT_GT(posted->value->receipt.id.value, 0);
  ASSERT_TRUE(refused->refused);
  EXPECT_NE(*refused->refused, error_code::rate_limited);
}

TEST_F(link_suite, who_leaves_from_afar_is_gone) {
  bob_is_far();
  caf::anon_send(relay_, leave_room{pair_.from(bobs_), bob_, leave_room::cause::connection_lost});
  pair_.settle();
  EXPECT_EQ(pair_.active_users(room_), 0);
  auto& ann = pair_.inside(ann_, room_);
  const auto before = bob_hears_->frames.size();
  ann.posts(room_, "alone");
  pair_.settle();
  EXPECT_EQ(bob_hears_->frames.size(), before);
}

TEST_F(link_suite, whoever_is_in_a_room_whose_home_dies_keeps_its_socket_and_misses_nothing) {
  bob_is_far();
  auto& ann = pair_.inside(ann_, room_);
  ann.posts(room_, "heard");
  pair_.settle();
  const auto before = bob_hears_->frames.size();
  the_first_dies();
  pair_.store.add_message(room_, ann_, "committed as it died");
  the_second_follows();
  EXPECT_EQ(bob_hears_->closed, std::nullopt);
  EXPECT_THAT(bob_hears_->entered, ElementsAre(room_)) << "the session knows that it is inside";
  EXPECT_THAT(since(before), ElementsAre(HasSubstr("committed as it died"))) << "and nothing twice";

  const auto next = pair_.find(1, room_);
  EXPECT_NE(next, relay_);
  const auto said = pair_.ask<submitted>(next, submit_message{bob_by_name(), draft("at its new home")});
  pair_.settle();
  ASSERT_TRUE(said->value);
  EXPECT_EQ(said->value->receipt.sent_to_online_users, 0) << "bob is present there, and nobody else";
  EXPECT_THAT(bob_hears_->frames.back(), HasSubstr("at its new home"));
}

TEST_F(link_suite, who_does_not_come_back_with_the_room_is_told_gone) {
  bob_is_far();
  pair_.inside(ann_, room_);
  the_first_dies();
  the_second_follows();
  const auto before = bob_hears_->frames.size();
  pair_.advance(homecoming::travel_time + 10ms);
  ASSERT_THAT(since(before), ElementsAre(HasSubstr("offline")));
  EXPECT_THAT(bob_hears_->frames.back(), HasSubstr("ann"));
  EXPECT_EQ(bob_hears_->frames.back().find("bob"), std::string::npos);
}

TEST_F(link_suite, what_is_asked_while_there_is_no_home_waits_for_the_next_one) {
  bob_is_far();
  the_first_dies();
  caf::anon_send(relay_, post_message{pair_.from(bobs_), bob_by_name(), draft("held")});
  const auto asked = pair_.ask<submitted>(relay_, submit_message{bob_by_name(), draft("held too")});
  pair_.advance(relay::between_looks);
  EXPECT_TRUE(asked->pending());
  the_second_follows();
  EXPECT_TRUE(asked->value);
  EXPECT_THAT(bob_hears_->frames, Contains(HasSubstr("message_ack")));
  EXPECT_THAT(bob_hears_->frames, Contains(HasSubstr("held too")));
  EXPECT_THAT(bob_hears_->refusals, IsEmpty());
}

TEST_F(link_suite, a_flat_post_waits_for_the_next_home_too) {
  bob_is_far();
  the_first_dies();
  auto from = pair_.from(bobs_);
  from.shape = wire_shape::flat;
  caf::anon_send(relay_, post_message{from, bob_by_name(), draft("held and flat")});
  pair_.settle();
  the_second_follows();
  EXPECT_THAT(bob_hears_->frames, Contains(HasSubstr("held and flat")));
}

TEST_F(link_suite, nobody_waits_for_ever_for_a_home) {
  bob_is_far();
  the_first_dies();
  const auto asked = pair_.ask<submitted>(relay_, submit_message{bob_by_name(), draft("lost")});
  caf::anon_send(relay_, post_message{pair_.from(bobs_), bob_by_name(), draft("lost")});
  pair_.settle();
  pair_.advance(answer_patience + 2 * relay::between_looks);
  EXPECT_EQ(asked->refused, error_code::rate_limited);
  EXPECT_THAT(bob_hears_->refusals, ElementsAre(error_code::rate_limited));
  EXPECT_EQ(bob_hears_->closed, std::nullopt);
  pair_.advance(relay::search_limit);
  EXPECT_EQ(bob_hears_->closed, close_code::going_away);
}

TEST_F(link_suite, what_the_dead_home_did_not_answer_is_asked_again_if_that_does_no_harm) {
  bob_is_far();
  pair_.hold(pair_.writer);
  caf::anon_send(relay_, post_message{pair_.from(bobs_), bob_by_name(), draft("perhaps stored")});
  auto named = draft("stored once");
  named.client_msg_id = "once";
  caf::anon_send(relay_, post_message{pair_.from(bobs_), bob_by_name(), named});
  pair_.settle();
  the_first_dies();
  EXPECT_THAT(bob_hears_->refusals, ElementsAre(error_code::internal)) << "nobody can say whether it is stored";
  pair_.release_all();
  the_second_follows();
  EXPECT_THAT(bob_hears_->frames, Contains(HasSubstr("message_ack")).Times(1));
  EXPECT_THAT(bob_hears_->frames, Contains(HasSubstr("stored once")));
  EXPECT_THAT(bob_hears_->refusals, ElementsAre(error_code::internal));
}

TEST_F(link_suite, who_was_put_out_meanwhile_is_told_so_by_the_next_home) {
  bob_is_far();
  the_first_dies();
  pair_.store.committed.members.erase({room_, bob_});
  the_second_follows();
  EXPECT_THAT(bob_hears_->removed, ElementsAre(room_));
  EXPECT_THAT(bob_hears_->frames, Contains(HasSubstr("removed")));
  EXPECT_EQ(bob_hears_->closed, std::nullopt);
}

TEST_F(link_suite, what_was_changed_while_the_link_was_down_is_told) {
  bob_is_far();
  auto& ann = pair_.inside(ann_, room_);
  ann.posts(room_, "as it was");
  pair_.settle();
  const auto before = bob_hears_->frames.size();
  the_first_dies();
  const auto changed =
    pair_.ask<message>(pair_.live(room_), edit_message{ann_, message_id{ann.ids().back()}, "as it is"});
  pair_.settle();
  ASSERT_TRUE(changed->value);
  pair_.meet();
  EXPECT_THAT(since(before), Contains(AllOf(HasSubstr("message_edited"), HasSubstr("as it is"))).Times(1));
}

TEST_F(link_suite, a_post_that_may_be_stored_is_not_said_to_be_forbidden) {
  bob_is_far();
  pair_.hold(pair_.writer);
  auto named = draft("stored by a home that dies");
  named.client_msg_id = "once";
  caf::anon_send(relay_, post_message{pair_.from(bobs_), bob_by_name(), named});
  pair_.settle();
  the_first_dies();
  pair_.release_all();
  pair_.settle();
  pair_.store.committed.members.erase({room_, bob_});
  the_second_follows();
  EXPECT_THAT(bob_hears_->refusals, ElementsAre(error_code::internal));
}

TEST_F(link_suite, who_asks_again_to_come_in_while_there_is_no_home_is_answered) {
  bob_is_far();
  const auto before = bob_hears_->frames.size();
  the_first_dies();
  caf::anon_send(relay_, pair_.joining(bobs_, bob_));
  pair_.settle();
  the_second_follows();
  EXPECT_THAT(since(before), ElementsAre(HasSubstr("room_joined")));
  EXPECT_THAT(bob_hears_->entered, ElementsAre(room_, room_));
}

TEST_F(link_suite, a_link_that_breaks_and_stands_again_is_not_noticed) {
  bob_is_far();
  const auto before = bob_hears_->frames.size();
  the_first_dies();
  pair_.meet();
  auto& ann = pair_.inside(ann_, room_);
  ann.posts(room_, "after");
  pair_.settle();
  EXPECT_EQ(bob_hears_->closed, std::nullopt);
  EXPECT_THAT(since(before), ElementsAre(HasSubstr("online"), HasSubstr("after")));
}

TEST_F(link_suite, a_node_that_ends_in_order_hands_its_rooms_over_and_nothing_is_refused) {
  bob_is_far();
  const auto before = bob_hears_->frames.size();
  auto post = [&](const std::string& text) {
    caf::anon_send(relay_, post_message{pair_.from(bobs_), bob_by_name(), draft(text)});
  };
  pair_.hold(pair_.writer);
  post("given to the last home");
  pair_.settle();
  const auto links = pair_.ask<link_list>(pair_.nodes[0].door, get_links{});
  pair_.settle();
  const auto at_rest = pair_.ask<finished>(links->value->links.front(), settle_rooms{});
  pair_.settle();
  post("given back");
  const auto asked = pair_.ask<submitted>(relay_, submit_message{bob_by_name(), draft("asked anew")});
  pair_.settle();
  EXPECT_TRUE(at_rest->pending()) << "a message is being committed";
  pair_.release_all();
  pair_.advance(20ms);
  EXPECT_TRUE(at_rest->value);
  (*pair_.homes)[room_] = 2;
  pair_.ask<finished>(links->value->links.front(), release_rooms{});
  pair_.advance(10ms);
  const auto heard = since(before);
  EXPECT_EQ(std::ranges::count_if(heard, [](const auto& x) { return x.find("message_ack") != x.npos; }), 2);
  EXPECT_THAT(heard_texts_of(heard), ElementsAre("given to the last home", "given back", "asked anew"));
  EXPECT_TRUE(asked->value);
  EXPECT_THAT(bob_hears_->refusals, IsEmpty());
  EXPECT_EQ(bob_hears_->closed, std::nullopt);
}

TEST_F(link_suite, who_asks_a_room_that_is_gone_is_told_so_by_a_relay_that_knew_it) {
  bob_is_far();
  caf::anon_send(pair_.nodes[0].finder, room_gone{room_});
  (*pair_.homes)[room_] = 0;
  leave_room leaving{};
  leaving.from = pair_.from(bobs_);
  leaving.user = bob_;
  caf::anon_send(relay_, leaving); // or the link would ask the actor that it knows
  pair_.settle();
  const auto asked = pair_.ask<admission>(relay_, become_member{eve_});
  pair_.settle();
  EXPECT_EQ(asked->refused, error_code::room_not_found);
}

// -- rooms that nobody is in -----------------------------------------------------------------

TEST_F(link_suite, a_room_that_nobody_is_in_lives_where_it_is_needed_next) {
  bob_is_far();
  leave_room leaving{};
  leaving.from = pair_.from(bobs_);
  leaving.user = bob_;
  caf::anon_send(relay_, leaving);
  pair_.advance(placement::idle_lifetime + 2 * placement::reap_interval);
  EXPECT_FALSE(pair_.homes->contains(room_));
  caf::anon_send(pair_.find(1, room_), pair_.joining(bobs_, bob_)); // by the relay that knew the last home
  pair_.settle();
  EXPECT_EQ(pair_.homes->at(room_), 2);
  EXPECT_THAT(bob_hears_->entered, ElementsAre(room_, room_));
  const connection_id anns = number_connection(1, 9);
  const auto ann_hears = pair_.listen(anns);
  caf::anon_send(pair_.find(0, room_), pair_.joining(anns, ann_));
  pair_.settle();
  EXPECT_THAT(ann_hears->entered, ElementsAre(room_));
  EXPECT_EQ(pair_.alive(room_), 0) << "no actor of it is left at the first node";
}

TEST_F(link_suite, a_room_that_somebody_is_in_or_asked_for_a_moment_ago_stays) {
  bob_is_far();
  pair_.advance(placement::idle_lifetime + 2 * placement::reap_interval);
  EXPECT_EQ(pair_.homes->at(room_), 1) << "bob is in it";
}

TEST_F(link_suite, a_room_that_is_asked_for_while_it_ends_stays) {
  pair_.meet();
  ASSERT_TRUE(pair_.find(0, room_));
  pair_.hold(pair_.nodes[0].finder);
  pair_.advance(placement::idle_lifetime + 2 * placement::reap_interval); // the finder has not heard of it yet
  const auto found = pair_.ask<room_actor>(pair_.nodes[0].finder, find_room{room_});
  pair_.release_all();
  pair_.settle();
  ASSERT_TRUE(found->value);
  EXPECT_EQ(pair_.homes->at(room_), 1);
  EXPECT_EQ(pair_.alive(room_), 1);
}

TEST_F(link_suite, who_is_online_is_told_to_the_other_node) {
  pair_.meet();
  const auto is_online = [&] {
    const auto out = pair_.ask<online_flags>(pair_.nodes[1].people, get_online{{ann_}});
    pair_.settle();
    return out->value->users.front();
  };
  EXPECT_FALSE(is_online());
  auto& ann = pair_.signed_in(ann_);
  caf::anon_send(pair_.nodes[0].people, signed_in{ann.id(), ann.session, ann_, "", pair_.now(), socket_kind::rooms});
  pair_.settle();
  EXPECT_TRUE(is_online());
  caf::anon_send(pair_.nodes[0].people, signed_out{ann.id()});
  pair_.settle();
  EXPECT_FALSE(is_online());
}

TEST_F(link_suite, a_link_that_stands_anew_tells_who_is_online) {
  auto& ann = pair_.signed_in(ann_);
  caf::anon_send(pair_.nodes[0].people, signed_in{ann.id(), ann.session, ann_, "", pair_.now(), socket_kind::rooms});
  pair_.settle();
  pair_.meet();
  const auto count = pair_.ask<std::int64_t>(pair_.nodes[1].people, get_users_online{});
  pair_.settle();
  EXPECT_EQ(count->value, 1);
}

TEST_F(link_suite, a_revocation_is_answered_when_the_other_node_has_it) {
  pair_.meet();
  auto& ann = pair_.signed_in(ann_);
  caf::anon_send(pair_.nodes[1].people, signed_in{ann.id(), ann.session, ann_, "f", pair_.now(), socket_kind::rooms});
  pair_.settle();
  pair_.hold(pair_.nodes[1].local_people);
  const auto done = pair_.ask<finished>(pair_.nodes[0].people, revoke_access{{{{"f", pair_.now() + 1h}}, {}}});
  pair_.settle();
  EXPECT_TRUE(done->pending()) << "the other node has not confirmed it";
  pair_.release_all();
  pair_.settle();
  EXPECT_TRUE(done->value);
  EXPECT_EQ(ann.closed(), close_code::unauthenticated);
}

TEST_F(link_suite, a_revocation_does_not_wait_for_ever) {
  pair_.meet();
  pair_.hold(pair_.nodes[1].local_people);
  const auto done = pair_.ask<finished>(pair_.nodes[0].people, revoke_access{});
  pair_.advance(wide_directory::revocation_limit + 250ms);
  EXPECT_TRUE(done->value);
}

TEST_F(link_suite, rooms_that_somebody_is_in_are_told_to_the_other_node) {
  pair_.meet();
  caf::anon_send(pair_.nodes[0].finder, occupancy_changed{room_, {3}});
  pair_.settle();
  const auto live = pair_.ask<occupancies>(pair_.nodes[1].finder, get_occupancy{{room_}});
  const auto count = pair_.ask<std::int64_t>(pair_.nodes[1].finder, get_rooms_active{});
  pair_.settle();
  EXPECT_THAT(live->value->rooms, ElementsAre(occupancy{3}));
  EXPECT_EQ(count->value, 1);
  pair_.bury(0);
  const auto after = pair_.ask<std::int64_t>(pair_.nodes[1].finder, get_rooms_active{});
  pair_.settle();
  EXPECT_EQ(after->value, 0);
}

} // namespace
} // namespace parley::cluster::test
