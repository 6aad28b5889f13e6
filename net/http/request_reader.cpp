#include "net/http/request_reader.hpp"

#include "net/http/fields.hpp"

#include <boost/beast/core/buffer_traits.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace parley::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

// A connection that waits for a request holds room for a usual head, one that sends a body for a larger piece.
constexpr std::size_t head_piece_bytes = 2 * 1024;
constexpr std::size_t body_piece_bytes = 16 * 1024;
constexpr std::size_t streamed_piece_bytes = 64 * 1024;

/// Of the line that opens a chunk, with its extensions, and of trailers.
constexpr std::size_t chunk_line_bytes = 8 * 1024;

/// Where the head stands: its size with the empty line, 0 while that has not come; nullopt where it never will be one.
std::optional<std::size_t> find_head_end(std::string_view bytes) {
  if (const auto end = bytes.find("\r\n\r\n"); end != std::string_view::npos)
    bytes = bytes.substr(0, end + 4);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    const bool line_begins = i > 0 && bytes[i - 1] == '\n';
    if (c == '\n' && (i == 0 || bytes[i - 1] != '\r'))
      return std::nullopt;
    if (c == '\r' && i + 1 < bytes.size() && bytes[i + 1] != '\n')
      return std::nullopt;
    if ((c < 0x20 && c != '\r' && c != '\n' && c != '\t') || c == 0x7f)
      return std::nullopt;
    // Folded fields are obsolete, and a way to smuggle requests (RFC 9112 §5.2).
    if (line_begins && (c == ' ' || c == '\t'))
      return std::nullopt;
  }
  return bytes.ends_with("\r\n\r\n") ? bytes.size() : 0;
}

bool is_host(std::string_view value) {
  return value.find_first_of(" \t/?#@\\,") == std::string_view::npos;
}

bool is_one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

/// A first byte that cannot begin a method (RFC 9110 §9.1) is not HTTP: a TLS handshake, for example.
bool begins_method(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || is_one_of(c, "!#$%&'*+-.^_`|~");
}

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

/// A body in a string, as Beast's own, but without memory for what is only announced.
struct arrived_body {
  using value_type = std::string;

  class reader {
  public:
    template <bool IsRequest, class Fields>
    reader(http::header<IsRequest, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>&, boost::system::error_code& reason) { reason = {}; }

    template <class Buffers>
    std::size_t put(const Buffers& from, boost::system::error_code& reason) {
      reason = {};
      for (const asio::const_buffer piece : boost::beast::buffers_range_ref(from))
        body_.append(static_cast<const char*>(piece.data()), piece.size());
      return boost::beast::buffer_bytes(from);
    }

    void finish(boost::system::error_code& reason) { reason = {}; }

  private:
    value_type& body_;
  };
};

} // namespace

struct request_reader::parser {
  http::request_parser<arrived_body> of_beast;
  bool has_limit = false;

  bool is_sound() const {
    const auto& message = of_beast.get();
    const auto hosts = message.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && message.version() == 11))
      return false;
    if (hosts == 1 && !is_host(view(message[http::field::host])))
      return false;
    const auto codings = message.count(http::field::transfer_encoding);
    const auto lengths = message.count(http::field::content_length);
    // Anything but one plain length or one `chunked` is where two servers could see two different requests.
    if (lengths > 1 || codings > 1 || (lengths == 1 && codings == 1))
      return false;
    return codings == 0 ||
           (message.version() == 11 && same_token(trim(view(message[http::field::transfer_encoding])), "chunked"));
  }

  request_head head() const {
    const auto& message = of_beast.get();
    request_head out;
    out.method = message.method_string();
    out.target = message.target();
    for (const auto& field : message)
      out.fields.emplace_back(field.name_string(), field.value());
    out.is_http_1_0 = message.version() == 10;
    out.keep_alive = out.is_http_1_0 ? out.lists("Connection", "keep-alive") : !out.lists("Connection", "close");
    out.has_body = !of_beast.is_done();
    const auto expected = out.find("Expect");
    out.expects_continue = !out.is_http_1_0 && out.has_body && expected && same_token(*expected, "100-continue");
    return out;
  }
};

request_reader::request_reader(timed_socket& socket, const http_options& options)
  : socket_(socket), options_(options) {}

request_reader::~request_reader() = default;

asio::awaitable<transfer> request_reader::read_more(std::size_t most, steady_time due) {
  const auto had = buffer_.size();
  buffer_.resize(had + most);
  const auto got = co_await socket_.read_some(asio::buffer(buffer_.data() + had, most), due);
  buffer_.resize(had + got.bytes);
  co_return got;
}

asio::awaitable<read_result<request_head>> request_reader::read_head() {
  parser_.reset();
  body_fault_ = error_code::none;
  if (buffer_.capacity() > streamed_piece_bytes)
    buffer_.shrink_to_fit();
  const auto began = std::chrono::steady_clock::now();
  bool silent = buffer_.empty();
  auto due = began + (silent ? (first_ ? options_.first_byte : options_.idle) : options_.head);
  while (true) {
    // Empty lines before a request are an old client's mistake to be forgiven (RFC 9112 §2.2).
    buffer_.erase(0, std::min(buffer_.find_first_not_of("\r\n"), buffer_.size()));
    if (!buffer_.empty()) {
      const auto end = begins_method(buffer_.front()) ? find_head_end(buffer_) : std::nullopt;
      if (!end)
        co_return tl::unexpected(error_code::bad_request);
      if ((*end > 0 ? *end : buffer_.size()) > options_.head_bytes)
        co_return tl::unexpected(error_code::head_too_large);
      if (*end > 0)
        co_return parse_head(*end);
    }
    const auto got = co_await read_more(head_piece_bytes, due);
    if (got.how == transfer::end::timed_out && !silent)
      co_return tl::unexpected(error_code::request_timeout);
    if (got.how != transfer::end::done)
      co_return tl::unexpected(error_code::none);
    if (silent) {
      silent = false;
      first_ = false;
      due = std::chrono::steady_clock::now() + options_.head;
    }
  }
}

read_result<request_head> request_reader::parse_head(std::size_t size) {
  parser_ = std::make_unique<parser>();
  auto& beast = parser_->of_beast;
  beast.header_limit(static_cast<std::uint32_t>(options_.head_bytes));
  beast.body_limit(boost::none); // the limit depends on the route
  boost::system::error_code reason;
  const auto used = beast.put(asio::buffer(buffer_.data(), size), reason);
  if (reason || !beast.is_header_done() || used != size || !parser_->is_sound())
    return tl::unexpected(error_code::bad_request);
  buffer_.erase(0, size);
  return parser_->head();
}

bool request_reader::announces_over(std::uint64_t limit) const {
  const auto length = parser_->of_beast.content_length();
  return length && *length > limit;
}

bool request_reader::is_body_done() const {
  return parser_->of_beast.is_done();
}

void request_reader::limit_body(std::uint64_t limit) {
  // Beast counts down what the limit leaves, so it is set only once.
  auto& beast = parser_->of_beast;
  if (beast.is_done() || std::exchange(parser_->has_limit, true))
    return;
  beast.body_limit(limit);
  beast.eager(true);
}

asio::awaitable<bool> request_reader::advance_body(std::size_t piece) {
  auto& beast = parser_->of_beast;
  boost::system::error_code reason;
  std::size_t used = 0;
  if (!buffer_.empty())
    used = beast.put(asio::buffer(buffer_), reason);
  buffer_.erase(0, used);
  if (reason == http::error::body_limit)
    body_fault_ = error_code::payload_too_large;
  else if ((reason && reason != http::error::need_more) || buffer_.size() > chunk_line_bytes + piece)
    body_fault_ = error_code::bad_request;
  if (body_fault_ != error_code::none)
    co_return false;
  if (beast.is_done() || (used > 0 && (!beast.get().body().empty() || (!buffer_.empty() && !reason))))
    co_return true;
  const auto got = co_await read_more(piece, std::chrono::steady_clock::now() + options_.body_pause);
  if (got.how == transfer::end::timed_out)
    body_fault_ = error_code::request_timeout;
  co_return got.how == transfer::end::done;
}

asio::awaitable<read_result<std::string>> request_reader::read_body(std::uint64_t limit) {
  limit_body(limit);
  auto& beast = parser_->of_beast;
  while (!beast.is_done()) {
    const bool sound = co_await advance_body(body_piece_bytes);
    if (!sound)
      co_return tl::unexpected(body_fault_);
  }
  co_return std::move(beast.get().body());
}

asio::awaitable<read_result<std::string_view>> request_reader::read_piece(std::uint64_t limit) {
  if (announces_over(limit))
    co_return tl::unexpected(error_code::payload_too_large);
  limit_body(limit);
  auto& beast = parser_->of_beast;
  auto& body = beast.get().body();
  body.clear();
  while (body.empty() && !beast.is_done()) {
    // What came before a fault is given first.
    bool sound = body_fault_ == error_code::none;
    if (sound)
      sound = co_await advance_body(streamed_piece_bytes);
    if (!sound && body.empty())
      co_return tl::unexpected(body_fault_);
  }
  co_return std::string_view(body);
}

} // namespace parley::net
