#include "net/stream.hpp"

#include "net/tls_side.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <cstring>
#include <sys/socket.h>

namespace parley::net {

namespace {

progress receive(int descriptor, char* into, std::size_t size) {
  const auto got = ::recv(descriptor, into, size, MSG_DONTWAIT);
  if (got > 0)
    return {progress::end::done, static_cast<std::size_t>(got)};
  if (got == 0)
    return {progress::end::closed};
  return {is_transient(errno) ? progress::end::want_read : progress::end::failed};
}

progress send(int descriptor, std::span<const iovec> parts) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts.data());
  message.msg_iovlen = parts.size();
  const auto sent = ::sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0)
    return {progress::end::done, static_cast<std::size_t>(sent)};
  return {is_transient(errno) ? progress::end::want_write : progress::end::failed};
}

} // namespace

stream::stream(socket accepted) : socket_(std::move(accepted)) {
  boost::system::error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
}

stream::stream(socket accepted, const tls_context& context) : stream(std::move(accepted)) {
  tls_ = std::make_unique<tls_side>(context, socket_.native_handle());
}

stream::stream(stream&& other) noexcept = default;

stream::~stream() = default;

progress stream::handshake() {
  return tls_ != nullptr ? tls_->handshake() : progress{};
}

progress stream::read_some(char* into, std::size_t size) {
  return tls_ != nullptr ? tls_->read_some(into, size) : receive(socket_.native_handle(), into, size);
}

progress stream::write_some(std::span<const iovec> parts) {
  if (tls_ != nullptr)
    return tls_->write_some(parts);
  return parts.empty() ? progress{} : send(socket_.native_handle(), parts);
}

bool stream::has_unsent() const {
  return tls_ != nullptr && tls_->has_unsent();
}

bool stream::has_unread() const {
  return tls_ != nullptr && tls_->has_unread();
}

void stream::cancel() {
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void stream::shutdown() {
  if (tls_ != nullptr)
    tls_->say_farewell();
  boost::system::error_code ignored;
  socket_.shutdown(socket::shutdown_send, ignored);
}

progress stream::read_raw(char* into, std::size_t size) {
  return receive(socket_.native_handle(), into, size);
}

void stream::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

std::string stream::address() const {
  if (client_ != nullptr)
    return *client_;
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  // A closed one has descriptor -1: that is an error as well.
  if (::getpeername(const_cast<socket&>(socket_).native_handle(), reinterpret_cast<sockaddr*>(&peer), &size) != 0)
    return {};
  if (peer.ss_family == AF_UNIX)
    return std::string(unix_peer);
  tcp::endpoint where;
  std::memcpy(where.data(), &peer, std::min<std::size_t>(size, where.capacity()));
  const auto address = where.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

void stream::set_address(std::string client) {
  client_ = std::make_unique<const std::string>(std::move(client));
}

void stream::limit_send_buffer(int bytes) {
  boost::system::error_code ignored;
  socket_.set_option(boost::asio::socket_base::send_buffer_size(bytes), ignored);
}

} // namespace parley::net
