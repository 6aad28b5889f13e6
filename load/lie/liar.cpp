#include "load/lie/liar.hpp"

#include "load/measure/clock.hpp"
#include "load/measure/marker.hpp"
#include "load/wire/handshake.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace parley::load {

namespace {

constexpr std::int64_t again_ns = 300 * ns_per_ms;  ///< from a delivery to its late second copy
constexpr std::int64_t release_ns = 50 * ns_per_ms; ///< for a delivery that waits for a next one which does not come

/// A server's frame, which is not masked.
void append_server_frame(std::string& out, opcode op, std::string_view payload) {
  out.push_back(static_cast<char>(0x80 | static_cast<std::uint8_t>(op)));
  if (payload.size() < 126) {
    out.push_back(static_cast<char>(payload.size()));
  } else {
    out.push_back(126);
    out.push_back(static_cast<char>(payload.size() >> 8 & 0xFF));
    out.push_back(static_cast<char>(payload.size() & 0xFF));
  }
  out.append(payload);
}

/// Takes one whole client's frame of up to 64 KiB from the front of `in`: false where there is none yet.
bool take_client_frame(std::string& in, opcode& op, std::string& payload) {
  const auto byte = [&in](std::size_t at) { return static_cast<std::size_t>(static_cast<std::uint8_t>(in[at])); };
  if (in.size() < 6)
    return false;
  std::size_t size = byte(1) & 0x7F;
  const std::size_t head = size == 126 ? 4 : 2;
  if (size == 126)
    size = byte(2) << 8 | byte(3);
  if (in.size() < head + 4 + size)
    return false;
  op = static_cast<opcode>(byte(0) & 0x0F);
  payload.assign(in, head + 4, size);
  for (std::size_t i = 0; i < size; ++i)
    payload[i] = static_cast<char>(payload[i] ^ in[head + i % 4]);
  in.erase(0, head + 4 + size);
  return true;
}

std::string message(std::uint64_t id, std::string_view content) {
  return R"({"id":)" + std::to_string(id) + R"(,"text":")" + std::string(content) + R"("})";
}

/// The text as this fault tells it.
std::string told(fault what, std::string_view content) {
  std::string out(content);
  if (what == fault::cut)
    out.resize(out.size() - std::min<std::size_t>(out.size(), 4));
  if (what == fault::changed && !out.empty())
    out.back() = out.back() == 'q' ? 'p' : 'q';
  if (what == fault::longer)
    out.push_back('q');
  if (what == fault::forged)
    if (const std::size_t mark = out.find("~ply:"); mark != std::string::npos)
      out[mark + 38] = out[mark + 38] == 'f' ? 'e' : 'f'; // of the nanoseconds at which it was sent
  return out;
}

} // namespace

/// One connection.
class liar::visitor final : public pollable {
public:
  visitor(liar& host, int fd) : host_(host), fd_(fd) { host_.loop_.watch(fd_, *this, false); }
  ~visitor() override {
    if (fd_ >= 0)
      ::close(fd_);
  }

  void on_ready(std::uint32_t) override {
    const ssize_t got = ::recv(fd_, host_.loop_.buffer(), loop::read_size, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
      return flush();
    if (got <= 0)
      return leave();
    in_.append(host_.loop_.buffer(), static_cast<std::size_t>(got));
    if (!greeted_ && !greet())
      return;
    opcode op{};
    std::string payload;
    while (fd_ >= 0 && take_client_frame(in_, op, payload))
      on_frame(op, payload);
    flush();
  }

  void flush() override {
    queued_ = false;
    if (out_.empty() || fd_ < 0)
      return;
    const ssize_t sent = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
    out_.erase(0, sent > 0 ? static_cast<std::size_t>(sent) : 0);
    host_.loop_.rewatch(fd_, *this, true, !out_.empty());
  }

  void send(std::string_view text) {
    append_server_frame(out_, opcode::text, text);
    if (!std::exchange(queued_, true))
      host_.loop_.flush_later(*this);
  }

  [[nodiscard]] bool gone() const { return fd_ < 0; }

  std::string room{};       ///< the path
  std::uint64_t number = 0; ///< in its room
  std::string held{};       ///< waits for the next delivery
  std::weak_ptr<visitor> self{};

private:
  bool greet() {
    const std::size_t end = in_.find("\r\n\r\n");
    if (end == std::string::npos)
      return false;
    const std::string head = in_.substr(0, end + 2);
    in_.erase(0, end + 4);
    room = head.substr(4, head.find(' ', 4) - 4);
    const std::string_view key = header_of(head, "Sec-WebSocket-Key");
    out_ = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
           accept_for(key) + "\r\n\r\n";
    auto& in = host_.rooms_[room];
    number = in.size();
    in.push_back(self.lock());
    greeted_ = true;
    send(R"({"welcome":true})");
    return true;
  }

  void on_frame(opcode op, std::string_view payload) {
    constexpr std::string_view say = R"({"say":")";
    if (op == opcode::close)
      return leave();
    if (op == opcode::text && payload.starts_with(say) && payload.ends_with("\"}"))
      host_.said(*this, payload.substr(say.size(), payload.size() - say.size() - 2));
  }

  void leave() {
    ::close(fd_);
    fd_ = -1;
    std::erase(host_.rooms_[room], self.lock());
  }

  liar& host_;
  int fd_;
  bool greeted_ = false;
  bool queued_ = false;
  std::string in_;
  std::string out_;
};

tl::expected<std::unique_ptr<liar>, std::string> liar::listen(fault what, std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&where), size) != 0 || ::listen(fd, SOMAXCONN) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&where), &size) != 0) {
    const std::string why = std::strerror(errno);
    ::close(fd);
    return tl::unexpected("cannot listen on port " + std::to_string(port) + ": " + why);
  }
  return std::unique_ptr<liar>(new liar(what, fd, ntohs(where.sin_port)));
}

liar::liar(fault what, int listener, std::uint16_t port) : what_(what), listener_(listener), port_(port) {
  loop_.watch(listener_, *this, false);
}

liar::~liar() {
  ::close(listener_);
}

void liar::turn(std::int64_t timeout_ns) {
  const std::int64_t now = now_ns();
  const std::int64_t wait =
    later_.empty() ? timeout_ns : std::clamp<std::int64_t>(later_.top().due_ns - now, 0, timeout_ns);
  loop_.poll(wait);
  while (!later_.empty() && later_.top().due_ns <= now_ns()) {
    const auto to = later_.top().to.lock();
    const std::string text = later_.top().text.empty() && to ? std::exchange(to->held, {}) : later_.top().text;
    if (to && !to->gone() && !text.empty())
      to->send(text);
    later_.pop();
  }
  std::erase_if(all_, [](const auto& each) { return each->gone(); });
}

void liar::on_ready(std::uint32_t) {
  const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0)
    return;
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto& fresh = all_.emplace_back(std::make_shared<visitor>(*this, fd));
  fresh->self = fresh;
}

void liar::said(visitor& by, std::string_view content) {
  const std::uint64_t id = ++messages_;
  acknowledge(by, id);
  for (const auto& to : rooms_[by.room])
    deliver(*to, id, content);
}

void liar::acknowledge(visitor& to, std::uint64_t id) {
  if (what_ != fault::unacknowledged || id % 5 != 0)
    to.send(R"({"ok":true,"mid":)" + std::to_string(id) + "}");
}

void liar::deliver(visitor& to, std::uint64_t id, std::string_view content) {
  if (what_ == fault::own_ids)
    return to.send(message(id * 1000 + to.number, content));
  if (what_ == fault::slow)
    return send_later(to.self.lock(), slow_ns, message(id, content));
  if (what_ == fault::batched) {
    if (to.held.empty()) {
      to.held = message(id, content);
      return send_later(to.self.lock(), release_ns, {});
    }
    return to.send("[" + std::exchange(to.held, {}) + "," + message(id, content) + "]");
  }
  const bool fifth = is_fifth();
  const std::string truth = message(id, content);
  if (!to.held.empty()) {
    to.send(truth);
    return to.send(std::exchange(to.held, {}));
  }
  if (!fifth)
    return to.send(truth);
  switch (what_) {
  case fault::lost:
    return;
  case fault::doubled:
    to.send(truth);
    return to.send(truth);
  case fault::doubled_late:
    to.send(truth);
    return send_later(to.self.lock(), again_ns, truth);
  case fault::swapped:
    to.held = truth;
    return send_later(to.self.lock(), release_ns, {});
  case fault::astray:
    for (const auto& [path, members] : rooms_)
      if (path != to.room && !members.empty())
        members.front()->send(truth);
    return to.send(truth);
  case fault::complaining:
    to.send(truth);
    return to.send(R"({"fault":"tired"})");
  case fault::cut:
  case fault::changed:
  case fault::longer:
  case fault::forged:
    return to.send(message(id, told(what_, content)));
  case fault::none:
  case fault::batched:
  case fault::own_ids:
  case fault::unacknowledged:
  case fault::slow:
    return to.send(truth);
  }
}

void liar::send_later(const std::shared_ptr<visitor>& to, std::int64_t delay_ns, std::string text) {
  later_.push({now_ns() + delay_ns, ordered_++, to, std::move(text)});
}

} // namespace parley::load
