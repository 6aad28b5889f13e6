#include "actors/hub.hpp"
#include "actors/known_users.hpp"
#include "tests/support/deterministic.hpp"

#include <caf/send.hpp>
#include <gtest/gtest.h>

namespace parley {
namespace {

constexpr user_id ann{2};
constexpr user_id bob{3};

user_brief named(user_id id, std::string name) {
  return {id, std::move(name), std::nullopt};
}

TEST(known_users, are_those_that_were_read_and_not_forgotten) {
  known_users users;
  EXPECT_EQ(users.find(ann), nullptr);
  users.learn(named(ann, "ann"), users.age());
  users.learn(named(bob, "bob"), users.age());
  ASSERT_NE(users.find(ann), nullptr);
  EXPECT_EQ(users.find(ann)->username, "ann");
  users.forget(ann);
  EXPECT_EQ(users.find(ann), nullptr);
  EXPECT_NE(users.find(bob), nullptr);
}

TEST(known_users, are_not_learned_from_a_read_that_began_before_a_change) {
  known_users users;
  const auto asked_at = users.age();
  users.forget(ann);
  users.learn(named(ann, "the old name"), asked_at);
  EXPECT_EQ(users.find(ann), nullptr);
  users.learn(named(ann, "the new name"), users.age());
  EXPECT_EQ(users.find(ann)->username, "the new name");
}

TEST(known_users, are_bounded) {
  known_users users;
  for (std::int64_t i = 0; i <= static_cast<std::int64_t>(known_users::limit); ++i)
    users.learn(named(user_id{i + 2}, "somebody"), users.age());
  EXPECT_EQ(users.find(ann), nullptr);
  EXPECT_NE(users.find(user_id{static_cast<std::int64_t>(known_users::limit) + 2}), nullptr);
}

class known_users_suite : public ::testing::Test, public test::deterministic {
protected:
  void SetUp() override {
    users_.learn(named(ann, "ann"), users_.age());
    users_.learn(named(bob, "bob"), users_.age());
    hub_ = spawn_pinned<hub>(system(), pin{}, gate_, clock(), &users_);
  }
  void TearDown() override {
    caf::anon_send_exit(hub_, caf::exit_reason::user_shutdown);
    settle();
  }

  token_gate gate_{"no token is checked with it", clock()};
  known_users users_;
  hub_actor hub_;
};

TEST_F(known_users_suite, are_forgotten_by_the_threads_hub) {
  caf::anon_send(hub_, forget_user{ann});
  settle();
  EXPECT_EQ(users_.find(ann), nullptr);
  EXPECT_NE(users_.find(bob), nullptr);
}

TEST_F(known_users_suite, tokens_are_checked_again_after_each_revocation) {
  auth::access_claims claims;
  claims.user = ann;
  users_.learn_token("ann's", claims);
  ASSERT_NE(users_.find_token("ann's"), nullptr);
  EXPECT_EQ(users_.find_token("ann's")->user, ann);
  EXPECT_EQ(users_.find_token("bob's"), nullptr);
  caf::anon_send(hub_, revoked_tokens{{.families = {{"some family", timestamp{}}}, .users = {}}});
  settle();
  EXPECT_EQ(users_.find_token("ann's"), nullptr);
}

TEST_F(known_users_suite, whose_tokens_are_revoked_are_forgotten_with_them) {
  caf::anon_send(hub_, revoked_tokens{{.families = {}, .users = {{bob, timestamp{}}}}});
  settle();
  EXPECT_NE(users_.find(ann), nullptr);
  EXPECT_EQ(users_.find(bob), nullptr);
}

} // namespace
} // namespace parley
