#include "net/http/request_parser.hpp"

#include "net/http/chunked.hpp"
#include "net/http/fields.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace parley::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

/// What a connection between two requests may keep of its buffer.
constexpr std::size_t kept_bytes = 64 * 1024;

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

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

} // namespace

struct request_parser::message {
  http::request_parser<http::empty_body> of_beast; ///< reads the head alone
  std::optional<std::uint64_t> limit;              ///< of the whole body
  std::string body;                                ///< what was read of it
  std::uint64_t left = 0;                          ///< of a body whose length was announced
  std::optional<chunked_reader> chunks;            ///< of one whose length was not

  bool is_done() const { return chunks ? chunks->is_done() : left == 0; }

  bool is_sound() const {
    const auto& what = of_beast.get();
    const auto hosts = what.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && what.version() == 11))
      return false;
    if (hosts == 1 && !is_host(view(what[http::field::host])))
      return false;
    const auto codings = what.count(http::field::transfer_encoding);
    const auto lengths = what.count(http::field::content_length);
    // Anything but one plain length or one `chunked` is where two servers could see two different requests.
    if (lengths > 1 || codings > 1 || (lengths == 1 && codings == 1))
      return false;
    // Beast takes a list of equal ones for one.
    if (lengths == 1 &&
        view(what[http::field::content_length]).find_first_not_of("0123456789") != std::string_view::npos)
      return false;
    return codings == 0 ||
           (what.version() == 11 && same_token(trim(view(what[http::field::transfer_encoding])), "chunked"));
  }

  void expect_body() {
    if (of_beast.chunked())
      chunks.emplace();
    else
      left = of_beast.content_length().value_or(0);
  }

  request_head head() const {
    const auto& what = of_beast.get();
    request_head out;
    out.method = what.method_string();
    out.target = what.target();
    for (const auto& field : what)
      out.fields.emplace_back(field.name_string(), field.value());
    out.is_http_1_0 = what.version() == 10;
    out.keep_alive = out.is_http_1_0 ? out.lists("Connection", "keep-alive") : !out.lists("Connection", "close");
    out.has_body = !is_done();
    out.expects_unknown = !out.is_http_1_0 && std::ranges::any_of(out.fields, [](const auto& field) {
      return same_token(field.first, "Expect") && !same_token(field.second, "100-continue");
    });
    out.expects_continue = !out.is_http_1_0 && out.has_body && out.lists("Expect", "100-continue");
    return out;
  }
};

request_parser::request_parser(std::size_t head_bytes) : head_bytes_(head_bytes) {}

request_parser::~request_parser() = default;

char* request_parser::prepare(std::size_t most) {
  filled_ = buffer_.size();
  buffer_.resize(filled_ + most);
  return buffer_.data() + filled_;
}

void request_parser::commit(std::size_t bytes) {
  buffer_.resize(filled_ + bytes);
}

void request_parser::begin() {
  message_.reset();
  if (buffer_.capacity() > kept_bytes)
    buffer_.shrink_to_fit();
}

tl::expected<std::optional<request_head>, error_code> request_parser::read_head() {
  // Empty lines before a request are an old client's mistake to be forgiven (RFC 9112 §2.2).
  buffer_.erase(0, std::min(buffer_.find_first_not_of("\r\n"), buffer_.size()));
  if (buffer_.empty())
    return std::nullopt;
  // A first byte that cannot begin a method (RFC 9110 §9.1) is not HTTP: a TLS handshake, for example.
  const auto end = is_token_character(buffer_.front()) ? find_head_end(buffer_) : std::nullopt;
  if (!end)
    return tl::unexpected(error_code::bad_request);
  if ((*end > 0 ? *end : buffer_.size()) > head_bytes_)
    return tl::unexpected(error_code::head_too_large);
  if (*end == 0)
    return std::nullopt;
  return parse_head(*end).map([](request_head&& head) { return std::optional(std::move(head)); });
}

tl::expected<request_head, error_code> request_parser::parse_head(std::size_t size) {
  message_ = std::make_unique<message>();
  auto& beast = message_->of_beast;
  beast.header_limit(static_cast<std::uint32_t>(head_bytes_));
  beast.body_limit(boost::none); // the limit depends on the route
  boost::system::error_code reason;
  const auto used = beast.put(asio::buffer(buffer_.data(), size), reason);
  if (reason || !beast.is_header_done() || used != size || !message_->is_sound())
    return tl::unexpected(error_code::bad_request);
  buffer_.erase(0, size);
  message_->expect_body();
  return message_->head();
}

bool request_parser::announces_over(std::uint64_t limit) const {
  const auto length = message_->of_beast.content_length();
  return length && *length > limit;
}

bool request_parser::is_body_done() const {
  return message_->is_done();
}

std::string& request_parser::body() {
  return message_->body;
}

void request_parser::limit_body(std::uint64_t limit) {
  if (!message_->limit)
    message_->limit = limit;
}

tl::expected<request_parser::step, error_code> request_parser::read_body() {
  auto& [beast, limit, body, left, chunks] = *message_;
  const auto had = body.size();
  if (chunks) {
    const auto used = chunks->feed(buffer_, limit.value_or(0), body);
    if (!used)
      return tl::unexpected(used.error());
    buffer_.erase(0, *used);
  } else {
    const auto used = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer_.size()));
    body.append(buffer_, 0, used);
    buffer_.erase(0, used);
    left -= used;
  }
  return is_body_done() || body.size() > had ? step::made : step::needs_more;
}

} // namespace parley::net
