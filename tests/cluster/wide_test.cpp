// What belongs to no room, on two nodes: tasks, holders of a `client_id`, what operators ask of all nodes.
#include "tests/cluster/node_pair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::cluster::test {
namespace {

using namespace std::chrono_literals;
using parley::test::client;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class wide_suite : public ::testing::Test {
protected:
  wide_suite() { ann_ = pair_.store.add_user("ann"); }

  static task_status status(const std::string& text) {
    task_status out;
    out.connection = "job";
    out.status = text;
    out.data = "null";
    return out;
  }
  std::int64_t publish(std::size_t node, const std::string& text) {
    const auto out = pair_.ask<published_task>(pair_.nodes[node].tasks, publish_task{ann_, status(text)});
    pair_.settle();
    return out->value ? out->value->sockets : -1;
  }
  /// Somebody on that node watches the task.
  client& watch(std::size_t node) {
    auto& out = pair_.connect_to(socket_kind::simple, "w" + std::to_string(++watchers_));
    pair_.settle();
    caf::anon_send(pair_.nodes[node].tasks, watch_task{"job", out.id(), out.session});
    pair_.settle();
    return out;
  }
  static std::vector<std::string> heard(const client& who) {
    std::vector<std::string> out;
    for (const auto& x : who.heard("task_status"))
      out.push_back(x.at("status"));
    return out;
  }

  client& claim(std::size_t node, const std::string& id, std::optional<user_id> user = {}) {
    auto& out = pair_.connect_to(socket_kind::simple, "c" + std::to_string(++watchers_));
    pair_.settle();
    const auto answer =
      pair_.ask<finished>(pair_.nodes[node].people, claim_client{id, out.id(), out.session, user, timestamp{}});
    pair_.settle();
    refusal_ = answer->refused.value_or(error_code::none);
    return out;
  }
  std::int64_t push(std::size_t node, const std::string& id) {
    const auto out = pair_.ask<std::int64_t>(pair_.nodes[node].people,
                                             push_to_client{id, make_text_frame(R"({"type":"push","data":1})")});
    pair_.settle();
    return out->value.value_or(-1);
  }

  node_pair pair_;
  user_id ann_;
  int watchers_ = 0;
  error_code refusal_ = error_code::none;
};

// -- tasks -----------------------------------------------------------------------------------

TEST_F(wide_suite, a_status_is_heard_on_every_node_and_counted_over_them) {
  pair_.meet();
  auto& here = watch(0);
  auto& there = watch(1);
  EXPECT_EQ(publish(0, "one"), 2);
  EXPECT_EQ(publish(1, "two"), 2);
  EXPECT_EQ(publish(0, "three"), 2);
  EXPECT_THAT(heard(here), ElementsAre("one", "two", "three"));
  EXPECT_THAT(heard(there), ElementsAre("one", "two", "three"));
}

TEST_F(wide_suite, the_last_status_is_heard_when_a_link_is_there_at_last) {
  auto& there = watch(1);
  EXPECT_EQ(publish(0, "one"), 0);
  EXPECT_EQ(publish(0, "two"), 0);
  EXPECT_THAT(heard(there), IsEmpty());
  pair_.meet();
  EXPECT_THAT(heard(there), ElementsAre("two"));
  publish(0, "three");
  EXPECT_THAT(heard(there), ElementsAre("two", "three"));
}

TEST_F(wide_suite, what_a_dead_node_stored_and_did_not_tell_is_read) {
  auto& there = watch(1);
  publish(0, "its last");
  pair_.show_table(pair_.nodes[0].row, pair_.nodes[1].row);
  pair_.bury(0);
  EXPECT_THAT(heard(there), ElementsAre("its last"));
}

TEST_F(wide_suite, a_status_waits_for_the_one_before_it_and_not_for_ever) {
  auto& there = watch(1);
  auto told = [&](const std::string& text, std::int64_t version) {
    caf::anon_send(pair_.nodes[1].local_tasks, task_elsewhere{status(text), version});
    pair_.settle();
  };
  told("two", 2);
  EXPECT_THAT(heard(there), IsEmpty());
  told("one", 1);
  EXPECT_THAT(heard(there), ElementsAre("one", "two"));
  told("one again", 1);
  EXPECT_THAT(heard(there), ElementsAre("one", "two"));
  for (int i = 0; i < 4; ++i)
    publish(0, "stored " + std::to_string(i)); // there is no link, and the fifth is told alone
  told("five", 5);
  EXPECT_THAT(heard(there), ElementsAre("one", "two"));
  pair_.advance(task_board::gap_limit);
  EXPECT_THAT(heard(there), ElementsAre("one", "two", "stored 3", "five"));
}

// -- holders of a client_id ------------------------------------------------------------------

TEST_F(wide_suite, a_newer_holder_on_another_node_replaces_the_older) {
  pair_.meet();
  auto& older = claim(0, "tablet", ann_);
  auto& newer = claim(1, "tablet", ann_);
  EXPECT_EQ(refusal_, error_code::none);
  EXPECT_EQ(older.closed(), close_code::replaced);
  EXPECT_THAT(older.errors(), IsEmpty());
  EXPECT_FALSE(newer.closed());
  EXPECT_EQ(push(0, "tablet"), 1);
}

TEST_F(wide_suite, an_id_that_somebody_else_has_on_another_node_is_refused) {
  pair_.meet();
  auto& first = claim(0, "tablet", ann_);
  claim(1, "tablet");
  EXPECT_EQ(refusal_, error_code::client_id_taken);
  EXPECT_FALSE(first.closed());
  caf::anon_send(pair_.nodes[0].people, release_client{first.id()});
  pair_.settle();
  claim(1, "tablet");
  EXPECT_EQ(refusal_, error_code::none);
}

TEST_F(wide_suite, of_two_who_claimed_while_their_nodes_were_apart_one_is_left) {
  auto& one = claim(0, "tablet", ann_);
  auto& two = claim(1, "tablet", pair_.store.add_user("bob"));
  EXPECT_EQ(refusal_, error_code::none);
  pair_.meet();
  EXPECT_EQ(one.closed(), close_code::replaced);
  EXPECT_THAT(one.errors(), ElementsAre("client_id_taken"));
  EXPECT_FALSE(two.closed());
}

TEST_F(wide_suite, of_two_who_claim_at_once_one_alone_is_told_that_it_has_the_id) {
  pair_.meet();
  auto& anns = pair_.connect_to(socket_kind::simple, "of ann");
  auto& guests = pair_.connect_to(socket_kind::simple, "of nobody");
  pair_.settle();
  const auto first =
    pair_.ask<finished>(pair_.nodes[0].people, claim_client{"tablet", anns.id(), anns.session, ann_, timestamp{}});
  const auto second =
    pair_.ask<finished>(pair_.nodes[1].people, claim_client{"tablet", guests.id(), guests.session, {}, timestamp{}});
  pair_.settle();
  EXPECT_EQ(first->refused, error_code::client_id_taken);
  EXPECT_TRUE(second->value);
  EXPECT_EQ(push(0, "tablet"), 1);
}

TEST_F(wide_suite, a_holder_is_told_so_once_the_other_node_knows_and_not_later_than_in_a_second) {
  pair_.meet();
  pair_.hold(pair_.nodes[1].people);
  auto& who = pair_.connect_to(socket_kind::simple, "c");
  pair_.settle();
  const auto out =
    pair_.ask<finished>(pair_.nodes[0].people, claim_client{"tablet", who.id(), who.session, ann_, timestamp{}});
  pair_.settle();
  EXPECT_TRUE(out->pending());
  pair_.advance(wide_directory::claim_limit);
  EXPECT_TRUE(out->value);
}

TEST_F(wide_suite, who_goes_while_its_claim_is_under_way_leaves_the_id_free) {
  pair_.meet();
  pair_.hold(pair_.nodes[1].people);
  auto& who = pair_.connect_to(socket_kind::simple, "c");
  pair_.settle();
  const auto out =
    pair_.ask<finished>(pair_.nodes[0].people, claim_client{"tablet", who.id(), who.session, ann_, timestamp{}});
  pair_.settle();
  caf::anon_send(pair_.nodes[0].people, release_client{who.id()});
  pair_.settle();
  pair_.release_all();
  pair_.settle();
  EXPECT_FALSE(out->value);
  claim(1, "tablet");
  EXPECT_EQ(refusal_, error_code::none);
}

TEST_F(wide_suite, the_list_of_clients_is_of_all_nodes) {
  pair_.meet();
  claim(0, "tablet", ann_);
  claim(1, "phone", ann_);
  const auto out = pair_.ask<client_list>(pair_.nodes[0].people, get_clients{ann_});
  pair_.settle();
  ASSERT_THAT(out->value.value().items, SizeIs(2));
  std::map<std::string, std::string> node_of;
  for (const auto& x : out->value->items)
    node_of[x.client] = x.node;
  EXPECT_EQ(node_of.at("tablet"), ""); // this one
  EXPECT_EQ(node_of.at("phone"), "two");
}

// -- operators -------------------------------------------------------------------------------

TEST_F(wide_suite, operators_see_the_connections_of_all_nodes) {
  pair_.meet();
  for (int i = 0; i < 4; ++i)
    pair_.connect_to(socket_kind::test, std::to_string(i)); // on the hubs in turn
  pair_.settle();
  const auto out = pair_.ask<found_connections>(pair_.nodes[0].desk, find_connections{{}, 3});
  pair_.settle();
  ASSERT_TRUE(out->value);
  EXPECT_EQ(out->value->total, 4);
  EXPECT_THAT(out->value->unanswered, IsEmpty());
  ASSERT_THAT(out->value->items, SizeIs(3));
  EXPECT_LT(out->value->items[0].id.value, out->value->items[1].id.value);
  EXPECT_NE(out->value->items[0].node, out->value->items[1].node);
}

TEST_F(wide_suite, a_node_that_does_not_answer_is_named) {
  auto other = pair_.nodes[1].row;
  other.id = 3;
  other.name = "three";
  other.address = "nowhere";
  pair_.show_table(pair_.nodes[0].row, other);
  const auto out = pair_.ask<found_disconnects>(pair_.nodes[0].desk, find_disconnects{});
  pair_.settle();
  ASSERT_TRUE(out->value);
  EXPECT_THAT(out->value->unanswered, ElementsAre("three"));
}

TEST_F(wide_suite, a_node_knows_the_others_by_what_they_said_last) {
  auto other = pair_.nodes[1].row;
  other.state = storage::node_row::phase::draining;
  other.connections = 7;
  pair_.show_table(pair_.nodes[0].row, other);
  const auto out = pair_.ask<found_nodes>(pair_.nodes[0].desk, find_nodes{});
  pair_.settle();
  ASSERT_THAT(out->value.value().nodes, SizeIs(2));
  EXPECT_EQ(out->value->nodes[1].id, "two");
  EXPECT_EQ(out->value->nodes[1].status, "draining");
  EXPECT_EQ(out->value->nodes[1].connections, 7);
}

TEST_F(wide_suite, links_are_counted) {
  pair_.meet();
  const auto out = pair_.ask<cluster_figures>(pair_.nodes[0].desk, get_cluster_figures{});
  pair_.settle();
  ASSERT_TRUE(out->value);
  EXPECT_EQ(out->value->members, 2);
  ASSERT_THAT(out->value->links, SizeIs(1));
  EXPECT_EQ(out->value->links[0].node, "two");
  EXPECT_TRUE(out->value->links[0].is_up);
}

// -- a release before this one ---------------------------------------------------------------

TEST(a_node_of_the_release_before, is_told_nothing_that_it_does_not_know) {
  node_pair pair(1);
  pair.meet();
  ASSERT_EQ(pair.links(0), 1U);
  const auto out = pair.ask<found_disconnects>(pair.nodes[0].desk, find_disconnects{});
  auto& who = pair.connect_to(socket_kind::simple, "c");
  pair.settle();
  const auto claimed = pair.ask<finished>(pair.nodes[0].people, claim_client{"tablet", who.id(), who.session, {}, {}});
  pair.settle();
  pair.advance(desk::answer_limit);
  ASSERT_TRUE(out->value);
  EXPECT_THAT(out->value->unanswered, ElementsAre("two"));
  EXPECT_TRUE(claimed->value);
  EXPECT_EQ(pair.links(0), 1U);
}

} // namespace
} // namespace parley::cluster::test
