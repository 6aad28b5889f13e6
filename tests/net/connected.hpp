// Connections on loopback TCP whose I/O thread the test itself turns, and sessions that write down what they hear.
#pragma once

#include "net/connection.hpp"
#include "tests/net/deadline.hpp"
#include "tests/net/peer.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley::test {

/// What a session heard of its connection.
struct told {
  std::vector<std::string> texts; ///< of binary ones, behind `binary `
  int lost = 0;
};

/// A connection with both its ends.
struct link {
  std::weak_ptr<net::connection> server; ///< held by its session and the loop, as in life
  std::shared_ptr<told> session = std::make_shared<told>();
  std::unique_ptr<peer> client;
  bool reads = true; ///< the client takes what comes

  bool gone() const { return server.expired(); }
};

enum class transport : std::uint8_t { plain, tls };

/// Over both kinds of sockets. Nothing moves but in `turn` and `until`.
class connected : public testing::TestWithParam<transport> {
protected:
  connected();
  /// Cuts what is open, and proves that nothing is left behind.
  ~connected() override;

  struct how {
    std::string leftover{};
    bool small_window = false;
    bool reading = true; ///< the session has asked for it
    bool takes_binary = false;
    net::deflate_terms deflate{};
  };
  link& connect() { return connect(how{}); }
  link& connect(const how& x);

  /// One turn of the loop; clients take what has come.
  void turn();
  /// Turns until `done`, or fails.
  void until(const std::function<bool()>& done);
  /// Sends all of it, turning the loop where the socket is full.
  void say(link& from, std::string_view bytes);
  /// Until everything that was sent before, either way, has come.
  void settle(link& x);

  net::connection_set& set();

  net::connection_options options;
  std::atomic<std::int64_t> sockets{0};
  std::atomic<std::int64_t> websockets{0};

private:
  static caf::actor_system_config& prepared(caf::actor_system_config& cfg);

  caf::actor_system_config config_;
  caf::actor_system system_;
  net::io_thread loop_;
  net::stream::acceptor acceptor_;
  std::optional<net::connection_set> set_;
  std::deque<link> links_;
  int settled_ = 0;
};

inline std::string transport_name(const testing::TestParamInfo<transport>& x) {
  return x.param == transport::tls ? "tls" : "plain";
}

} // namespace parley::test
