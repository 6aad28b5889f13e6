// Which access tokens a thread takes.
#include "actors/token_gate.hpp"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;

constexpr timestamp noon{std::chrono::milliseconds{1'800'000'000'000}};
const std::string secret = "a secret of at least thirty-two bytes";

class token_gate_suite : public ::testing::Test {
protected:
  std::string token(const std::string& family, timestamp issued = noon, user_id user = user_id{7}) const {
    return auth::mint({user, issued + 12h, issued, "id", family}, secret);
  }
  error_code verdict(const std::string& token) const {
    auto out = gate_.check(token);
    return out ? error_code::none : out.error();
  }

  timestamp now_ = noon;
  token_gate gate_{secret, [this] { return now_; }};
};

TEST_F(token_gate_suite, a_good_token_gives_its_claims) {
  auto out = gate_.check(token("f"));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->user, user_id{7});
  EXPECT_EQ(out->family, "f");
}

TEST_F(token_gate_suite, while_revocations_may_be_missed_nothing_can_be_said_of_any) {
  bool doubt = true;
  const token_gate doubting(
    secret, [this] { return now_; }, [&] { return doubt; });
  EXPECT_EQ(doubting.check(token("f")).error(), error_code::internal);
  EXPECT_EQ(doubting.check("no token").error(), error_code::internal);
  doubt = false;
  EXPECT_TRUE(doubting.check(token("f")));
}

TEST_F(token_gate_suite, an_expired_one_is_told_apart_from_a_bad_one) {
  auto t = token("f");
  now_ += 13h;
  EXPECT_EQ(verdict(t), error_code::token_expired);
  EXPECT_EQ(verdict(t + "x"), error_code::invalid_token);
}

TEST_F(token_gate_suite, a_revoked_family_is_refused_and_others_are_not) {
  gate_.revoke({{{"f", noon + 1h}}, {}});
  EXPECT_EQ(verdict(token("f")), error_code::invalid_token);
  EXPECT_EQ(verdict(token("g")), error_code::none);
  EXPECT_EQ(verdict(token("")), error_code::none);
}

TEST_F(token_gate_suite, a_family_is_forgotten_only_after_its_time) {
  gate_.revoke({{{"f", noon + 1h}}, {}});
  now_ = noon + 1h;
  gate_.revoke({});
  EXPECT_EQ(verdict(token("f")), error_code::invalid_token);
  now_ += 1ms;
  gate_.revoke({});
  EXPECT_EQ(verdict(token("f")), error_code::none);
}

TEST_F(token_gate_suite, a_cutoff_refuses_the_users_tokens_without_family_up_to_it) {
  gate_.revoke({{}, {{user_id{7}, noon}}});
  EXPECT_EQ(verdict(token("", noon)), error_code::invalid_token);
  EXPECT_EQ(verdict(token("", noon - 1s)), error_code::invalid_token);
  EXPECT_EQ(verdict(token("", noon + 1s)), error_code::none);
  EXPECT_EQ(verdict(token("", noon, user_id{8})), error_code::none);
  EXPECT_EQ(verdict(token("f", noon)), error_code::none);
}

TEST_F(token_gate_suite, a_cutoff_never_moves_back) {
  gate_.revoke({{}, {{user_id{7}, noon}}});
  gate_.revoke({{}, {{user_id{7}, noon - 1h}}});
  EXPECT_EQ(verdict(token("", noon)), error_code::invalid_token);
}

class a_token_gate_whose_wall_clock_is_set : public token_gate_suite {
protected:
  error_code verdict(const std::string& token) const {
    auto out = stepped_.check(token);
    return out ? error_code::none : out.error();
  }

  moment steady_{noon.time_since_epoch()};
  token_gate stepped_{secret, {[this] { return now_; }, [this] { return steady_; }}};
};

TEST_F(a_token_gate_whose_wall_clock_is_set, takes_what_was_issued_before_it_was_set_back) {
  const auto before = token("f");
  now_ -= 1h;
  EXPECT_EQ(verdict(before), error_code::none);
  EXPECT_EQ(verdict(token("f", now_)), error_code::none);
  EXPECT_EQ(verdict(token("f", noon + 1h)), error_code::invalid_token) << "an hour ahead of all that was shown";
}

TEST_F(a_token_gate_whose_wall_clock_is_set, does_not_forget_a_revocation_when_it_is_set_forward_or_back) {
  stepped_.revoke({{{"f", noon + 30min}}, {}});
  now_ += 1h;
  stepped_.revoke({});
  now_ -= 1h;
  EXPECT_EQ(verdict(token("f")), error_code::invalid_token) << "forward, and back again";
  now_ -= 1h;
  steady_ += 40min;
  stepped_.revoke({});
  EXPECT_EQ(verdict(token("f")), error_code::invalid_token) << "by the wall clock, its tokens are good still";
}

} // namespace
} // namespace parley::test
