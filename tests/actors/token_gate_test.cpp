// Which access tokens a thread takes.
#include "actors/token_gate.hpp"
#include "tests/support/signing_key.hpp"

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

/// Keys that a test changes.
class given_keys final : public auth::key_source {
public:
  std::shared_ptr<const auth::key_set> keys() const override { return keys_; }
  void refresh() override { ++asked; }
  void set(const std::string& text) {
    keys_ = std::make_shared<const auth::key_set>(auth::key_set::parse(text).value());
  }

  int asked = 0;

private:
  std::shared_ptr<const auth::key_set> keys_;
};

class a_token_gate_of_a_provider : public ::testing::Test {
protected:
  a_token_gate_of_a_provider() { source_->set(auth::set_of(key_.jwk("a"))); }

  token_gate gate(bool provision) const {
    return {secret, [this] { return now_; }, [this] { return doubt_; }, {source_, {"issuer", "us"}, provision}};
  }
  std::string token(std::string_view subject, std::string_view kid = "a") const {
    return key_.token(R"({"alg":"EdDSA","kid":")" + std::string(kid) + "\"}",
                      R"({"iss":"issuer","aud":"us","exp":1800003600,"iat":1799999000,"sub":")" + std::string(subject) +
                        "\"}");
  }
  static error_code verdict(const token_gate& by, const std::string& token) {
    auto out = by.check(token);
    return out ? error_code::none : out.error();
  }

  timestamp now_ = noon;
  bool doubt_ = false;
  auth::signing_key key_ = auth::signing_key::ed25519();
  std::shared_ptr<given_keys> source_ = std::make_shared<given_keys>();
};

TEST_F(a_token_gate_of_a_provider, takes_its_tokens_beside_our_own) {
  const auto one = gate(false);
  const auto out = one.check(token("7"));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->user, user_id{7});
  EXPECT_EQ(verdict(one, auth::mint({user_id{7}, noon + 1h, noon, "id", "f"}, secret)), error_code::none);
  EXPECT_EQ(verdict(one, token("1")), error_code::invalid_token) << "nobody is anonymous by name";
  EXPECT_EQ(verdict(one, token("ann")), error_code::invalid_token);
  EXPECT_FALSE(one.find_stranger(token("ann"))) << "nobody is made";
  now_ += 1h;
  EXPECT_EQ(verdict(one, token("7")), error_code::token_expired);
}

TEST_F(a_token_gate_of_a_provider, takes_a_stranger_once_it_was_introduced) {
  auto one = gate(true);
  const auto who = one.find_stranger(token("7"));
  ASSERT_TRUE(who);
  EXPECT_EQ(who->who.subject, "7");
  EXPECT_EQ(who->issued_at, timestamp(1799999000s));
  EXPECT_EQ(verdict(one, token("7")), error_code::invalid_token) << "a number of theirs is no id of ours";
  one.introduce(*who, user_id{40});
  EXPECT_FALSE(one.find_stranger(token("7")));
  EXPECT_EQ(one.check(token("7"))->user, user_id{40});
  EXPECT_FALSE(one.find_stranger(auth::mint({user_id{7}, noon + 1h, noon, "id", "f"}, secret)));
  EXPECT_FALSE(one.find_stranger("no token"));
}

TEST_F(a_token_gate_of_a_provider, forgets_whom_it_knew_with_the_users_tokens) {
  auto one = gate(true);
  one.introduce(*one.find_stranger(token("ann")), user_id{40});
  one.introduce(*one.find_stranger(token("bob")), user_id{41});
  one.revoke({{}, {{user_id{40}, noon}}});
  EXPECT_TRUE(one.find_stranger(token("ann"))) << "who may have become somebody else";
  EXPECT_EQ(one.check(token("bob"))->user, user_id{41});
  one.introduce(*one.find_stranger(token("ann")), user_id{40});
  EXPECT_EQ(verdict(one, token("ann")), error_code::invalid_token) << "issued before the revocation";
}

TEST_F(a_token_gate_of_a_provider, takes_no_word_for_a_user_that_ended_meanwhile) {
  auto one = gate(true);
  const auto found = one.find_stranger(token("ann"));
  one.revoke({{}, {{user_id{40}, noon - 2h}}});
  one.introduce(*found, user_id{40});
  const auto again = one.find_stranger(token("ann"));
  ASSERT_TRUE(again) << "who may have been told before the end of 40";
  one.introduce(*again, user_id{41});
  EXPECT_EQ(one.check(token("ann"))->user, user_id{41});
}

TEST_F(a_token_gate_of_a_provider, takes_nothing_by_a_key_that_is_withdrawn) {
  const auto one = gate(false);
  EXPECT_EQ(verdict(one, token("7")), error_code::none);
  source_->set(auth::set_of(auth::signing_key::ed25519().jwk("b")));
  EXPECT_EQ(verdict(one, token("7")), error_code::invalid_token) << "though it was checked before";
  EXPECT_EQ(source_->asked, 1) << "newer keys may have it";
}

TEST_F(a_token_gate_of_a_provider, asks_for_newer_keys_only_where_one_is_missing) {
  const auto one = gate(false);
  EXPECT_EQ(verdict(one, token("7") + "A"), error_code::invalid_token);
  EXPECT_EQ(verdict(one, "a.b.c"), error_code::invalid_token);
  EXPECT_EQ(source_->asked, 0);
  EXPECT_EQ(verdict(one, token("7", "next")), error_code::invalid_token);
  EXPECT_EQ(source_->asked, 1);
}

TEST_F(a_token_gate_of_a_provider, says_nothing_while_revocations_may_be_missed) {
  const auto one = gate(true);
  doubt_ = true;
  EXPECT_EQ(verdict(one, token("ann")), error_code::internal);
  EXPECT_FALSE(one.find_stranger(token("ann")));
}

} // namespace
} // namespace parley::test
