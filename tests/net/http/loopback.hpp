// serve_http on a real loopback socket, beside a client that speaks raw bytes.
#pragma once

#include "net/http/context.hpp"
#include "net/http/file_pool.hpp"
#include "net/http/uploads_desk.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace parley::net {

/// Takes the token `good` as user 7, `old` as expired and `guest` as the reserved user.
class known_tokens : public token_checker {
public:
  tl::expected<auth::access_claims, error_code> check(std::string_view token) const override;
};

/// All that serve_http works with, around actors that are not there: a handler that asks one must not be reached.
class loopback_host {
public:
  loopback_host();
  loopback_host(const loopback_host&) = delete;
  loopback_host& operator=(const loopback_host&) = delete;
  ~loopback_host();

  http_context& context() { return *context_; }

  /// Serves connections until `stop`; what is public below belongs to the server's thread meanwhile.
  void start();
  void stop();
  boost::asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

  http_options options;
  bool is_draining = false;
  std::vector<upgraded> sockets;                ///< that were handed over
  std::vector<std::int64_t> requests_meanwhile; ///< how many were being answered when each of them was

private:
  boost::asio::awaitable<void> accept();

  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  known_users users_;
  std::unique_ptr<backend> backend_;
  known_tokens tokens_;
  std::atomic<std::int64_t> requests_{0};
  node_state node_;
  rate_limits limits_;
  file_pool files_;
  upload_desk uploads_;
  std::unique_ptr<http_context> context_;
  boost::asio::io_context loop_{1};
  net::stream::acceptor acceptor_;
  std::thread thread_;
};

class raw_client {
public:
  /// Starts the host where it does not run yet.
  explicit raw_client(loopback_host& host);

  void send(std::string_view bytes);
  /// Says that no more comes, so that the server ends the connection behind its last answer.
  void end();
  /// All until the server closes. Fails the test where it was a reset.
  std::string read_to_close();
  /// All up to and with `mark`.
  std::string read_until(std::string_view mark);

private:
  boost::asio::io_context loop_;
  boost::asio::ip::tcp::socket socket_;
  std::string read_;
};

/// What the server says to these bytes until it closes.
std::string converse(loopback_host& host, std::string_view bytes);

/// The status of the `index`-th answer in `text`, 0 where there are fewer.
int status_of(std::string_view text, std::size_t index = 0);

} // namespace parley::net
