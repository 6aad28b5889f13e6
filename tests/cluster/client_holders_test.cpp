// One of several claims of a `client_id` on several nodes is left, whatever each node heard first.
#include "cluster/client_holders.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::test {
namespace {

claim_client claiming(const std::string& client, std::int64_t connection, std::optional<user_id> user = {}) {
  claim_client out{};
  out.client = client;
  out.connection = connection_id{connection};
  out.user = user;
  return out;
}

client_claims told(const client_claim& x) {
  return {false, {x}, {}, 0};
}

const user_id ann{2};
const user_id bob{3};

TEST(client_holders, a_later_claim_takes_the_id_from_another_node) {
  client_holders one(1);
  client_holders two(2);
  auto first = told(one.claim(claiming("c", 10)).value());
  EXPECT_TRUE(two.hear(1, first).gone.empty());
  auto second = told(two.claim(claiming("c", 20)).value());
  const auto gone = one.hear(2, second).gone;
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].connection, connection_id{10});
  EXPECT_EQ(gone[0].why, error_code::none);
  EXPECT_FALSE(one.release(connection_id{10})); // it holds nothing any more
  EXPECT_TRUE(one.all().held.empty());
}

TEST(client_holders, an_id_of_somebody_else_on_another_node_is_taken) {
  client_holders one(1);
  client_holders two(2);
  auto first = told(one.claim(claiming("c", 10, ann)).value());
  two.hear(1, first);
  EXPECT_EQ(two.claim(claiming("c", 20, bob)).error(), error_code::client_id_taken);
  EXPECT_EQ(two.claim(claiming("c", 20)).error(), error_code::client_id_taken);
  client_claims freed{false, {}, {*one.release(connection_id{10})}};
  two.hear(1, freed);
  EXPECT_TRUE(two.claim(claiming("c", 20, bob)));
}

TEST(client_holders, of_two_claims_at_the_same_moment_one_is_left) {
  for (const auto other : {ann, bob}) {
    client_holders one(1);
    client_holders two(2);
    auto here = told(one.claim(claiming("c", 10, ann)).value());
    auto there = told(two.claim(claiming("c", 20, other)).value());
    const auto gone = one.hear(2, there).gone;
    const auto told_two = two.hear(1, here);
    EXPECT_TRUE(told_two.gone.empty()) << "the node with the higher number keeps it";
    EXPECT_EQ(told_two.is_taken, other == bob) << "another of the same user comes later, and replaces it";
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_EQ(gone[0].why, other == ann ? error_code::none : error_code::client_id_taken);
  }
}

TEST(client_holders, a_node_that_was_cut_off_learns_who_came_later) {
  client_holders one(1);
  client_holders two(2);
  auto first = told(one.claim(claiming("c", 10, ann)).value());
  two.hear(1, first); // and then the link breaks
  ASSERT_TRUE(two.claim(claiming("c", 20, ann)));
  auto all_of_two = two.all();
  auto all_of_one = one.all();
  EXPECT_EQ(one.hear(2, all_of_two).gone.size(), 1U);
  EXPECT_TRUE(two.hear(1, all_of_one).gone.empty());
}

TEST(client_holders, lists_what_a_user_has_elsewhere_until_that_node_is_dead) {
  client_holders one(1);
  client_holders two(2);
  auto first = told(one.claim(claiming("mine", 10, ann)).value());
  auto other = told(one.claim(claiming("of bob", 11, bob)).value());
  two.hear(1, first);
  two.hear(1, other);
  const auto there = two.list(ann);
  ASSERT_EQ(there.size(), 1U);
  EXPECT_EQ(there[0].what.client, "mine");
  EXPECT_EQ(there[0].node, 1);
  two.forget(1);
  EXPECT_TRUE(two.list(ann).empty());
  EXPECT_TRUE(two.claim(claiming("mine", 20, bob)));
}

} // namespace
} // namespace parley::cluster::test
