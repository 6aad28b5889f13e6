// A connection's outgoing queue: frames in, gathered writes out, with and without the socket behind it.
#include "net/outbox.hpp"

#include "bench/counted.hpp"
#include "net/stream.hpp"
#include "tests/support/raw_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <benchmark/benchmark.h>
#include <cstddef>
#include <span>
#include <string>
#include <sys/uio.h>

namespace parley::bench {
namespace {

constexpr std::size_t frame_bytes = 220; ///< about what a message of 64 characters makes
constexpr std::size_t byte_limit = 262'144;
constexpr std::size_t gathered = 64;

frame_ptr some_frame() {
  static const auto shared = make_text_frame(std::string(frame_bytes, 'x'));
  return shared;
}

/// Queues the frames and writes all of them by one call of `write(parts)`, which returns how many bytes it took.
template <class Write>
bool pass(net::outbox& queue, std::size_t frames, Write write) {
  for (std::size_t i = 0; i < frames; ++i)
    queue.push(some_frame());
  std::array<iovec, gathered> parts; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by gather
  queue.sent(write(std::span<const iovec>(parts).first(queue.gather(parts))));
  return queue.empty();
}

void outbox_append_and_gather(benchmark::State& state) {
  const auto frames = static_cast<std::size_t>(state.range(0));
  net::outbox queue(byte_limit);
  const auto take_all = [](std::span<const iovec> parts) {
    std::size_t bytes = 0;
    for (const auto& x : parts)
      bytes += x.iov_len;
    return bytes;
  };
  const auto step = [&] { benchmark::DoNotOptimize(pass(queue, frames, take_all)); };
  for (auto _ : state)
    step();
  const auto items = state.iterations() * state.range(0);
  state.SetItemsProcessed(items);
  show_cost(state, "a_frame", static_cast<double>(items));
  count_heap(state, frames, step);
}
BENCHMARK(outbox_append_and_gather)->Arg(1)->Arg(8)->ArgName("frames");

/// Both ends of a TCP connection on loopback.
class tcp_pair {
public:
  tcp_pair()
    : acceptor_(loop_, {boost::asio::ip::address_v4::loopback(), 0}), client_(acceptor_.local_endpoint().port()),
      server_(acceptor_.accept()) {}

  /// Bytes taken; 0 where the socket is full.
  std::size_t write(std::span<const iovec> parts) { return server_.write_some(parts).bytes; }

  void drain() {
    while (client_.receive(piece_) > 0) {
    }
  }

private:
  boost::asio::io_context loop_;
  net::stream::acceptor acceptor_;
  test::raw_socket client_;
  net::stream server_;
  std::array<char, 65'536> piece_{};
};

void outbox_to_socket(benchmark::State& state) {
  constexpr int calls_between_drains = 32; // 8 frames each make a quarter of what the sockets hold
  const auto frames = static_cast<std::size_t>(state.range(0));
  net::outbox queue(byte_limit);
  tcp_pair sockets;
  const auto step = [&] { return pass(queue, frames, [&](auto parts) { return sockets.write(parts); }); };
  int calls = 0;
  for (auto _ : state) {
    if (!step()) {
      state.SkipWithError("the socket did not take all of it");
      break;
    }
    if (++calls % calls_between_drains == 0) {
      state.PauseTiming();
      sockets.drain();
      state.ResumeTiming();
    }
  }
  const auto items = state.iterations() * state.range(0);
  state.SetItemsProcessed(items);
  show_cost(state, "a_frame", static_cast<double>(items));
  sockets.drain();
  count_heap(state, frames, step);
}
BENCHMARK(outbox_to_socket)->Arg(1)->Arg(8)->ArgName("frames");

} // namespace
} // namespace parley::bench
