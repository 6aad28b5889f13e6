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
#include <cstdint>
#include <span>
#include <string>
#include <sys/uio.h>
#include <vector>

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

/// As a room says it, each unlike the one before.
std::string some_message(std::uint64_t number) {
  return R"({"type":"room_message","payload":{"id":)" + std::to_string(number) +
         R"(,"room_id":1,"sender_id":7,"sender_username":"somebody","content":"Who is coming to lunch at )" +
         std::to_string(number * number % 977) +
         R"( today?","message_type":"text","timestamp":"2026-11-30T13:57:09.442Z","edited_at":null,"deleted":false,)"
         R"("client_msg_id":null,"attachments":[]}})";
}

/// One room's message for so many connections, compressed for all of them or for none.
void outboxes_of_a_room(benchmark::State& state) {
  constexpr std::uint64_t chain = 2;
  constexpr std::size_t min_bytes = 200;
  const auto members = static_cast<std::size_t>(state.range(0));
  net::frame_packer packer(min_bytes);
  const net::peer_window window(state.range(1) != 0 ? net::deflate_terms{15, true} : net::deflate_terms{});
  std::vector<net::outbox> room;
  for (std::size_t i = 0; i < members; ++i)
    room.emplace_back(byte_limit, &packer, window);
  std::uint64_t number = 0;
  const auto step = [&] {
    const auto said = make_text_frame(some_message(++number), chain);
    for (auto& queue : room) {
      queue.push(said);
      queue.sent(queue.bytes());
    }
  };
  for (auto _ : state)
    step();
  const auto items = state.iterations() * state.range(0);
  state.SetItemsProcessed(items);
  show_cost(state, "a_delivery", static_cast<double>(items));
  count_heap(state, members, step);
}
BENCHMARK(outboxes_of_a_room)->ArgsProduct({{10, 1000}, {0, 1}})->ArgNames({"members", "compressed"});

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
