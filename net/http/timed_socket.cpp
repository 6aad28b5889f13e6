#include "net/http/timed_socket.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace parley::net {

namespace asio = boost::asio;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

} // namespace

/// Cancels what the socket is doing when its time is over. One timer serves all operations in turn; it is moved only
/// where the next end comes before the timer's own. Its handler keeps it alive, so it may outlast the socket.
class timed_socket::watchdog : public std::enable_shared_from_this<watchdog> {
public:
  explicit watchdog(asio::ip::tcp::socket& socket) : socket_(&socket), timer_(socket.get_executor()) {}

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
    boost::system::error_code ignored;
    socket_->cancel(ignored);
  }

  asio::ip::tcp::socket* socket_;
  asio::steady_timer timer_;
  steady_time due_;
  bool armed_ = false;
  bool waiting_ = false;
  bool expired_ = false;
};

timed_socket::timed_socket(asio::ip::tcp::socket socket)
  : socket_(std::move(socket)), watchdog_(std::make_shared<watchdog>(socket_)) {
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

timed_socket::~timed_socket() {
  watchdog_->leave();
}

asio::awaitable<transfer> timed_socket::read_some(asio::mutable_buffer into, steady_time due) {
  watchdog_->arm(due);
  const auto [reason, bytes] = co_await socket_.async_read_some(into, as_result);
  watchdog_->disarm();
  co_return outcome(reason, bytes);
}

asio::awaitable<transfer> timed_socket::write(std::string_view first, std::string_view second,
                                              std::chrono::milliseconds pause) {
  std::array<asio::const_buffer, 2> rest{asio::buffer(first), asio::buffer(second)};
  while (asio::buffer_size(rest) > 0) {
    watchdog_->arm(std::chrono::steady_clock::now() + pause);
    const auto [reason, bytes] = co_await socket_.async_write_some(rest, as_result);
    watchdog_->disarm();
    if (reason)
      co_return outcome(reason, bytes);
    const auto of_first = std::min(bytes, rest[0].size());
    rest[0] += of_first;
    rest[1] += bytes - of_first;
  }
  co_return transfer{.how = transfer::end::done, .bytes = first.size() + second.size()};
}

asio::awaitable<void> timed_socket::close_gracefully(std::chrono::milliseconds patience) {
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  std::array<char, 4096> dropped{};
  const auto due = std::chrono::steady_clock::now() + patience;
  transfer got;
  while (got.how == transfer::end::done)
    got = co_await read_some(asio::buffer(dropped), due);
  socket_.close(ignored);
}

std::string timed_socket::address() const {
  boost::system::error_code reason;
  const auto peer = socket_.remote_endpoint(reason);
  return reason ? std::string() : peer.address().to_string();
}

asio::ip::tcp::socket timed_socket::release() {
  watchdog_->leave();
  return std::move(socket_);
}

transfer timed_socket::outcome(const boost::system::error_code& reason, std::size_t bytes) const {
  if (!reason)
    return {.how = transfer::end::done, .bytes = bytes};
  return {.how = watchdog_->expired() ? transfer::end::timed_out : transfer::end::closed, .bytes = bytes};
}

} // namespace parley::net
