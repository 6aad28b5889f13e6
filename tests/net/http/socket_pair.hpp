// Two ends of one loopback connection: a server's coroutine on one, blocking bytes on the other.
#pragma once

#include "net/http/timed_socket.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace parley::net {

class socket_pair {
public:
  using tcp = boost::asio::ip::tcp;

  socket_pair() : client_(loop_) {
    net::stream::acceptor acceptor(loop_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    client_.connect(acceptor.local_endpoint());
    client_.set_option(tcp::no_delay(true));
    server_ = std::make_unique<timed_socket>(stream(acceptor.accept()));
  }

  timed_socket& server() { return *server_; }
  boost::asio::io_context& loop() { return loop_; }

  void send(std::string_view bytes) { boost::asio::write(client_, boost::asio::buffer(bytes)); }
  void end() { client_.shutdown(tcp::socket::shutdown_send); }
  std::string receive(std::size_t size) {
    std::string out(size, '\0');
    boost::asio::read(client_, boost::asio::buffer(out));
    return out;
  }

  /// Runs the server's part to its end on a thread of its own, while `meanwhile` does the client's.
  template <class T, class Meanwhile>
  T serve(boost::asio::awaitable<T> part, Meanwhile meanwhile) {
    loop_.restart();
    auto done = boost::asio::co_spawn(loop_, std::move(part), boost::asio::use_future);
    std::thread runner([this] { loop_.run(); });
    meanwhile();
    const bool in_time = done.wait_for(std::chrono::seconds(30)) == std::future_status::ready;
    loop_.stop(); // timers that watch over nothing any more need not be waited for
    runner.join();
    if (!in_time)
      throw std::runtime_error("the server's part did not end");
    return done.get();
  }

  template <class T>
  T serve(boost::asio::awaitable<T> part) {
    return serve(std::move(part), [] {});
  }

private:
  boost::asio::io_context loop_{1};
  tcp::socket client_;
  std::unique_ptr<timed_socket> server_;
};

} // namespace parley::net
