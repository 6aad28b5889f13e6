// A stream on loopback TCP against a client whose raw bytes the test sees and chooses.
#pragma once

#include "net/stream.hpp"
#include "tests/net/certificate.hpp"
#include "tests/net/deadline.hpp"
#include "tests/net/tls_client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace parley::test {

/// Both ends of one TCP connection; the client's is raw.
class stream_pair : public testing::Test {
protected:
  using tcp = boost::asio::ip::tcp;
  using end = net::progress::end;
  using direction = net::stream::direction;

  void connect() {
    net::stream::acceptor acceptor(loop_, {boost::asio::ip::address_v4::loopback(), 0});
    wire_.open(tcp::v4());
    wire_.set_option(boost::asio::socket_base::receive_buffer_size(4096)); // soon full while it is not read
    wire_.connect(acceptor.local_endpoint());
    wire_.non_blocking(true);
    wire_.set_option(tcp::no_delay(true));
    accepted_ = acceptor.accept();
  }

  void until(const std::function<bool()>& done) {
    const auto last = std::chrono::steady_clock::now() + deadline;
    while (!done()) {
      if (std::chrono::steady_clock::now() > last)
        throw std::runtime_error("what was waited for did not happen");
      loop_.restart();
      loop_.poll();
      std::this_thread::yield();
    }
  }

  void send(std::string_view raw) {
    until([&] {
      boost::system::error_code fault;
      raw.remove_prefix(wire_.write_some(boost::asio::buffer(raw.data(), raw.size()), fault));
      return raw.empty();
    });
  }

  /// What has come on the wire by now.
  std::string receive() {
    std::string out;
    std::array<char, 16'384> piece{};
    boost::system::error_code fault;
    while (!fault) {
      const auto size = wire_.read_some(boost::asio::buffer(piece), fault);
      out.append(piece.data(), size);
    }
    was_ended_ = was_ended_ || fault == boost::asio::error::eof;
    EXPECT_TRUE(fault == boost::asio::error::would_block || fault == boost::asio::error::eof) << fault.message();
    return out;
  }

  /// The next attempt that does not have to wait for the peer.
  net::progress read(std::string& into) {
    net::progress got;
    until([&] {
      got = server_->read_some(into.data(), into.size());
      return got.how != end::want_read;
    });
    return got;
  }

  /// Reads so many bytes, in pieces of at most `piece`, and waits as the loop's users do.
  std::string read_all(std::size_t count, std::size_t piece) {
    std::string out;
    std::string buffer(piece, '\0');
    while (out.size() < count) {
      await(direction::read);
      const auto got = server_->read_some(buffer.data(), buffer.size());
      if (got.how == end::done)
        out.append(buffer, 0, got.bytes);
      else
        EXPECT_EQ(got.how, end::want_read);
    }
    return out;
  }

  void await(direction what) {
    bool ready = false;
    server_->wait(what, [&](boost::system::error_code fault) {
      EXPECT_FALSE(fault) << fault.message();
      ready = true;
    });
    until([&] { return ready; });
  }

  boost::asio::io_context loop_;
  tcp::socket wire_{loop_};
  std::optional<net::stream::socket> accepted_;
  std::optional<net::stream> server_;
  bool was_ended_ = false;
};

inline iovec part(const std::string& text) {
  return {const_cast<char*>(text.data()), text.size()};
}

inline std::vector<iovec> parts_of(const std::vector<std::string>& texts) {
  std::vector<iovec> out;
  for (const auto& x : texts)
    out.push_back(part(x));
  return out;
}

/// Drops what was written from the beginning.
inline void advance(std::vector<iovec>& parts, std::size_t bytes) {
  while (!parts.empty() && bytes >= parts.front().iov_len) {
    bytes -= parts.front().iov_len;
    parts.erase(parts.begin());
  }
  if (bytes > 0)
    parts.front() = {static_cast<char*>(parts.front().iov_base) + bytes, parts.front().iov_len - bytes};
}

inline std::string pattern(std::size_t size, std::size_t seed = 0) {
  std::string out(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    out[i] = static_cast<char>((i * 31 + seed * 17 + (i >> 8)) & 0xff);
  return out;
}

class tls_pair : public stream_pair {
protected:
  void open() {
    connect();
    server_.emplace(std::move(*accepted_), some_tls());
  }

  void open(const tls_client::how& x) {
    open();
    client_.emplace(x);
    bool of_server = false;
    until([&] {
      exchange();
      const auto of_client = client_->shake();
      send(client_->take());
      of_server = of_server || server_->handshake().how == end::done;
      return of_server && of_client;
    });
  }

  /// Passes what came on to the client.
  void exchange() { client_->feed(receive()); }

  void say(std::string_view text) {
    client_->write(text);
    send(client_->take());
  }

  std::string hear(std::size_t count) {
    std::string out;
    until([&] {
      exchange();
      out += client_->read();
      return out.size() >= count;
    });
    return out;
  }

  /// Writes all of it, waiting where the socket is full; the client reads meanwhile.
  std::string pass(std::vector<iovec> parts) {
    std::string out;
    until([&] {
      const auto sent = server_->write_some(parts);
      EXPECT_NE(sent.how, end::failed);
      advance(parts, sent.bytes);
      exchange();
      out += client_->read();
      return parts.empty() && !server_->has_unsent();
    });
    exchange();
    return out + client_->read();
  }

  /// Writes until the socket takes no more; returns all that was taken.
  std::string fill() {
    std::string taken;
    for (std::size_t i = 0;; ++i) {
      const std::vector<std::string> texts{pattern(20'000, i)};
      const auto sent = server_->write_some(parts_of(texts));
      taken += texts[0].substr(0, sent.bytes);
      if (sent.how != end::done) {
        EXPECT_EQ(sent.how, end::want_write);
        return taken;
      }
    }
  }

  std::optional<tls_client> client_;
};

} // namespace parley::test
