// The lines of refusals: their form, and how many there may be.
#include "net/http/refusal_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <sstream>

namespace parley::net {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::SizeIs;

class refusals : public testing::Test {
protected:
  refusals() {
    auto logger = std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_st>(out_));
    logger->set_pattern("%l %v");
    spdlog::set_default_logger(std::move(logger));
  }

  ~refusals() override { spdlog::set_default_logger(before_); }

  /// The lines since the last call.
  std::vector<std::string> lines() {
    std::istringstream in(out_.str());
    out_.str({});
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);)
      out.push_back(line);
    return out;
  }

  void refuse(std::string_view address, int times = 1) {
    for (int i = 0; i < times; ++i)
      log_.refused_token(address, error_code::invalid_token, "GET /");
  }

  refusal_lines::clock::time_point now_{std::chrono::hours(1)};
  refusal_lines log_{[this] { return now_; }};

private:
  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
  std::ostringstream out_;
};

TEST_F(refusals, have_a_form_that_programs_can_rely_on) {
  log_.failed_login("203.0.113.9", error_code::bad_credentials, user_id(7));
  log_.failed_login("2001:db8::1", error_code::bad_credentials, std::nullopt);
  log_.failed_login("203.0.113.9", error_code::wrong_password, user_id(7));
  log_.refused_token("unix", error_code::token_expired, "rooms socket");
  EXPECT_THAT(lines(), ElementsAre("info failed login from 203.0.113.9: bad_credentials, user 7",
                                   "info failed login from 2001:db8::1: bad_credentials, no such user",
                                   "info failed login from 203.0.113.9: wrong_password, user 7",
                                   "info refused token from unix: token_expired, rooms socket"));
}

TEST_F(refusals, stay_on_one_line_whatever_a_proxy_says_an_address_is) {
  refuse("a b\ninfo failed login from 1.2.3.4: x");
  EXPECT_THAT(lines(), ElementsAre(EndsWith("from a\\x20b\\x0ainfo\\x20failed\\x20login\\x20from\\x201.2.3.4:\\x20x: "
                                            "invalid_token, GET /")));
}

TEST_F(refusals, of_one_address_are_bounded_and_those_left_out_are_counted_in_the_next_minute) {
  refuse("203.0.113.9", 100);
  EXPECT_THAT(lines(), SizeIs(refusal_lines::lines_of_an_address));
  refuse("203.0.113.10");
  EXPECT_THAT(lines(), SizeIs(1)) << "one address silences no other";
  now_ += std::chrono::minutes(1);
  refuse("203.0.113.9");
  EXPECT_THAT(lines(), ElementsAre("info 40 more refusals are not in the log: too many in a minute",
                                   "info refused token from 203.0.113.9: invalid_token, GET /"));
}

TEST_F(refusals, of_one_network_of_ipv6_count_as_one) {
  for (int i = 0; i < 100; ++i)
    refuse("2001:db8::" + std::to_string(i));
  EXPECT_THAT(lines(), SizeIs(refusal_lines::lines_of_an_address));
}

TEST_F(refusals, of_all_addresses_together_are_bounded) {
  for (std::size_t i = 0; i < refusal_lines::lines_in_all + 1000; ++i)
    refuse("10.0." + std::to_string(i / 250) + '.' + std::to_string(i % 250));
  EXPECT_THAT(lines(), SizeIs(refusal_lines::lines_in_all));
}

} // namespace
} // namespace parley::net
