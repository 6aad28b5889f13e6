// Messages of a room: order, acknowledgement after the commit, who may speak.
#include "actors/room/posting.hpp"
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class room_messages : public ::testing::TestWithParam<wire_shape> {
protected:
  room_messages() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    room_ = node_.store.add_room(ann_);
    node_.store.add_member(room_, bob_);
  }

  client& inside(user_id user) { return node_.inside(user, room_, GetParam()); }
  std::shared_ptr<const answer<submitted>> submit(user_id user, const std::string& text,
                                                  std::optional<std::string> client_msg_id = {},
                                                  message_type type = message_type::text) {
    return node_.ask<submitted>(node_.live(room_),
                                submit_message{{user, "name", {}}, {text, type, std::move(client_msg_id)}});
  }

  small_node node_{{}, small_node::limits_are::off};
  user_id ann_, bob_;
  room_id room_;
};

INSTANTIATE_TEST_SUITE_P(shapes, room_messages, ::testing::Values(wire_shape::envelope, wire_shape::flat),
                         [](const auto& x) {
                           return std::string(x.param == wire_shape::envelope ? "envelope" : "flat");
                         });

TEST_P(room_messages, all_hear_the_messages_of_both_in_the_order_of_their_ids) {
  auto& ann = inside(ann_);
  auto& bob = inside(bob_);
  for (int i = 0; i < 5; ++i) {
    ann.posts(room_, "a" + std::to_string(i));
    bob.posts(room_, "b" + std::to_string(i));
  }
  node_.settle();
  EXPECT_THAT(ann.ids(), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  EXPECT_EQ(bob.ids(), ann.ids());
  EXPECT_EQ(bob.texts(), ann.texts());
}

TEST_P(room_messages, each_senders_own_order_is_kept_whoever_runs_first) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 lot(seed);
    auto& ann = inside(ann_);
    auto& bob = inside(bob_);
    for (int i = 0; i < 4; ++i) {
      ann.posts(room_, "a" + std::to_string(i));
      bob.posts(room_, "b" + std::to_string(i));
    }
    node_.settle_shuffled(lot);
    ASSERT_EQ(ann.ids().size(), 8U);
    auto ids = ann.ids();
    ASSERT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    ASSERT_EQ(bob.ids(), ids);
    for (char who : {'a', 'b'}) {
      std::vector<std::string> own;
      for (const auto& text : bob.texts())
        if (text[0] == who)
          own.push_back(text.substr(1));
      ASSERT_THAT(own, ElementsAre("0", "1", "2", "3"));
    }
    ann.breaks();
    bob.breaks();
    node_.settle();
  }
}

TEST_P(room_messages, nobody_hears_a_message_before_its_commit) {
  auto& ann = inside(ann_);
  auto& bob = inside(bob_);
  ann.forget();
  node_.hold(node_.writer);
  ann.posts(room_, "hello");
  node_.settle();
  EXPECT_THAT(ann.types_heard(), IsEmpty());
  EXPECT_THAT(bob.types_heard(), IsEmpty());
  node_.release(node_.writer);
  node_.settle();
  EXPECT_EQ(node_.store.committed.messages.size(), 1U);
  EXPECT_THAT(ann.texts(), ElementsAre("hello"));
  EXPECT_THAT(bob.texts(), ElementsAre("hello"));
}

TEST_P(room_messages, messages_of_several_senders_that_wait_for_one_commit_keep_their_order) {
  auto& ann = inside(ann_);
  auto& bob = inside(bob_);
  node_.hold(node_.writer);
  for (int i = 0; i < 10; ++i) {
    (i % 2 ? ann : bob).posts(room_, std::to_string(i));
    node_.settle();
  }
  node_.release(node_.writer);
  node_.settle();
  EXPECT_THAT(ann.texts(), ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
  EXPECT_EQ(bob.texts(), ann.texts());
}

TEST_P(room_messages, a_stranger_who_never_joined_hears_nothing) {
  auto& ann = inside(ann_);
  auto& bob = node_.signed_in(bob_);
  ann.posts(room_, "hello");
  node_.settle();
  EXPECT_THAT(bob.types_heard(), IsEmpty());
}

TEST_P(room_messages, a_message_over_http_reaches_both_shapes_and_is_answered_after_the_commit) {
  auto& ann = inside(ann_);
  auto& other = node_.inside(ann_, room_, wire_shape::flat);
  node_.hold(node_.writer);
  auto out = submit(bob_, "by hand");
  node_.settle();
  EXPECT_TRUE(out->pending());
  node_.release(node_.writer);
  node_.settle();
  ASSERT_TRUE(out->value);
  EXPECT_EQ(out->value->receipt.id, message_id{1});
  EXPECT_FALSE(out->value->repeated);
  EXPECT_THAT(ann.texts(), ElementsAre("by hand"));
  EXPECT_THAT(other.texts(), ElementsAre("by hand"));
}

TEST_P(room_messages, online_users_are_counted_once_each_and_without_the_sender) {
  auto cyd = node_.store.add_user("cyd");
  node_.store.add_member(room_, cyd);
  for (auto user : {ann_, ann_, bob_, bob_, bob_})
    inside(user);
  auto from_inside = submit(ann_, "1");
  auto from_outside = submit(cyd, "2");
  node_.settle();
  ASSERT_TRUE(from_inside->value);
  EXPECT_EQ(from_inside->value->receipt.sent_to_online_users, 1);
  ASSERT_TRUE(from_outside->value);
  EXPECT_EQ(from_outside->value->receipt.sent_to_online_users, 2);
}

TEST_P(room_messages, a_repeated_client_msg_id_is_answered_with_the_first_message_and_heard_by_nobody_else) {
  auto& ann = inside(ann_);
  auto& bob = inside(bob_);
  ann.posts(room_, "once", "c1");
  node_.settle();
  ann.forget();
  bob.forget();
  ann.posts(room_, "once", "c1");
  node_.settle();
  EXPECT_THAT(bob.types_heard(), IsEmpty());
  if (GetParam() == wire_shape::envelope) {
    EXPECT_THAT(ann.types_heard(), ElementsAre("message_ack"));
    EXPECT_EQ(ann.heard("message_ack").at(0)["message_id"], 1);
    EXPECT_EQ(ann.heard("message_ack").at(0)["client_msg_id"], "c1");
  } else {
    EXPECT_THAT(ann.texts(), ElementsAre("once"));
    EXPECT_THAT(ann.ids(), ElementsAre(1));
  }
  auto by_http = submit(ann_, "once", "c1");
  auto of_another = submit(bob_, "bob's own", "c1");
  node_.settle();
  ASSERT_TRUE(by_http->value);
  EXPECT_TRUE(by_http->value->repeated);
  EXPECT_EQ(by_http->value->receipt.id, message_id{1});
  ASSERT_TRUE(of_another->value);
  EXPECT_FALSE(of_another->value->repeated);
}

TEST_P(room_messages, a_client_msg_id_that_names_another_message_is_refused_and_heard_by_nobody) {
  auto& ann = inside(ann_);
  auto& bob = inside(bob_);
  ann.posts(room_, "once", "c1");
  node_.settle();
  ann.forget();
  bob.forget();
  ann.posts(room_, "another", "c1");
  auto by_http = submit(ann_, "another", "c1");
  node_.settle();
  EXPECT_THAT(ann.types_heard(), ElementsAre("error"));
  EXPECT_THAT(ann.errors(), ElementsAre("client_msg_id_reused"));
  EXPECT_EQ(by_http->refused, error_code::client_msg_id_reused);
  EXPECT_THAT(bob.types_heard(), IsEmpty());
  EXPECT_EQ(ann.closed(), std::nullopt);
}

TEST_P(room_messages, a_repetition_within_one_transaction_is_heard_once) {
  auto& ann = inside(ann_);
  auto& bob = inside(bob_);
  node_.hold(node_.writer);
  ann.posts(room_, "once", "c1");
  ann.posts(room_, "once", "c1");
  node_.settle();
  node_.release(node_.writer);
  node_.settle();
  EXPECT_THAT(bob.texts(), ElementsAre("once"));
}

TEST_P(room_messages, past_the_pipelines_bound_the_answer_is_rate_limited_and_the_rest_arrives) {
  auto& bob = inside(bob_);
  node_.hold(node_.writer);
  std::vector<std::shared_ptr<const answer<submitted>>> asked;
  for (std::size_t i = 0; i <= post_queue::limit; ++i)
    asked.push_back(submit(ann_, std::to_string(i)));
  node_.settle();
  EXPECT_EQ(asked.back()->refused, error_code::rate_limited);
  node_.release(node_.writer);
  node_.settle();
  asked.pop_back();
  for (const auto& x : asked)
    ASSERT_TRUE(x->value);
  EXPECT_EQ(bob.ids().size(), post_queue::limit);
  auto again = submit(ann_, "again");
  node_.settle();
  EXPECT_TRUE(again->value);
}

TEST_P(room_messages, a_muted_member_is_refused_until_the_mute_ends) {
  node_.store.committed.members.at({room_, bob_}).muted_until = node_.now() + std::chrono::seconds(5);
  auto& bob = inside(bob_);
  bob.posts(room_, "no");
  node_.settle();
  EXPECT_THAT(bob.errors(), ElementsAre("muted"));
  node_.advance(std::chrono::seconds(5));
  bob.posts(room_, "yes");
  node_.settle();
  EXPECT_THAT(bob.texts(), ElementsAre("yes"));
}

TEST_P(room_messages, a_stranger_may_not_post_and_a_member_need_not_join) {
  auto cyd = node_.store.add_user("cyd");
  auto& ann = inside(ann_);
  auto& stranger = node_.signed_in(cyd);
  auto& member = node_.signed_in(bob_);
  stranger.posts(room_, "no");
  member.posts(room_, "yes");
  node_.settle();
  EXPECT_THAT(stranger.errors(), ElementsAre("not_a_member"));
  EXPECT_THAT(member.types_heard(), ElementsAre("message_ack"));
  EXPECT_THAT(ann.texts(), ElementsAre("yes"));
}

TEST_P(room_messages, only_owner_and_moderators_post_system_messages) {
  inside(ann_);
  auto by_member = submit(bob_, "no", {}, message_type::system);
  auto by_owner = submit(ann_, "yes", {}, message_type::system);
  node_.settle();
  EXPECT_EQ(by_member->refused, error_code::moderator_only);
  EXPECT_TRUE(by_owner->value);
}

TEST(acknowledgement, it_names_the_request_and_the_message_and_comes_before_the_message_itself) {
  small_node node;
  auto user = node.store.add_user("ann");
  auto room = node.store.add_room(user);
  auto& ann = node.inside(user, room);
  ann.says("send_message", {{"room_id", room.value}, {"content", "x"}, {"client_msg_id", "c"}}, "r1");
  node.settle();
  ASSERT_THAT(ann.types_heard(), ElementsAre("message_ack", "room_message"));
  EXPECT_EQ(ann.port->frames[0]["id"], "r1");
  auto ack = ann.heard("message_ack")[0];
  EXPECT_EQ(ack["message_id"], 1);
  EXPECT_EQ(ack["client_msg_id"], "c");
  EXPECT_EQ(ack["sent_to_online_users"], 0);
  EXPECT_EQ(ack["timestamp"], format_time(node.now()));
}

} // namespace
} // namespace parley::test
