#include "app/health.hpp"

#include "config/listen_host.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <chrono>
#include <cstdio>
#include <exception>
#include <optional>
#include <regex>
#include <string>
#include <string_view>

namespace parley::app {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::chrono::seconds patience{5};

struct address {
  bool secure = false;
  std::string host = {}; ///< without brackets
  std::string port = {};
  std::string authority;
  std::string target;
  std::string unix_path = {}; ///< of a Unix socket, instead of host and port
};

constexpr std::string_view unix_scheme = "unix:";
constexpr std::string_view readiness = "/readyz";

std::optional<address> parse_address(const std::string& url) {
  if (url.starts_with(unix_scheme) && url.size() > unix_scheme.size())
    return address{
      .authority = "localhost", .target = std::string(readiness), .unix_path = url.substr(unix_scheme.size())};
  static const std::regex form(R"((https?)://((\[([0-9A-Fa-f:.]+)\]|[^/:?#\[\]@\s]+)(:(\d{1,5}))?)(/[^?#]*)?)");
  std::smatch part;
  if (!std::regex_match(url, part, form))
    return std::nullopt;
  address out{.secure = part[1] == "https",
              .host = part[4].matched ? part[4].str() : part[3].str(),
              .port = part[6].str(),
              .authority = part[2].str(),
              .target = part[7].str()};
  if (out.port.empty())
    out.port = out.secure ? "443" : "80";
  while (out.target.ends_with('/'))
    out.target.pop_back();
  out.target += readiness;
  return out;
}

template <class Stream>
asio::awaitable<http::response<http::string_body>> ask(Stream& stream, const address& where) {
  http::request<http::empty_body> question(http::verb::get, where.target, 11);
  question.set(http::field::host, where.authority);
  question.set(http::field::connection, "close");
  co_await http::async_write(stream, question, asio::use_awaitable);
  beast::flat_buffer buffer;
  http::response<http::string_body> answer;
  co_await http::async_read(stream, buffer, answer, asio::use_awaitable);
  co_return answer;
}

asio::awaitable<http::response<http::string_body>> look(const address& where) {
  auto here = co_await asio::this_coro::executor;
  if (!where.unix_path.empty()) {
    beast::basic_stream<asio::local::stream_protocol> local(here);
    const asio::local::stream_protocol::endpoint file(where.unix_path);
    co_await local.async_connect(file, asio::use_awaitable);
    co_return co_await ask(local, where);
  }
  asio::ip::tcp::resolver resolver(here);
  const auto found = co_await resolver.async_resolve(where.host, where.port, asio::use_awaitable);
  if (!where.secure) {
    beast::tcp_stream plain(here);
    co_await plain.async_connect(found, asio::use_awaitable);
    co_return co_await ask(plain, where);
  }
  asio::ssl::context any(asio::ssl::context::tls_client);
  beast::ssl_stream<beast::tcp_stream> secure(here, any);
  std::string server_name = where.host; // RFC 6066 §3; OpenSSL's macro for it is an old-style cast
  SSL_ctrl(secure.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, server_name.data());
  co_await beast::get_lowest_layer(secure).async_connect(found, asio::use_awaitable);
  co_await secure.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  co_return co_await ask(secure, where);
}

int fail(const std::string& url, const std::string& why) {
  std::fprintf(stderr, "parley: %s is not ready: %s\n", url.c_str(), why.c_str());
  return 1;
}

std::string reason_of(const std::exception_ptr& failed) {
  try {
    std::rethrow_exception(failed);
  } catch (const boost::system::system_error& reason) {
    return reason.code().message();
  } catch (const std::exception& reason) {
    return reason.what();
  }
}

} // namespace

std::string own_address(const config::settings& s) {
  const auto scheme = s.tls.certificate.empty() ? "http://" : "https://";
  const auto port = ':' + std::to_string(s.server.port);
  for (const auto& written : s.server.host) {
    auto host = config::parse_listen_host(written).value(); // `load` took it
    if (host.what == config::listen_host::form::unix_path)
      continue;
    if (host.text == "0.0.0.0" || host.text == "::") // all addresses of the machine
      host.text = host.text == "::" ? "::1" : "127.0.0.1";
    return scheme + (host.text.find(':') != std::string::npos ? '[' + host.text + ']' : host.text) + port;
  }
  return std::string(unix_scheme) + config::parse_listen_host(s.server.host.front()).value().text;
}

int check_health(const std::string& url) {
  const auto where = parse_address(url);
  if (!where) {
    std::fprintf(stderr, "parley: health: %s is no address as http://127.0.0.1:8000\n", url.c_str());
    return 2;
  }
  asio::io_context context;
  std::optional<http::response<http::string_body>> answer;
  std::exception_ptr failed;
  asio::co_spawn(context, look(*where), [&](std::exception_ptr fault, http::response<http::string_body> got) {
    failed = std::move(fault);
    answer = std::move(got);
  });
  context.run_for(patience);
  if (!answer)
    return fail(url, "no answer within " + std::to_string(patience.count()) + " s");
  if (failed)
    return fail(url, reason_of(failed));
  if (answer->result() != http::status::ok)
    return fail(url, std::to_string(answer->result_int()) + ' ' + answer->body());
  return 0;
}

} // namespace parley::app
