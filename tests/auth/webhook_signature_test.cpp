// The signature of Standard Webhooks.
#include "auth/webhook_signature.hpp"
#include "protocol/webhook.hpp"

#include <gtest/gtest.h>

namespace parley::auth {
namespace {

/// Made by the module of those who wrote the standard (npm standardwebhooks 1.1.1); its own tests have the secret.
constexpr const char* secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr const char* body = R"({"test": 2432232314})";

TEST(the_signature_of_a_webhook, is_that_of_the_standard) {
  const auto key = webhook_key(secret).value();
  EXPECT_EQ(sign_webhook(key, id, 1'614'265'330, body), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(the_signature_of_a_webhook, is_of_the_id_the_time_and_every_byte) {
  const auto key = webhook_key(secret).value();
  const auto sound = sign_webhook(key, id, 1'614'265'330, body);
  EXPECT_NE(sign_webhook(key, "msg_other", 1'614'265'330, body), sound);
  EXPECT_NE(sign_webhook(key, id, 1'614'265'331, body), sound);
  EXPECT_NE(sign_webhook(key, id, 1'614'265'330, R"({"test": 2432232315})"), sound);
  EXPECT_NE(sign_webhook("another key", id, 1'614'265'330, body), sound);
}

} // namespace
} // namespace parley::auth
