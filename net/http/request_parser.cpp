#include "net/http/request_parser.hpp"

#include "net/http/authority.hpp"
#include "net/http/chunked.hpp"
#include "net/http/fields.hpp"
#include "net/http/target.hpp"

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

constexpr std::string_view head_end = "\r\n\r\n";

/// Whether bytes may stand in a head, the first `from` of which may; nothing is said yet of a CR at the end.
bool may_be_head(std::string_view bytes, std::size_t from) {
  for (std::size_t i = from; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    const bool line_begins = i > 0 && bytes[i - 1] == '\n';
    if (c == '\n' && (i == 0 || bytes[i - 1] != '\r'))
      return false;
    if (c == '\r' && i + 1 < bytes.size() && bytes[i + 1] != '\n')
      return false;
    if ((c < 0x20 && c != '\r' && c != '\n' && c != '\t') || c == 0x7f)
      return false;
    // Folded fields are obsolete, and a way to smuggle requests (RFC 9112 §5.2).
    if (line_begins && (c == ' ' || c == '\t'))
      return false;
  }
  return true;
}

/// The version in a request line, `HTTP/x.y`; empty if it does not end with one.
std::string_view version_of(std::string_view line) {
  constexpr std::size_t size = 8;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (line.size() <= size || line[line.size() - size - 1] != ' ')
    return {};
  const auto out = line.substr(line.size() - size);
  return out.starts_with("HTTP/") && is_digit(out[5]) && out[6] == '.' && is_digit(out[7]) ? out : std::string_view();
}

/// Codings of which the last is `chunked` and all others are ones that this server does not know.
bool is_unknown_coding(std::string_view codings) {
  bool first = true;
  for (std::string_view rest = codings;; first = false) {
    const auto comma = rest.find(',');
    const auto one = trim(rest.substr(0, comma));
    if (comma == std::string_view::npos)
      return !first && same_token(one, "chunked");
    // `identity` is not one of them any more (RFC 9112 §7), and `chunked` comes once: both are to confuse.
    if (one.empty() || same_token(one, "chunked") || same_token(one, "identity") ||
        !std::ranges::all_of(one, is_token_character))
      return false;
    rest.remove_prefix(comma + 1);
  }
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
    if (hosts == 1 && !is_authority(view(what[http::field::host])) && !is_http_1_0_without_host())
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
    return codings == 0 || (what.version() == 11 && (same_token(coding(), "chunked") || is_unknown_coding(coding())));
  }

  /// An old health check may say that it means nobody.
  bool is_http_1_0_without_host() const {
    return of_beast.get().version() == 10 && of_beast.get()[http::field::host].empty();
  }

  std::string_view coding() const { return trim(view(of_beast.get()[http::field::transfer_encoding])); }

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
    const bool expects_unknown = !out.is_http_1_0 && std::ranges::any_of(out.fields, [](const auto& field) {
      return same_token(field.first, "Expect") && !same_token(field.second, "100-continue");
    });
    if (expects_unknown)
      out.refused = 417;
    if (is_unknown_coding(coding()))
      out.refused = 501;
    out.expects_continue = !out.is_http_1_0 && out.has_body && out.lists("Expect", "100-continue");
    if (const auto authority = split_target(out.target).authority; !authority.empty())
      for (auto& [name, value] : out.fields)
        if (same_token(name, "Host"))
          value = authority;
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

std::optional<std::size_t> request_parser::find_head_end() {
  // What was looked at is not looked at again: a head may come byte by byte.
  const auto from = std::exchange(sound_, buffer_.size() - 1);
  const auto end = buffer_.find(head_end, from - std::min(from, head_end.size() - 1));
  const auto size = end == std::string::npos ? buffer_.size() : end + head_end.size();
  if (!may_be_head(std::string_view(buffer_).substr(0, size), from))
    return std::nullopt;
  return end == std::string::npos ? 0 : size;
}

tl::expected<std::optional<request_head>, error_code> request_parser::read_head() {
  // Empty lines before a request are an old client's mistake to be forgiven (RFC 9112 §2.2).
  std::size_t empty_lines = 0;
  while (std::string_view(buffer_).substr(empty_lines).starts_with("\r\n"))
    empty_lines += 2;
  buffer_.erase(0, empty_lines);
  if (buffer_.empty() || buffer_ == "\r")
    return std::nullopt;
  // A first byte that cannot begin a method (RFC 9110 §9.1) is not HTTP: a TLS handshake, for example.
  const auto end = is_token_character(buffer_.front()) ? find_head_end() : std::nullopt;
  if (!end)
    return tl::unexpected(error_code::bad_request);
  if ((*end > 0 ? *end : buffer_.size()) > head_bytes_)
    return tl::unexpected(error_code::head_too_large);
  if (*end == 0)
    return std::nullopt;
  sound_ = 0;
  return parse_head(*end).map([](request_head&& head) { return std::optional(std::move(head)); });
}

tl::expected<request_head, error_code> request_parser::parse_head(std::size_t size) {
  message_ = std::make_unique<message>();
  const auto line = std::string_view(buffer_).substr(0, buffer_.find('\r'));
  const auto version = version_of(line);
  // Whoever speaks a later HTTP/1 speaks ours as well (RFC 9110 §2.5).
  if (version.starts_with("HTTP/1.") && version.back() > '1')
    buffer_[line.size() - 1] = '1';
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
