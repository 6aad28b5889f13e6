#include "app/http_get.hpp"

#include "app/tls_client.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <utility>

namespace parley::app {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using fetched = tl::expected<std::string, std::string>;

constexpr unsigned http_1_1 = 11;

template <class Stream>
asio::awaitable<fetched> ask_for_document(Stream& stream, const config::key_place& where, std::size_t bytes_max) {
  http::request<http::empty_body> question(http::verb::get, where.target, http_1_1);
  question.set(http::field::host, where.authority);
  question.set(http::field::accept, "application/json");
  question.set(http::field::user_agent, "Parley");
  question.keep_alive(false);
  co_await http::async_write(stream, question, asio::use_awaitable);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> answer;
  answer.body_limit(bytes_max);
  co_await http::async_read(stream, buffer, answer, asio::use_awaitable);
  if (answer.get().result() != http::status::ok)
    co_return tl::unexpected("it answers " + std::to_string(answer.get().result_int()));
  co_return std::move(answer.get().body());
}

asio::awaitable<fetched> get_document(const config::key_place& where, std::chrono::milliseconds patience,
                                      std::size_t bytes_max) {
  const auto here = co_await asio::this_coro::executor;
  tcp::resolver resolver(here);
  const auto port = std::to_string(where.server.port);
  const auto found = co_await resolver.async_resolve(where.server.host, port, asio::use_awaitable);
  if (!where.secure) {
    beast::tcp_stream plain(here);
    plain.expires_after(patience);
    co_await plain.async_connect(found, asio::use_awaitable);
    co_return co_await ask_for_document(plain, where, bytes_max);
  }
  asio::ssl::context trust(asio::ssl::context::tls_client);
  trust.set_default_verify_paths();
  beast::ssl_stream<beast::tcp_stream> secure(here, trust);
  expect_server(secure, where.server.host);
  beast::get_lowest_layer(secure).expires_after(patience);
  co_await beast::get_lowest_layer(secure).async_connect(found, asio::use_awaitable);
  co_await secure.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  co_return co_await ask_for_document(secure, where, bytes_max);
}

} // namespace

fetched http_get(const config::key_place& where, std::chrono::milliseconds patience, std::size_t bytes_max,
                 const std::stop_token& until) {
  asio::io_context loop;
  const std::stop_callback ended(until, [&loop] { loop.stop(); });
  fetched out = tl::unexpected("no answer within " + std::to_string(patience.count()) + " ms");
  asio::co_spawn(loop, get_document(where, patience, bytes_max),
                 [&out, bytes_max](const std::exception_ptr& fault, fetched x) {
                   try {
                     if (fault)
                       std::rethrow_exception(fault);
                     out = std::move(x);
                   } catch (const boost::system::system_error& reason) {
                     out = tl::unexpected(reason.code() == http::error::body_limit
                                            ? "more than " + std::to_string(bytes_max) + " bytes"
                                            : reason.code().message());
                   }
                 });
  loop.run_for(patience);
  return out;
}

} // namespace parley::app
