#include "app/health.hpp"

#include "app/tls_client.hpp"
#include "config/listen_host.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>
#include <tl/expected.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <future>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <thread>

namespace parley::app {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::chrono::seconds patience{5};
constexpr std::size_t answer_bytes_max = 65536;

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

/// Sends the question and takes all that comes until the server closes, `answer_bytes_max` at most. Blocks.
/// @throws boost::system::system_error
template <class Stream>
std::string ask(Stream& stream, const address& where) {
  const auto question =
    fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", where.target, where.authority);
  asio::write(stream, asio::buffer(question));
  std::string out;
  boost::system::error_code end;
  asio::read(stream, asio::dynamic_buffer(out, answer_bytes_max), end);
  if (end && end != asio::error::eof && end != asio::ssl::error::stream_truncated)
    throw boost::system::system_error(end);
  return out;
}

/// @throws boost::system::system_error
std::string look(const address& where) {
  asio::io_context context;
  if (!where.unix_path.empty()) {
    asio::local::stream_protocol::socket local(context);
    local.connect(asio::local::stream_protocol::endpoint(where.unix_path));
    return ask(local, where);
  }
  asio::ip::tcp::resolver resolver(context);
  const auto found = resolver.resolve(where.host, where.port);
  if (!where.secure) {
    asio::ip::tcp::socket plain(context);
    asio::connect(plain, found);
    return ask(plain, where);
  }
  asio::ssl::context any(asio::ssl::context::tls_client);
  asio::ssl::stream<asio::ip::tcp::socket> secure(context, any);
  name_server(secure.native_handle(), where.host);
  asio::connect(secure.lowest_layer(), found);
  secure.handshake(asio::ssl::stream_base::client);
  return ask(secure, where);
}

/// What `bytes` hold, whole; else the reason.
tl::expected<http::response<http::string_body>, std::string> parse_answer(const std::string& bytes) {
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  boost::system::error_code fault;
  parser.put(asio::buffer(bytes), fault);
  if (!fault)
    parser.put_eof(fault);
  if (fault)
    return tl::unexpected(fault.message());
  return parser.release();
}

/// The answer's bytes, or why there are none. The asking has a thread of its own, which is left behind where
/// `patience` ends: neither the resolver nor a socket that blocks can be told to give up, and the program ends now.
std::optional<tl::expected<std::string, std::string>> look_in_time(const address& where) {
  using outcome = tl::expected<std::string, std::string>;
  auto promised = std::make_shared<std::promise<outcome>>();
  auto answer = promised->get_future();
  std::thread asking([promised, where] {
    try {
      promised->set_value(look(where));
    } catch (const boost::system::system_error& reason) {
      promised->set_value(tl::unexpected(reason.code().message()));
    }
  });
  if (answer.wait_for(patience) != std::future_status::ready) {
    asking.detach();
    return std::nullopt;
  }
  asking.join();
  return answer.get();
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

std::optional<std::string> find_unready(const std::string& url) {
  const auto where = parse_address(url);
  if (!where)
    return "it is no address as http://127.0.0.1:8000";
  const auto bytes = look_in_time(*where);
  if (!bytes)
    return "no answer within " + std::to_string(patience.count()) + " s";
  if (!*bytes)
    return bytes->error();
  const auto answer = parse_answer(**bytes);
  if (!answer)
    return answer.error();
  if (answer->result() != http::status::ok)
    return std::to_string(answer->result_int()) + ' ' + answer->body();
  return std::nullopt;
}

int check_health(const std::string& url) {
  if (!parse_address(url)) {
    std::fprintf(stderr, "parley: health: %s is no address as http://127.0.0.1:8000\n", url.c_str());
    return 2;
  }
  const auto why = find_unready(url);
  if (why)
    std::fprintf(stderr, "parley: %s is not ready: %s\n", url.c_str(), why->c_str());
  return why ? 1 : 0;
}

} // namespace parley::app
