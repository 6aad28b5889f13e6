#include "load/wire/http.hpp"

#include "load/wire/phrase.hpp"
#include "load/wire/receive.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <optional>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::load {

namespace http = boost::beast::http;

namespace {

constexpr std::size_t body_max = std::size_t{16} << 20; ///< bytes of one answer
constexpr std::uint32_t head_max = 64 * 1024;

} // namespace

/// One answer is read at a time.
struct http_client::answer {
  std::optional<http::response_parser<http::string_body>> parser;

  http::response_parser<http::string_body>& current() {
    if (!parser) {
      parser.emplace();
      parser->eager(true);
      parser->body_limit(body_max);
      parser->header_limit(head_max);
    }
    return *parser;
  }
};

http_client::http_client(std::uint32_t tag) : tag_(tag), reading_(std::make_unique<answer>()) {}

http_client::~http_client() {
  close();
}

tl::expected<void, std::string> http_client::connect(loop& on, http_events& events, const dial& to,
                                                     std::uint32_t source) {
  assert(fd_ < 0);
  const auto fd = begin_connect(to, source);
  if (!fd)
    return tl::unexpected(fd.error());
  fd_ = *fd;
  noted_ = to.kernel_times;
  ++lives_;
  connecting_ = true;
  waits_for_write_ = true;
  loop_ = &on;
  events_ = &events;
  if (to.tls)
    tls_ = std::make_unique<tls_session>(*to.tls, to.url.host, fd_, on, noted_);
  securing_ = to.tls.has_value();
  host_ = to.url.authority();
  on.watch(fd_, *this, true);
  return {};
}

void http_client::send(std::string_view method, std::string_view target, std::string_view headers,
                       std::string_view body) {
  if (fd_ < 0)
    return;
  out_.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: ").append(host_).append("\r\n");
  out_.append(headers).append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
  ++asked_;
  if (!flush_queued_ && !waits_for_write_) {
    flush_queued_ = true;
    loop_->flush_later(*this);
  }
}

void http_client::close() {
  if (tls_)
    tls_->say_goodbye();
  tls_.reset();
  if (fd_ >= 0)
    ::close(fd_);
  fd_ = -1;
  out_.clear();
  cut_.clear();
  asked_ = 0;
  reading_->parser.reset();
}

void http_client::on_ready(std::uint32_t epoll_events) {
  if (fd_ < 0)
    return;
  if (connecting_) {
    int fault = 0;
    socklen_t size = sizeof fault;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &fault, &size);
    if (fault != 0)
      return fail(phrase("cannot connect", fault));
    connecting_ = false;
  }
  if (securing_)
    return secure();
  if ((epoll_events & EPOLLOUT) != 0)
    flush();
  if ((epoll_events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
    read();
  if (tls_ && tls_->over())
    read();
}

void http_client::secure() {
  switch (tls_->shake_hands()) {
  case tls_session::progress::done:
    securing_ = false;
    return flush();
  case tls_session::progress::wants_read:
    return wait_for_write(false);
  case tls_session::progress::wants_write:
    return wait_for_write(true);
  case tls_session::progress::failed:
    return fail(std::string(tls_->fault()));
  }
}

void http_client::wait_for_write(bool on) {
  if (on == waits_for_write_)
    return;
  waits_for_write_ = on;
  loop_->rewatch(fd_, *this, true, on);
}

void http_client::flush() {
  flush_queued_ = false;
  if (fd_ < 0 || connecting_ || securing_)
    return;
  if (!out_.empty()) {
    const ssize_t sent = tls_ ? tls_->write(out_) : ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
    // A broken connection shows itself to the next read.
    out_.erase(0, sent > 0 ? static_cast<std::size_t>(sent) : 0);
  }
  wait_for_write(!out_.empty());
}

void http_client::read() {
  char* const buffer = loop_->buffer();
  const std::size_t held = cut_.size();
  const auto [got, received_ns] =
    tls_ ? tls_->read(buffer + held, loop::read_size) : receive(fd_, buffer + held, loop::read_size, *loop_, noted_);
  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (got <= 0)
    return fail(got == 0 ? "the server hung up" : broken_phrase(tls_.get(), errno));
  std::memcpy(buffer, cut_.data(), held);
  cut_.clear();
  const char* cursor = buffer;
  const char* const end = buffer + held + got;
  const std::uint32_t life = lives_;
  while (cursor != end) {
    auto& parser = reading_->current();
    boost::beast::error_code fault;
    cursor += parser.put(boost::asio::const_buffer(cursor, static_cast<std::size_t>(end - cursor)), fault);
    if (fault == http::error::need_more)
      break;
    if (fault)
      return fail("the server sent bad HTTP: " + fault.message());
    if (!parser.is_done())
      continue;
    const auto answered = parser.release();
    reading_->parser.reset();
    if (asked_ == 0)
      return fail("the server answered what nobody asked");
    --asked_;
    const bool last = !answered.keep_alive();
    if (last)
      close();
    events_->on_answer(*this, answered.result_int(), answered.body(), received_ns);
    if (lives_ != life)
      return;
    if (last)
      return fail("the server closed after its answer");
    if (fd_ < 0)
      return;
  }
  cut_.assign(cursor, end);
}

void http_client::fail(const std::string& why) {
  close();
  events_->on_http_closed(*this, why);
}

} // namespace parley::load
