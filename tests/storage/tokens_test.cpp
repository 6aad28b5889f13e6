// Refresh tokens: rotation, reuse, revocation, forgetting.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

/// 32 raw bytes, zero among them, as a SHA-256 may be.
std::string hash_of(char c) {
  return std::string(16, c) + std::string(8, '\0') + std::string(8, '\xff');
}

class exchange {
public:
  exchange(writer& w, char old_token, char next_token, timestamp now = noon, std::string key_hash = {}) {
    w.begin();
    outcome = w.tokens().rotate(
      {hash_of(old_token), hash_of(next_token), std::move(key_hash), now, now + 24h, now + 1h}, revoked);
    w.commit();
  }

  std::optional<std::string> revoked;
  result<rotated> outcome = tl::unexpected(error_code::internal);
};

class token_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    add_token('a', "family 1");
  }

  void add_token(char token, const std::string& family, timestamp expires_at = noon + 24h) {
    commit([&] { writer_->tokens().add({hash_of(token), family, ann_, expires_at}); });
  }

  std::vector<std::string> revoked_families(timestamp now) {
    std::vector<std::string> out;
    for (const auto& x : reader_->tokens().find_revocations(now).families)
      out.push_back(x.family);
    return out;
  }

  user_id ann_;
};

TEST_P(token_suite, a_token_is_exchanged_for_the_next_of_its_family) {
  const exchange first(*writer_, 'a', 'b');
  ASSERT_TRUE(first.outcome);
  EXPECT_EQ(first.outcome->user, ann_);
  EXPECT_EQ(first.outcome->username, "ann");
  EXPECT_EQ(first.outcome->family, "family 1");
  EXPECT_FALSE(first.revoked);
  const exchange second(*writer_, 'b', 'c');
  ASSERT_TRUE(second.outcome);
  EXPECT_EQ(second.outcome->family, "family 1");
}

TEST_P(token_suite, a_second_use_kills_the_whole_family) {
  add_token('x', "family 2");
  ASSERT_TRUE(exchange(*writer_, 'a', 'b').outcome);
  const exchange again(*writer_, 'a', 'b', noon + 10s + 1ms);
  EXPECT_EQ(again.outcome.error(), error_code::invalid_token);
  EXPECT_EQ(again.revoked, "family 1");
  const exchange heir(*writer_, 'b', 'd');
  EXPECT_EQ(heir.outcome.error(), error_code::invalid_token);
  EXPECT_FALSE(heir.revoked);
  EXPECT_THAT(revoked_families(noon), ::testing::ElementsAre("family 1"));
  EXPECT_TRUE(exchange(*writer_, 'x', 'y').outcome);
}

TEST_P(token_suite, a_second_use_within_ten_seconds_gets_the_first_answer_again) {
  ASSERT_TRUE(exchange(*writer_, 'a', 'b', noon).outcome);
  for (const auto later : {0ms, 1ms, 9999ms, 10'000ms}) {
    const exchange again(*writer_, 'a', 'b', noon + later);
    ASSERT_TRUE(again.outcome) << later.count();
    EXPECT_EQ(again.outcome->user, ann_);
    EXPECT_EQ(again.outcome->username, "ann");
    EXPECT_EQ(again.outcome->family, "family 1");
    EXPECT_EQ(again.outcome->rotated_at, noon);
    EXPECT_FALSE(again.revoked);
  }
  EXPECT_TRUE(exchange(*writer_, 'b', 'c', noon + 20s).outcome) << "the pair is good";
}

TEST_P(token_suite, a_second_use_that_read_the_clock_first_gets_the_same_answer) {
  ASSERT_TRUE(exchange(*writer_, 'a', 'b', noon + 5ms).outcome);
  const exchange again(*writer_, 'a', 'b', noon);
  ASSERT_TRUE(again.outcome);
  EXPECT_EQ(again.outcome->rotated_at, noon + 5ms);
}

TEST_P(token_suite, two_uses_in_one_transaction_get_one_answer) {
  std::optional<std::string> revoked;
  const storage::rotation both{hash_of('a'), hash_of('b'), {}, noon, noon + 24h, noon + 1h};
  commit([&] {
    const auto first = writer_->tokens().rotate(both, revoked);
    const auto second = writer_->tokens().rotate(both, revoked);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->rotated_at, second->rotated_at);
  });
  EXPECT_FALSE(revoked);
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM refresh_tokens"), 2);
}

TEST_P(token_suite, a_second_use_with_the_same_key_has_two_minutes) {
  for (const auto& [token, later, key] : {std::tuple{'k', 120'000ms, "key"},
                                          {'l', 120'001ms, "key"},
                                          {'m', 10'001ms, "other"},
                                          {'n', 10'001ms, ""},
                                          {'o', 10'000ms, "other"}}) {
    add_token(token, std::string("family ") + token);
    const auto next = static_cast<char>(token - 'a' + 'A');
    ASSERT_TRUE(exchange(*writer_, token, next, noon, "key").outcome);
    const exchange again(*writer_, token, next, noon + later, key);
    const bool in_time = token == 'k' || token == 'o';
    EXPECT_EQ(again.outcome.has_value(), in_time) << token;
    EXPECT_EQ(again.revoked.has_value(), !in_time) << token;
  }
}

TEST_P(token_suite, no_key_is_not_the_same_key_as_none) {
  ASSERT_TRUE(exchange(*writer_, 'a', 'b', noon).outcome);
  EXPECT_FALSE(exchange(*writer_, 'a', 'b', noon + 11s).outcome);
}

TEST_P(token_suite, a_second_use_is_a_theft_once_the_successor_was_used) {
  ASSERT_TRUE(exchange(*writer_, 'a', 'b', noon, "key").outcome);
  ASSERT_TRUE(exchange(*writer_, 'b', 'c', noon + 1s).outcome);
  const exchange again(*writer_, 'a', 'b', noon + 2s, "key");
  EXPECT_FALSE(again.outcome);
  EXPECT_EQ(again.revoked, "family 1");
  EXPECT_FALSE(exchange(*writer_, 'c', 'd', noon + 3s).outcome);
}

TEST_P(token_suite, a_second_use_is_a_theft_where_another_successor_follows) {
  ASSERT_TRUE(exchange(*writer_, 'a', 'b').outcome); // before the secret was changed
  EXPECT_EQ(exchange(*writer_, 'a', 'z').revoked, "family 1");
}

TEST_P(token_suite, a_second_use_after_a_revocation_gets_nothing) {
  ASSERT_TRUE(exchange(*writer_, 'a', 'b').outcome);
  commit([&] { return writer_->tokens().revoke(hash_of('b'), noon + 1h); });
  EXPECT_FALSE(exchange(*writer_, 'a', 'b', noon + 1s).outcome);
}

TEST_P(token_suite, a_second_use_is_noticed_after_the_expiry_as_well) {
  ASSERT_TRUE(exchange(*writer_, 'a', 'b').outcome);
  EXPECT_EQ(exchange(*writer_, 'a', 'c', noon + 30h).revoked, "family 1");
}

TEST_P(token_suite, an_unknown_token_revokes_nothing) {
  const exchange x(*writer_, 'z', 'y');
  EXPECT_EQ(x.outcome.error(), error_code::invalid_token);
  EXPECT_FALSE(x.revoked);
  EXPECT_THAT(revoked_families(noon), ::testing::IsEmpty());
}

TEST_P(token_suite, a_token_dies_at_its_expiry) {
  add_token('x', "family 2", noon + 1h);
  EXPECT_EQ(exchange(*writer_, 'x', 'y', noon + 1h).outcome.error(), error_code::invalid_token);
  add_token('v', "family 3", noon + 1h);
  EXPECT_TRUE(exchange(*writer_, 'v', 'w', noon + 1h - 1ms).outcome);
}

TEST_P(token_suite, the_next_token_has_the_expiry_that_was_asked_for) {
  ASSERT_TRUE(exchange(*writer_, 'a', 'b', noon).outcome);
  EXPECT_FALSE(exchange(*writer_, 'b', 'c', noon + 24h).outcome);
}

TEST_P(token_suite, revoking_a_token_kills_its_family) {
  ASSERT_TRUE(exchange(*writer_, 'a', 'b').outcome);
  EXPECT_EQ(commit([&] { return writer_->tokens().revoke(hash_of('b'), noon + 1h); }), "family 1");
  EXPECT_FALSE(exchange(*writer_, 'b', 'c').outcome);
  EXPECT_THAT(revoked_families(noon), ::testing::ElementsAre("family 1"));
}

TEST_P(token_suite, revoking_an_unknown_token_does_nothing) {
  EXPECT_FALSE(commit([&] { return writer_->tokens().revoke(hash_of('z'), noon + 1h); }));
  EXPECT_THAT(revoked_families(noon), ::testing::IsEmpty());
}

TEST_P(token_suite, revoking_a_user_kills_all_of_its_families_and_no_other) {
  add_token('x', "family 2");
  const auto bob = add_user("bob");
  commit([&] { writer_->tokens().add({hash_of('o'), "family of bob", bob, noon + 24h}); });
  EXPECT_THAT(commit([&] { return writer_->tokens().revoke_user(ann_, noon, noon + 1h); }),
              ::testing::ElementsAre("family 1", "family 2"));
  EXPECT_FALSE(exchange(*writer_, 'a', 'b').outcome);
  EXPECT_FALSE(exchange(*writer_, 'x', 'y').outcome);
  EXPECT_TRUE(exchange(*writer_, 'o', 'p').outcome);
  const auto found = reader_->tokens().find_revocations(noon);
  ASSERT_EQ(found.users.size(), 1U);
  EXPECT_EQ(found.users[0].user, ann_);
  EXPECT_EQ(found.users[0].cutoff, noon);
  ASSERT_EQ(found.families.size(), 2U);
  EXPECT_EQ(found.families[0].forget_at, noon + 1h);
}

TEST_P(token_suite, a_later_revocation_of_a_user_moves_the_cutoff_up_only) {
  commit([&] {
    writer_->tokens().revoke_user(ann_, noon + 10min, noon + 1h);
    writer_->tokens().revoke_user(ann_, noon + 20min, noon + 2h);
    writer_->tokens().revoke_user(ann_, noon + 5min, noon + 30min);
  });
  const auto found = reader_->tokens().find_revocations(noon + 90min);
  ASSERT_EQ(found.users.size(), 1U);
  EXPECT_EQ(found.users[0].cutoff, noon + 20min);
}

TEST_P(token_suite, revoking_an_unknown_user_does_nothing) {
  EXPECT_THAT(commit([&] { return writer_->tokens().revoke_user(user_id{99}, noon, noon + 1h); }),
              ::testing::IsEmpty());
}

TEST_P(token_suite, revocations_are_forgotten_when_their_time_has_come) {
  commit([&] { writer_->tokens().revoke_user(ann_, noon, noon + 1h); });
  EXPECT_EQ(reader_->tokens().find_revocations(noon + 1h - 1ms).families.size(), 1U);
  EXPECT_EQ(reader_->tokens().find_revocations(noon + 1h - 1ms).users.size(), 1U);
  EXPECT_EQ(reader_->tokens().find_revocations(noon + 1h).families.size(), 0U);
  EXPECT_EQ(reader_->tokens().find_revocations(noon + 1h).users.size(), 0U);
}

TEST_P(token_suite, expired_rows_are_purged_a_bounded_number_at_a_time) {
  commit([&] {
    for (int i = 0; i < 100; ++i)
      writer_->tokens().add({"expired " + std::to_string(i), "old " + std::to_string(i), ann_, noon - 1h});
  });
  const exchange first(*writer_, 'a', 'b');
  const auto left = trial_->number("SELECT COUNT(*) FROM refresh_tokens WHERE family LIKE 'old %'");
  EXPECT_GT(left, 0);
  EXPECT_LT(left, 100);
  const exchange second(*writer_, 'b', 'c');
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM refresh_tokens WHERE family LIKE 'old %'"), 0);
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM sessions WHERE family LIKE 'old %'"), 0);
}

TEST_P(token_suite, no_token_is_stored_as_it_was_given) {
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM refresh_tokens WHERE LENGTH(token_hash) = 64"), 1);
}

TEST_P(token_suite, a_login_is_a_session_and_each_exchange_uses_it_anew) {
  commit([&] {
    writer_->tokens().add({hash_of('x'), "family 2", ann_, noon + 24h, noon - 1h, {"192.0.2.1", "old"}});
    std::optional<std::string> revoked;
    ASSERT_TRUE(writer_->tokens().rotate(
      {hash_of('x'), hash_of('y'), {}, noon + 1min, noon + 48h, noon + 1h, {"2001:db8::1", "new"}}, revoked));
  });
  const auto all = reader_->tokens().list_sessions(ann_, "family 2", noon + 2min, {1, 20});
  EXPECT_EQ(all.total, 2);
  ASSERT_EQ(all.items.size(), 2U);
  EXPECT_EQ(all.items[0].created_at, noon - 1h);
  EXPECT_EQ(all.items[0].last_used_at, noon + 1min);
  EXPECT_EQ(all.items[0].address, "2001:db8::1");
  EXPECT_EQ(all.items[0].user_agent, "new");
  EXPECT_TRUE(all.items[0].current);
  EXPECT_FALSE(all.items[1].current);
  EXPECT_EQ(reader_->tokens().list_sessions(ann_, {}, noon + 2min, {2, 1}).items.at(0).id, all.items[1].id);
  EXPECT_EQ(reader_->tokens().list_sessions(ann_, {}, noon + 24h, {1, 20}).total, 1) << "the other has expired";
}

TEST_P(token_suite, a_session_ends_with_its_family_and_only_by_its_user) {
  const auto id = reader_->tokens().list_sessions(ann_, {}, noon, {1, 20}).items.at(0).id;
  const auto bob = add_user("bob");
  EXPECT_EQ(commit([&] { return writer_->tokens().end_session(bob, id, noon + 1h); }).error(),
            error_code::sessions_not_found);
  EXPECT_EQ(commit([&] { return writer_->tokens().end_session(ann_, id, noon + 1h); }), "family 1");
  EXPECT_THAT(revoked_families(noon), ::testing::ElementsAre("family 1"));
  EXPECT_FALSE(exchange(*writer_, 'a', 'b').outcome);
  EXPECT_EQ(reader_->tokens().list_sessions(ann_, {}, noon, {1, 20}).total, 0);
}

TEST_P(token_suite, all_sessions_but_one_end) {
  add_token('x', "family 2");
  add_token('y', "family 3");
  EXPECT_THAT(commit([&] { return writer_->tokens().end_other_sessions(ann_, "family 2", noon + 1h); }),
              ::testing::UnorderedElementsAre("family 1", "family 3"));
  EXPECT_TRUE(exchange(*writer_, 'x', 'z').outcome);
  EXPECT_FALSE(exchange(*writer_, 'y', 'w').outcome);
}

INSTANTIATE_TEST_SUITE_P(backends, token_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
