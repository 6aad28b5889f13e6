#include "app/http_post.hpp"

#include "app/tls_client.hpp"
#include "protocol/public_address.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/system/system_error.hpp>

#include <memory>

namespace parley::app {

namespace {

namespace net_io = boost::asio;
namespace web = boost::beast;
using ip_tcp = net_io::ip::tcp;
using fault_code = boost::system::error_code;

constexpr unsigned version_1_1 = 11;
constexpr unsigned interim_max = 8; ///< answers 1xx before the one that counts

/// The resolver's own thread cannot be interrupted: who waits for it goes on, and what it finds too late is dropped.
struct name_lookup {
  explicit name_lookup(const net_io::any_io_executor& where) : resolver(where), woken(where) {}

  ip_tcp::resolver resolver;
  net_io::steady_timer woken;
  bool is_done = false;
  fault_code fault;
  std::vector<ip_tcp::endpoint> found;
};

void begin_lookup(const std::shared_ptr<name_lookup>& asked, const webhook_place& where) {
  asked->resolver.async_resolve(where.host, std::to_string(where.port),
                                [asked](const fault_code& fault, const ip_tcp::resolver::results_type& found) {
                                  asked->is_done = true;
                                  asked->fault = fault;
                                  for (const auto& one : found)
                                    asked->found.push_back(one.endpoint());
                                  asked->woken.cancel();
                                });
}

std::string late(std::chrono::milliseconds patience) {
  return "no answer within " + std::to_string(patience.count()) + " ms";
}

/// nullopt where the address may be connected to.
std::optional<std::string> refuse_address(const ip_tcp::endpoint& at, const ip_list& allowed) {
  const auto text = at.address().to_string();
  const auto address = ip_address::parse(text);
  if (address && (is_public(*address) || allowed.contains(*address)))
    return std::nullopt;
  return text + " is not a public address; webhooks.allow_addresses lets it";
}

template <class Stream>
net_io::awaitable<int> exchange(Stream& stream, const post_request& what) {
  web::http::request<web::http::string_body> question(web::http::verb::post, what.where.target, version_1_1);
  question.set(web::http::field::host, what.where.authority);
  question.set(web::http::field::content_type, "application/json");
  question.set(web::http::field::user_agent, "Parley");
  for (const auto& [name, value] : what.fields)
    question.set(name, value);
  question.keep_alive(false);
  question.body() = what.body;
  question.prepare_payload();
  co_await web::http::async_write(stream, question, net_io::use_awaitable);
  web::flat_buffer buffer;
  int status = 0;
  for (unsigned i = 0; i < interim_max && status < 200; ++i) {
    web::http::response_parser<web::http::empty_body> answer;
    answer.skip(true);
    co_await web::http::async_read_header(stream, buffer, answer, net_io::use_awaitable);
    status = static_cast<int>(answer.get().result_int());
  }
  co_return status;
}

/// `out.step` says how far it came where it throws.
net_io::awaitable<void> post_to(const post_request& what, std::vector<ip_tcp::endpoint> places,
                                std::chrono::steady_clock::time_point until, net_io::ssl::context& trust,
                                post_outcome& out) {
  const auto here = co_await net_io::this_coro::executor;
  out.step = post_step::connect;
  if (!what.where.secure) {
    web::tcp_stream plain(here);
    plain.expires_at(until);
    co_await plain.async_connect(places, net_io::use_awaitable);
    out.step = post_step::exchange;
    auto asked = exchange(plain, what);
    out.status = co_await std::move(asked);
  } else {
    web::ssl_stream<web::tcp_stream> secure(here, trust);
    expect_server(secure, what.where.host);
    web::get_lowest_layer(secure).expires_at(until);
    co_await web::get_lowest_layer(secure).async_connect(places, net_io::use_awaitable);
    out.step = post_step::handshake;
    co_await secure.async_handshake(net_io::ssl::stream_base::client, net_io::use_awaitable);
    out.step = post_step::exchange;
    auto asked = exchange(secure, what);
    out.status = co_await std::move(asked);
  }
  out.step = post_step::answered;
}

} // namespace

net_io::awaitable<post_outcome> http_post(post_request what, const post_rules& rules, net_io::ssl::context& trust) {
  const auto until = std::chrono::steady_clock::now() + rules.patience;
  post_outcome out;
  const auto here = co_await net_io::this_coro::executor;
  const auto asked = std::make_shared<name_lookup>(here);
  asked->woken.expires_at(until);
  begin_lookup(asked, what.where);
  fault_code woken;
  auto wake = net_io::redirect_error(net_io::use_awaitable, woken);
  if (!asked->is_done)
    co_await asked->woken.async_wait(wake);
  if (!asked->is_done || asked->fault) {
    out.why = asked->is_done ? what.where.host + ": " + asked->fault.message() : late(rules.patience);
    co_return out;
  }
  for (const auto& place : asked->found)
    if (auto refused = refuse_address(place, rules.allowed)) {
      out.step = post_step::refuse;
      out.why = std::move(*refused);
      co_return out;
    }
  try {
    auto posted = post_to(what, asked->found, until, trust, out);
    co_await std::move(posted);
  } catch (const boost::system::system_error& reason) {
    out.why = reason.code() == web::error::timeout ? late(rules.patience) : reason.code().message();
  }
  co_return out;
}

} // namespace parley::app
