// The threads of a node over real sockets, around actors that are not there: nothing here asks one.
#include "actors/messages.hpp"
#include "net/server.hpp"
#include "tests/net/deadline.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace parley::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class http_client {
public:
  explicit http_client(std::uint16_t port) { socket_.connect({asio::ip::address_v4::loopback(), port}); }

  /// The answer to a small request; the connection stays where the server keeps it.
  std::string ask() {
    std::string out;
    boost::system::error_code fault;
    asio::write(socket_, asio::buffer(std::string_view("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")), fault);
    const auto size = asio::read_until(socket_, asio::dynamic_buffer(out), "}", fault);
    return fault ? out : out.substr(0, size);
  }

  /// What is said without having been asked, up to the end.
  std::string hear() {
    std::string out;
    boost::system::error_code fault;
    asio::read(socket_, asio::dynamic_buffer(out), fault);
    return out;
  }

private:
  asio::io_context context_;
  tcp::socket socket_{context_};
};

class a_server : public testing::Test {
protected:
  a_server() : system_(prepared(config_)) {
    options_.max_connections = 100;
    options_.http.secret = std::string(32, 's');
  }

  ~a_server() override {
    if (server_)
      server_->stop();
  }

  /// Returns the port.
  std::uint16_t start(std::uint32_t threads) {
    server_.emplace(system_, threads, options_, [] { return timestamp(std::chrono::hours(500'000)); });
    node_actors actors;
    actors.hubs = server_->hubs();
    return server_->start(loopback(), actors, {}).front().port;
  }

  /// Any free port.
  static listen_wish loopback() { return {.places = {{.text = "127.0.0.1"}}, .passed = {}}; }

  std::optional<server> server_;
  worker_options options_;
  caf::actor_system_config config_;
  caf::actor_system system_;

private:
  static caf::actor_system_config& prepared(caf::actor_system_config& cfg) {
    add_messages(cfg);
    return cfg;
  }
};

TEST_F(a_server, with_several_threads_answers_on_one_port_whichever_thread_accepts) {
  const auto port = start(3);
  // The kernel spreads them over the listeners: one that did not accept would leave some without an answer.
  std::vector<std::unique_ptr<http_client>> clients;
  for (int i = 0; i < 40; ++i) {
    clients.push_back(std::make_unique<http_client>(port));
    ASSERT_THAT(clients.back()->ask(), StartsWith("HTTP/1.1 200 "));
  }
  EXPECT_EQ(server_->counters().connections, 40);
}

TEST_F(a_server, takes_another_port_each_time_where_it_may_choose) {
  const auto first = start(1);
  server other(system_, 1, options_, [] { return timestamp(); });
  const auto second = other.start(loopback(), {}, {}).front().port;
  other.stop();
  EXPECT_NE(first, 0);
  EXPECT_NE(first, second);
}

TEST_F(a_server, that_is_full_tells_the_next_one_to_come_later_and_serves_again_when_there_is_room) {
  options_.max_connections = 2;
  const auto port = start(1);
  auto first = std::make_unique<http_client>(port);
  http_client second(port);
  EXPECT_THAT(first->ask(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(second.ask(), StartsWith("HTTP/1.1 200 "));

  const auto refused = http_client(port).ask();
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refused, HasSubstr("Content-Type: application/problem+json\r\n"));
  EXPECT_THAT(refused, HasSubstr("Retry-After: "));
  EXPECT_THAT(refused, HasSubstr("\"code\":\"server_full\""));
  EXPECT_THAT(second.ask(), StartsWith("HTTP/1.1 200 ")) << "those within are still served";

  first.reset();
  const auto end = std::chrono::steady_clock::now() + test::deadline;
  while (server_->counters().connections > 1 && std::chrono::steady_clock::now() < end)
    std::this_thread::yield();
  EXPECT_THAT(http_client(port).ask(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(a_server, that_is_full_lets_nobody_else_in_however_many_come_at_once_and_tells_each) {
  constexpr int places = 10;
  constexpr int knockers = 8;
  constexpr int each = 40; // more in all than are asked for their question
  options_.max_connections = places;
  const auto port = start(3);
  std::atomic<int> served{0};
  std::atomic<int> refused{0};
  std::vector<std::unique_ptr<http_client>> clients(knockers * each);
  std::vector<std::thread> threads;
  for (int t = 0; t < knockers; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        auto& mine = clients[static_cast<std::size_t>(t * each + i)];
        mine = std::make_unique<http_client>(port);
        const auto said = mine->ask();
        served += said.starts_with("HTTP/1.1 200 ") ? 1 : 0;
        refused += said.starts_with("HTTP/1.1 503 ") ? 1 : 0;
      }
    });
  for (auto& x : threads)
    x.join();
  EXPECT_EQ(served, places);
  EXPECT_EQ(refused, knockers * each - places);
  EXPECT_EQ(server_->counters().connections, places);
}

TEST_F(a_server, that_is_full_of_refusals_does_not_wait_for_the_next_ones_question) {
  options_.max_connections = 1;
  const auto port = start(1);
  http_client inside(port);
  ASSERT_THAT(inside.ask(), StartsWith("HTTP/1.1 200 "));
  std::vector<std::unique_ptr<http_client>> silent;
  for (int i = 0; i < worker::turned_away_at_once; ++i)
    silent.push_back(std::make_unique<http_client>(port));
  http_client last(port);
  EXPECT_THAT(last.hear(), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Retry-After: "), HasSubstr("server_full")));
}

TEST_F(a_server, that_drains_takes_no_new_connection_and_is_quiet) {
  const auto port = start(2);
  http_client(port).ask();
  server_->drain();
  EXPECT_TRUE(server_->counters().draining);
  const auto end = std::chrono::steady_clock::now() + test::deadline;
  const auto is_refused = [port] {
    asio::io_context context;
    tcp::socket socket(context);
    boost::system::error_code fault;
    socket.connect({asio::ip::address_v4::loopback(), port}, fault);
    return fault == asio::error::connection_refused;
  };
  bool refused = false;
  while (!refused && std::chrono::steady_clock::now() < end)
    refused = is_refused();
  EXPECT_TRUE(refused);
  EXPECT_TRUE(server_->is_quiet());
}

TEST_F(a_server, stops_with_clients_on_it_and_counts_none_then) {
  const auto port = start(2);
  http_client idle(port);
  EXPECT_THAT(idle.ask(), StartsWith("HTTP/1.1 200 "));
  server_->stop();
  EXPECT_EQ(server_->counters().websockets, 0);
  EXPECT_TRUE(server_->is_quiet());
}

TEST_F(a_server, stops_though_it_never_started) {
  server never(system_, 2, options_, [] { return timestamp(); });
  never.stop();
  EXPECT_EQ(never.counters().connections, 0);
}

TEST_F(a_server, does_not_start_on_an_address_that_is_not_ours) {
  server elsewhere(system_, 1, options_, [] { return timestamp(); });
  EXPECT_THROW(elsewhere.start({.places = {{.text = "192.0.2.1"}}, .passed = {}}, {}, {}), std::runtime_error);
  elsewhere.stop();
}

} // namespace
} // namespace parley::net
