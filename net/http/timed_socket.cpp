#include "net/http/timed_socket.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>

namespace parley::net {

namespace asio = boost::asio;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

} // namespace

/// Cancels what the socket is doing when its time is over. One timer serves all operations in turn; it is moved only
/// where the next end comes before the timer's own. Its handler keeps it alive, so it may outlast the socket.
class timed_socket::watchdog : public std::enable_shared_from_this<watchdog> {
public:
  explicit watchdog(stream& socket) : socket_(&socket), timer_(socket.get_executor()) {}

  void arm(steady_time due) {
    due_ = due;
    armed_ = true;
    expired_ = false;
    if (!waiting_ || due < timer_.expiry())
      wait();
  }

  void disarm() { armed_ = false; }

  /// The last operation was cancelled by this.
  bool expired() const { return expired_; }

  void leave() {
    armed_ = false;
    socket_ = nullptr;
    timer_.cancel();
  }

private:
  void wait() {
    waiting_ = true;
    timer_.expires_at(due_);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& reason) {
      if (!reason)
        self->ring();
    });
  }

  void ring() {
    waiting_ = false;
    if (!armed_)
      return;
    if (std::chrono::steady_clock::now() < due_)
      return wait();
    armed_ = false;
    expired_ = true;
    socket_->cancel();
  }

  stream* socket_;
  asio::steady_timer timer_;
  steady_time due_;
  bool armed_ = false;
  bool waiting_ = false;
  bool expired_ = false;
};

timed_socket::timed_socket(stream socket)
  : socket_(std::move(socket)), watchdog_(std::make_shared<watchdog>(socket_)) {}

timed_socket::~timed_socket() {
  watchdog_->leave();
}

asio::awaitable<bool> timed_socket::wait(progress::end wanted, steady_time due) {
  if (wanted != progress::end::want_read && wanted != progress::end::want_write)
    co_return false;
  const auto what = wanted == progress::end::want_read ? stream::direction::read : stream::direction::write;
  watchdog_->arm(due);
  const auto [reason] = co_await socket_.wait(what, as_result);
  watchdog_->disarm();
  co_return !reason;
}

asio::awaitable<void> timed_socket::give_way() {
  const auto loop = socket_.get_executor();
  co_await asio::post(loop, asio::use_awaitable);
}

asio::awaitable<transfer> timed_socket::handshake(steady_time due) {
  auto step = socket_.handshake();
  while (step.how != progress::end::done) {
    if (!co_await wait(step.how, due))
      co_return end();
    step = socket_.handshake();
  }
  co_return transfer{};
}

asio::awaitable<transfer> timed_socket::read_raw(asio::mutable_buffer into, steady_time due) {
  const auto got = socket_.read_raw(static_cast<char*>(into.data()), into.size());
  if (got.how == progress::end::done)
    co_return transfer{.how = transfer::end::done, .bytes = got.bytes};
  if (!co_await wait(got.how, due))
    co_return end();
  co_return transfer{.how = transfer::end::done, .bytes = 0};
}

asio::awaitable<transfer> timed_socket::read_some(asio::mutable_buffer into, steady_time due) {
  auto* const begin = static_cast<char*>(into.data());
  auto got = socket_.read_some(begin, into.size());
  if (got.how == progress::end::done)
    co_await give_way();
  while (got.how != progress::end::done) {
    if (!co_await wait(got.how, due))
      co_return end();
    got = socket_.read_some(begin, into.size());
  }
  co_return transfer{.how = transfer::end::done, .bytes = got.bytes};
}

asio::awaitable<transfer> timed_socket::write(std::string_view first, std::string_view second,
                                              std::chrono::milliseconds pause, std::size_t slowest) {
  const auto all = first.size() + second.size();
  const auto due = std::chrono::steady_clock::now() + pause + std::chrono::seconds(all / slowest);
  while (!first.empty() || !second.empty() || socket_.has_unsent()) {
    const std::array<iovec, 2> parts{iovec{const_cast<char*>(first.data()), first.size()},
                                     iovec{const_cast<char*>(second.data()), second.size()}};
    const auto sent = socket_.write_some(parts);
    if (sent.how == progress::end::done) {
      const auto of_first = std::min(sent.bytes, first.size());
      first.remove_prefix(of_first);
      second.remove_prefix(sent.bytes - of_first);
    } else if (!co_await wait(sent.how, due)) {
      co_return end();
    }
  }
  co_return transfer{.how = transfer::end::done, .bytes = all};
}

asio::awaitable<void> timed_socket::close_gracefully(std::chrono::milliseconds patience) {
  socket_.shutdown();
  const auto due = std::chrono::steady_clock::now() + patience;
  std::array<char, 4096> dropped; // NOLINT(cppcoreguidelines-pro-type-member-init): nobody reads it
  for (bool more = true; more;) {
    const auto got = socket_.read_raw(dropped.data(), dropped.size());
    if (got.how == progress::end::done) {
      co_await give_way();
      more = std::chrono::steady_clock::now() < due;
    } else {
      more = co_await wait(got.how, due);
    }
  }
  socket_.close();
}

stream timed_socket::release() {
  watchdog_->leave();
  return std::move(socket_);
}

transfer timed_socket::end() const {
  return {.how = watchdog_->expired() ? transfer::end::timed_out : transfer::end::closed};
}

} // namespace parley::net
