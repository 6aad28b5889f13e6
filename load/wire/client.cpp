#include "load/wire/client.hpp"

#include "load/wire/handshake.hpp"
#include "load/wire/phrase.hpp"
#include "load/wire/receive.hpp"

#include <arpa/inet.h>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace parley::load {

namespace {

constexpr std::size_t handshake_size = 16 * 1024; ///< bytes of an answer's head, at most

void enable(int fd, int level, int option) {
  const int on = 1;
  ::setsockopt(fd, level, option, &on, sizeof on);
}

/// IP_BIND_ADDRESS_NO_PORT leaves the choice of the port to connect(), which may reuse it for another destination.
int bind_source(int fd, std::uint32_t number) {
  enable(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
  sockaddr_in source{};
  source.sin_family = AF_INET;
  source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + number);
  return ::bind(fd, reinterpret_cast<const sockaddr*>(&source), sizeof source);
}

} // namespace

tl::expected<int, std::string> begin_connect(const dial& to, std::uint32_t source, int receive_bytes) {
  const int fd = ::socket(to.address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return tl::unexpected(phrase("no socket", errno));
  const auto give_up = [fd](std::string why) {
    ::close(fd);
    return tl::unexpected(std::move(why));
  };
  enable(fd, IPPROTO_TCP, TCP_NODELAY);
  if (to.kernel_times)
    note_arrivals(fd);
  if (receive_bytes > 0) // before connect(), which tells the server the window
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
  if (to.sources > 1 && bind_source(fd, source % to.sources) != 0)
    return give_up(phrase("cannot bind a source address", errno));
  if (::connect(fd, to.address.get(), to.address.size) != 0 && errno != EINPROGRESS)
    return give_up(errno == EADDRNOTAVAIL ? "no free local port; more --sources give more"
                                          : phrase("cannot connect", errno));
  return fd;
}

tl::expected<void, std::string> client::connect(loop& on, client_events& events, const dial& to, const request& ask) {
  assert(fd_ < 0);
  const auto fd = begin_connect(to, ask.source, ask.receive_bytes);
  if (!fd)
    return tl::unexpected(fd.error());
  fd_ = *fd;
  noted_ = to.kernel_times;
  ++lives_;
  loop_ = &on;
  events_ = &events;
  key_ = make_handshake_key({on.random(), on.random()});
  out_ = handshake_request(to.url, ask, key_, to.compress);
  cut_.clear();
  fragments_.clear();
  unpacks_ = nullptr;
  if (to.tls)
    tls_ = std::make_unique<tls_session>(*to.tls, to.url.host, fd_, on, noted_);
  state_ = state::connecting;
  waits_for_write_ = true;
  reads_ = true;
  on.watch(fd_, *this, true);
  return {};
}

void client::beat_every(std::int64_t every_ns, std::string text) {
  if (state_ != state::open)
    return;
  beat_ = std::make_shared<const std::string>(std::move(text));
  loop_->beat_every(every_ns, *this, beat_);
}

void client::set_reading(bool on) {
  if (state_ != state::open || reads_ == on)
    return;
  reads_ = on;
  watch_again();
}

void client::wait_for_write(bool on) {
  if (on == waits_for_write_)
    return;
  waits_for_write_ = on;
  watch_again();
}

void client::watch_again() {
  loop_->rewatch(fd_, *this, reads_, waits_for_write_);
}

void client::close() {
  if (state_ == state::open) {
    queue(opcode::close, std::string_view("\x03\xE8", 2));
    flush();
    if (tls_)
      tls_->say_goodbye();
  }
  drop();
}

void client::reset() {
  const linger at_once{1, 0};
  if (fd_ >= 0)
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  drop();
}

void client::on_ready(std::uint32_t epoll_events) {
  if (state_ == state::connecting)
    finish_connect();
  else if (state_ == state::securing)
    secure();
  else if ((epoll_events & EPOLLOUT) != 0)
    flush();
  if (state_ >= state::handshaking && (epoll_events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
    read();
  if (tls_ && tls_->over())
    read();
}

void client::flush() {
  flush_queued_ = false;
  if (out_.empty() || state_ < state::handshaking)
    return;
  const ssize_t sent = tls_ ? tls_->write(out_) : ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
  // A broken connection shows itself to the next read, which tells it with the server's last words.
  out_.erase(0, sent > 0 ? static_cast<std::size_t>(sent) : 0);
  wait_for_write(!out_.empty());
}

void client::queue(opcode op, std::string_view payload) {
  if (state_ != state::open)
    return;
  append_frame(out_, op, payload, static_cast<std::uint32_t>(loop_->random()));
  if (!flush_queued_ && !waits_for_write_) {
    flush_queued_ = true;
    loop_->flush_later(*this);
  }
}

void client::finish_connect() {
  int fault = 0;
  socklen_t size = sizeof fault;
  ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &fault, &size);
  if (fault != 0)
    return fail({0, phrase("cannot connect", fault)});
  state_ = tls_ ? state::securing : state::handshaking;
  if (tls_)
    return secure();
  flush();
}

void client::secure() {
  switch (tls_->shake_hands()) {
  case tls_session::progress::done:
    state_ = state::handshaking;
    return flush();
  case tls_session::progress::wants_read:
    return wait_for_write(false);
  case tls_session::progress::wants_write:
    return wait_for_write(true);
  case tls_session::progress::failed:
    return fail({0, tls_->fault()});
  }
}

void client::read() {
  char* const buffer = loop_->buffer();
  const std::size_t held = cut_.size();
  const auto [got, received_ns] =
    tls_ ? tls_->read(buffer + held, loop::read_size) : receive(fd_, buffer + held, loop::read_size, *loop_, noted_);
  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (got <= 0)
    return fail({0, got == 0 ? "the server hung up" : broken_phrase(tls_.get(), errno)});
  if (loop_->received_bytes != nullptr)
    *loop_->received_bytes += static_cast<std::uint64_t>(got);
  const std::uint32_t life = lives_;
  std::memcpy(buffer, cut_.data(), held);
  const char* cursor = buffer;
  const char* const end = buffer + held + got;
  if (state_ == state::handshaking && !read_handshake(cursor, end, received_ns))
    return;
  frame in;
  // A callback may close this connection and begin the next: what is left of the buffer is then nobody's.
  while (state_ == state::open && lives_ == life) {
    const parse_result result = parse_frame(cursor, end, in, unpacks_ != nullptr);
    if (result == parse_result::bad)
      return fail({0, "the server sent a bad WebSocket frame"});
    if (result == parse_result::incomplete)
      break;
    on_frame(in, received_ns);
  }
  if (lives_ == life)
    cut_.assign(cursor, end);
}

/// False where the connection is not open afterwards; a part of the head is kept for the next read.
bool client::read_handshake(const char*& cursor, const char* end, std::int64_t received_ns) {
  const std::string_view all(cursor, static_cast<std::size_t>(end - cursor));
  const std::size_t blank = all.find("\r\n\r\n");
  if (blank == std::string_view::npos) {
    cut_ = all;
    if (all.size() > handshake_size)
      fail({0, "the handshake's answer is too long"});
    return false;
  }
  if (std::string fault = handshake_fault(all.substr(0, blank + 4), key_); !fault.empty()) {
    fail({0, std::move(fault)});
    return false;
  }
  if (header_of(all.substr(0, blank + 4), "Sec-WebSocket-Extensions").starts_with("permessage-deflate"))
    unpacks_ = std::make_unique<unpacker>();
  cursor += blank + 4;
  key_ = std::string();
  out_ = std::string();
  state_ = state::open;
  events_->on_open(*this, received_ns);
  return true;
}

void client::on_frame(const frame& in, std::int64_t received_ns) {
  switch (in.op) {
  case opcode::text:
    packed_ = in.packed;
    if (in.fin)
      return on_message(in.payload, received_ns);
    fragments_ = in.payload;
    return;
  case opcode::continuation:
    fragments_.append(in.payload);
    if (fragments_.size() > max_frame)
      return fail({0, "the server sent a message that is too long"});
    if (in.fin)
      on_message(std::exchange(fragments_, {}), received_ns);
    return;
  case opcode::ping:
    return queue(opcode::pong, in.payload);
  case opcode::close: {
    std::uint16_t code = 1005;
    if (in.payload.size() >= 2)
      code = static_cast<std::uint16_t>(static_cast<std::uint8_t>(in.payload[0]) << 8 |
                                        static_cast<std::uint8_t>(in.payload[1]));
    queue(opcode::close, in.payload.substr(0, 2));
    flush();
    return fail({code, "the server closed with " + std::to_string(code)});
  }
  case opcode::pong:
    return;
  case opcode::binary:
    return fail({0, "the server sent a binary message"});
  }
}

void client::on_message(std::string_view message, std::int64_t received_ns) {
  if (packed_) {
    const auto plain = unpacks_->unpack(message);
    if (!plain)
      return fail({0, "the server sent a compressed message that cannot be read"});
    message = *plain;
  }
  events_->on_text(*this, message, received_ns);
}

void client::fail(closing why) {
  drop();
  events_->on_closed(*this, why);
}

void client::drop() {
  if (fd_ >= 0)
    ::close(fd_);
  fd_ = -1;
  tls_.reset();
  beat_.reset();
  state_ = state::closed;
}

} // namespace parley::load
