#include "net/http/response_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <optional>

namespace parley::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class a_response_clock : public testing::Test {
protected:
  /// What `wait` says; nothing while it still waits.
  std::optional<bool> wait_on(response_clock& clock) {
    std::optional<bool> out;
    auto ask = [&]() -> boost::asio::awaitable<void> { out = co_await clock.wait(); };
    boost::asio::co_spawn(loop_, ask(), boost::asio::detached);
    loop_.restart();
    loop_.run();
    return out;
  }

  boost::asio::io_context loop_{1};
};

TEST_F(a_response_clock, waits_for_the_answer) {
  response_clock clock(loop_.get_executor(), hours(1));
  boost::asio::post(loop_, [&] { clock.finish(); });
  EXPECT_EQ(wait_on(clock), true);
  EXPECT_EQ(wait_on(clock), true) << "it is still there";
}

TEST_F(a_response_clock, ends_where_the_server_takes_too_long_and_may_wait_on) {
  response_clock clock(loop_.get_executor(), milliseconds(1));
  EXPECT_EQ(wait_on(clock), false);
  clock.pause();
  boost::asio::post(loop_, [&] { clock.finish(); });
  EXPECT_EQ(wait_on(clock), true);
}

TEST_F(a_response_clock, stands_still_while_it_is_the_clients_turn) {
  response_clock clock(loop_.get_executor(), milliseconds(1));
  clock.pause();
  boost::asio::steady_timer client(loop_, milliseconds(50));
  client.async_wait([&](const boost::system::error_code&) { clock.finish(); });
  EXPECT_EQ(wait_on(clock), true);
}

TEST_F(a_response_clock, begins_anew_with_each_turn_of_the_server) {
  response_clock clock(loop_.get_executor(), milliseconds(1));
  clock.pause();
  boost::asio::post(loop_, [&] { clock.resume(); });
  EXPECT_EQ(wait_on(clock), false);
}

} // namespace
} // namespace parley::net
