#include "tests/net/http/loopback.hpp"

#include "actors/messages.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <charconv>

namespace parley::net {

namespace asio = boost::asio;
using asio::ip::tcp;

tl::expected<auth::access_claims, error_code> known_tokens::check(std::string_view token) const {
  auth::access_claims claims;
  claims.expires_at = timestamp::max();
  if (token == "good")
    claims.user = user_id(7);
  else if (token == "guest")
    claims.user = anonymous_user;
  else
    return tl::unexpected(token == "old" ? error_code::token_expired : error_code::invalid_token);
  return claims;
}

loopback_host::loopback_host()
  : limits_(options.rates), acceptor_(loop_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
  add_messages(config_);
  system_ = std::make_unique<caf::actor_system>(config_);
  backend_ = std::make_unique<backend>(*system_, loop_, pin{}, node_actors{}, users_);
  node_.draining = [this] { return is_draining; };
  node_.connections = [] { return std::int64_t{0}; };
  node_.sockets = [] { return std::int64_t{1}; };
  node_.requests = &requests_;
  node_.files = &files_;
  node_.uploads = &uploads_;
  context_ = std::make_unique<http_context>(http_context{options, *backend_, tokens_, node_,
                                                         [] { return timestamp(std::chrono::hours(500'000)); },
                                                         [this](upgraded x) {
                                                           sockets.push_back(std::move(x));
                                                           requests_meanwhile.push_back(requests_);
                                                         },
                                                         limits_});
}

loopback_host::~loopback_host() {
  stop();
  files_.join();
  sockets.clear(); // before the loop that they belong to
  backend_.reset();
}

void loopback_host::start() {
  if (thread_.joinable())
    return;
  asio::co_spawn(loop_, accept(), asio::detached);
  thread_ = std::thread([this] { loop_.run(); });
}

void loopback_host::stop() {
  loop_.stop();
  if (thread_.joinable())
    thread_.join();
}

asio::awaitable<void> loopback_host::accept() {
  while (true) {
    auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
    asio::co_spawn(loop_, serve_http(*context_, stream(std::move(socket))), asio::detached);
  }
}

raw_client::raw_client(loopback_host& host) : socket_(loop_) {
  host.start();
  socket_.connect(host.endpoint());
}

void raw_client::send(std::string_view bytes) {
  asio::write(socket_, asio::buffer(bytes));
}

void raw_client::end() {
  socket_.shutdown(tcp::socket::shutdown_send);
}

std::string raw_client::read_to_close() {
  boost::system::error_code reason;
  asio::read(socket_, asio::dynamic_buffer(read_), reason);
  EXPECT_EQ(reason, asio::error::eof) << reason.message();
  return std::exchange(read_, {});
}

std::string raw_client::read_until(std::string_view mark) {
  const auto size = asio::read_until(socket_, asio::dynamic_buffer(read_), mark);
  auto out = read_.substr(0, size);
  read_.erase(0, size);
  return out;
}

std::string converse(loopback_host& host, std::string_view bytes) {
  raw_client client(host);
  client.send(bytes);
  client.end();
  return client.read_to_close();
}

int status_of(std::string_view text, std::size_t index) {
  constexpr std::string_view begin = "HTTP/1.1 ";
  for (auto at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at + 1)) {
    if (index-- > 0)
      continue;
    int status = 0;
    std::from_chars(text.data() + at + begin.size(), text.data() + at + begin.size() + 3, status);
    return status;
  }
  return 0;
}

} // namespace parley::net
