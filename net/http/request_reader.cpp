#include "net/http/request_reader.hpp"

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace parley::net {

namespace asio = boost::asio;

namespace {

// A connection that waits for a request holds room for a usual head, one that sends a body for a larger piece.
constexpr std::size_t head_piece_bytes = 2 * 1024;
constexpr std::size_t body_piece_bytes = 16 * 1024;
constexpr std::size_t streamed_piece_bytes = 64 * 1024;

} // namespace

request_reader::request_reader(timed_socket& socket, const http_options& options)
  : socket_(socket), options_(options), parser_(options.head_bytes) {}

asio::awaitable<transfer> request_reader::read_more(std::size_t most, steady_time due) {
  auto* const room = parser_.prepare(most);
  const auto got = co_await socket_.read_some(asio::buffer(room, most), due);
  parser_.commit(got.bytes);
  co_return got;
}

asio::awaitable<read_result<request_head>> request_reader::read_head() {
  parser_.begin();
  body_fault_ = error_code::none;
  waited_ = {};
  came_ = 0;
  const auto began = std::chrono::steady_clock::now();
  bool silent = true;
  auto due = began + (first_ ? options_.first_byte : options_.idle);
  while (true) {
    auto head = parser_.read_head();
    if (!head)
      co_return tl::unexpected(head.error());
    if (*head) {
      first_ = false;
      co_return std::move(**head);
    }
    // An empty line, as some clients send behind a body, begins nothing.
    if (silent && !parser_.is_empty()) {
      silent = false;
      due = std::chrono::steady_clock::now() + options_.head;
    }
    const auto got = co_await read_more(head_piece_bytes, due);
    if (got.how == transfer::end::timed_out && !silent)
      co_return tl::unexpected(error_code::request_timeout);
    if (got.how != transfer::end::done)
      co_return tl::unexpected(error_code::none);
  }
}

asio::awaitable<bool> request_reader::advance_body(std::size_t piece) {
  const auto step = parser_.read_body();
  if (!step) {
    body_fault_ = step.error();
    co_return false;
  }
  if (*step == request_parser::step::made)
    co_return true;
  // What the handler does with the pieces takes its own time; only what the client lets us wait counts.
  const std::chrono::duration<double> earned(static_cast<double>(came_) / static_cast<double>(options_.body_rate));
  const auto left = options_.body_pause + std::chrono::ceil<std::chrono::milliseconds>(earned) - waited_;
  const auto begun = std::chrono::steady_clock::now();
  const auto got =
    co_await read_more(piece, begun + std::min<std::chrono::steady_clock::duration>(options_.body_pause, left));
  waited_ += std::chrono::steady_clock::now() - begun;
  came_ += got.bytes;
  if (got.how == transfer::end::timed_out)
    body_fault_ = error_code::request_timeout;
  co_return got.how == transfer::end::done;
}

asio::awaitable<read_result<std::string>> request_reader::read_body(std::uint64_t limit) {
  parser_.limit_body(limit);
  while (!parser_.is_body_done()) {
    const bool sound = co_await advance_body(body_piece_bytes);
    if (!sound)
      co_return tl::unexpected(body_fault_);
  }
  co_return std::move(parser_.body());
}

asio::awaitable<read_result<std::string_view>> request_reader::read_piece(std::uint64_t limit) {
  if (announces_over(limit))
    co_return tl::unexpected(error_code::payload_too_large);
  parser_.limit_body(limit);
  auto& body = parser_.body();
  body.clear();
  while (body.empty() && !parser_.is_body_done()) {
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
