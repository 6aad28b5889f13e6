// How long the client of a request is kept waiting for the answer.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>

namespace parley::net {

/// Runs while the server has the turn, and begins anew when it gets it again; stands still while the client has it.
/// Used on the executor's thread only.
class response_clock {
public:
  response_clock(const boost::asio::any_io_executor& where, std::chrono::milliseconds limit)
    : timer_(where), limit_(limit) {
    resume();
  }

  /// It is the client's turn.
  void pause() { due_ = clock::time_point::max(); }
  void resume() { due_ = clock::now() + limit_; }

  /// There is an answer.
  void finish() {
    is_finished_ = true;
    timer_.cancel();
  }

  /// Until there is an answer; false if it took too long. May be called again then. One at a time.
  boost::asio::awaitable<bool> wait() {
    boost::system::error_code ignored;
    while (!is_finished_) {
      const auto now = clock::now();
      if (due_ <= now)
        co_return false;
      // What moves the end meanwhile moves it beyond this.
      timer_.expires_at(std::min(due_, now + limit_));
      co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }
    co_return true;
  }

private:
  using clock = std::chrono::steady_clock;

  boost::asio::steady_timer timer_;
  std::chrono::milliseconds limit_;
  clock::time_point due_;
  bool is_finished_ = false;
};

} // namespace parley::net
