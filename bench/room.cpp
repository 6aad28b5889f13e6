// A message's road through one I/O thread: from the sender's socket through session, room and hub to every member's
// socket. Only the database is left out.
#include "bench/counted.hpp"
#include "tests/support/wired_room.hpp"

#include <benchmark/benchmark.h>

namespace parley::bench {
namespace {

/// Messages after which the members take what has come, so that their sockets never fill.
constexpr std::size_t messages_between_drains = 64;

/// Before it is timed: queues that keep their room have it by then.
constexpr int first_rounds = 8;

void room_message(benchmark::State& state) {
  const auto members = static_cast<std::size_t>(state.range(0));
  const auto at_once = static_cast<std::size_t>(state.range(1));
  if (!test::allow_descriptors(2 * members)) {
    state.SkipWithError("the hard limit of open files is too low");
    return;
  }
  test::wired_room room(members);
  for (int i = 0; i < first_rounds; ++i)
    room.post(at_once);
  room.take_frames();
  std::size_t heard = 0;
  std::size_t untaken = 0;
  for (auto _ : state) {
    room.post(at_once);
    untaken += at_once;
    if (untaken >= messages_between_drains) {
      state.PauseTiming();
      heard += room.take_frames();
      untaken = 0;
      state.ResumeTiming();
    }
  }
  heard += room.take_frames();
  const auto messages = static_cast<std::size_t>(state.iterations()) * at_once;
  if (heard != messages * (members + 1))
    state.SkipWithError("not everybody heard everything");
  state.SetItemsProcessed(static_cast<std::int64_t>(messages * members));
  show_cost(state, "a_message", static_cast<double>(messages));
  show_cost(state, "a_delivery", static_cast<double>(messages * members));
  count_heap(state, at_once, [&] { room.post(at_once); });
}
BENCHMARK(room_message)->ArgsProduct({{10, 1000}, {1, 8}})->ArgNames({"members", "at_once"});

} // namespace
} // namespace parley::bench
