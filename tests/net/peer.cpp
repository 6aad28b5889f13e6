#include "tests/net/peer.hpp"

#include <gtest/gtest.h>

#include <array>

namespace parley::test {

namespace asio = boost::asio;

namespace {

std::uint64_t number(std::string_view bytes) {
  std::uint64_t out = 0;
  for (char c : bytes)
    out = out << 8 | static_cast<unsigned char>(c);
  return out;
}

} // namespace

unsigned server_frame::code() const {
  return payload.size() < 2 ? 0 : static_cast<unsigned>(number(std::string_view(payload).substr(0, 2)));
}

peer::peer(const tcp::endpoint& where, bool small_window, bool secure) {
  socket_.open(where.protocol());
  if (small_window)
    socket_.set_option(asio::socket_base::receive_buffer_size(4096));
  socket_.connect(where);
  socket_.non_blocking(true);
  if (secure)
    tls_.emplace();
}

bool peer::shake() {
  if (!tls_)
    return true;
  tls_->feed(receive());
  const auto done = tls_->shake();
  return push() && done;
}

std::size_t peer::send_some(std::string_view bytes) {
  boost::system::error_code fault;
  if (!tls_)
    return socket_.write_some(asio::buffer(bytes.data(), bytes.size()), fault);
  if (!push())
    return 0;
  bytes = bytes.substr(0, 100'000);
  tls_->write(bytes);
  push();
  return bytes.size();
}

bool peer::push() {
  if (!tls_)
    return true;
  unsent_ += tls_->take();
  boost::system::error_code fault;
  unsent_.erase(0, socket_.write_some(asio::buffer(unsent_), fault));
  return unsent_.empty();
}

std::string peer::receive() {
  std::string out;
  std::array<char, 16'384> buffer{};
  boost::system::error_code fault;
  while (!ended && !fault) {
    const auto size = socket_.read_some(asio::buffer(buffer), fault);
    out.append(buffer.data(), size);
  }
  if (fault && fault != asio::error::would_block) {
    ended = true;
    was_reset = fault != asio::error::eof;
  }
  return out;
}

void peer::pull() {
  auto came = receive();
  if (tls_) {
    tls_->feed(came);
    came = tls_->read();
    EXPECT_FALSE(tls_->has_failed());
  }
  unread_ += came;
  parse();
}

void peer::half_close() {
  if (tls_)
    tls_->close();
  EXPECT_TRUE(push());
  socket_.shutdown(tcp::socket::shutdown_send);
}

void peer::reset() {
  socket_.set_option(asio::socket_base::linger(true, 0));
  socket_.close();
}

std::vector<std::string> peer::texts() const {
  std::vector<std::string> out;
  for (const auto& x : frames)
    if (x.op == opcode::text)
      out.push_back(x.payload);
  return out;
}

void peer::parse() {
  std::string_view left = unread_;
  while (left.size() >= 2) {
    const auto first = static_cast<unsigned char>(left[0]);
    const auto second = static_cast<unsigned char>(left[1]);
    const bool is_packed = (first & 0x40) != 0;
    EXPECT_EQ(first & 0xb0, 0x80) << "whole frames without reserved bits";
    EXPECT_TRUE(takes_packed || !is_packed) << "what was not agreed on";
    EXPECT_LT(second, 128) << "the server does not mask";
    const std::size_t extended = second == 126 ? 2 : second == 127 ? 8 : 0;
    if (left.size() < 2 + extended)
      break;
    const auto length = extended == 0 ? second : number(left.substr(2, extended));
    if (left.size() - 2 - extended < length)
      break;
    frames.push_back({static_cast<opcode>(first & 0x0f), std::string(left.substr(2 + extended, length)), is_packed});
    left.remove_prefix(2 + extended + length);
  }
  unread_.erase(0, unread_.size() - left.size());
}

} // namespace parley::test
