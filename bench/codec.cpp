// The codec of a chat message: what a client sends in, what its room hears and what the sender is told.
#include "actors/frame.hpp"
#include "bench/counted.hpp"
#include "protocol/commands.hpp"
#include "protocol/events.hpp"

#include <benchmark/benchmark.h>
#include <chrono>
#include <string>

namespace parley::bench {
namespace {

std::string content(const benchmark::State& state) {
  return std::string(static_cast<std::size_t>(state.range(0)), 'x');
}

message some_message(const benchmark::State& state) {
  message out;
  out.id = message_id{1'234'567};
  out.room = room_id{42};
  out.sender = user_id{1001};
  out.sender_username = "load1000";
  out.content = content(state);
  out.sent_at = timestamp(std::chrono::milliseconds(1'800'000'000'123));
  return out;
}

/// Times `step()`, which gives what the compiler must not leave out.
template <class Step>
void run(benchmark::State& state, Step step) {
  for (auto _ : state)
    benchmark::DoNotOptimize(step());
  state.SetItemsProcessed(state.iterations());
  count_heap(state, 1, [&] { benchmark::DoNotOptimize(step()); });
}

void decode_send_message(benchmark::State& state) {
  const auto frame = R"({"type":"send_message","payload":{"room_id":42,"content":")" + content(state) + R"("}})";
  if (!decode_ws(frame))
    state.SkipWithError("the frame is not taken");
  run(state, [&] { return decode_ws(frame); });
}
BENCHMARK(decode_send_message)->Arg(64)->Arg(1000);

void decode_chat_message(benchmark::State& state) {
  const auto frame = R"({"type":"chat_message","content":")" + content(state) + R"("})";
  if (!decode_chat(frame))
    state.SkipWithError("the frame is not taken");
  run(state, [&] { return decode_chat(frame); });
}
BENCHMARK(decode_chat_message)->Arg(64)->Arg(1000);

void encode_broadcast_envelope(benchmark::State& state) {
  const room_event event = message_posted{some_message(state), false};
  run(state, [&] { return encode_envelope(event); });
}
BENCHMARK(encode_broadcast_envelope)->Arg(64)->Arg(1000);

void encode_broadcast_flat(benchmark::State& state) {
  const room_event event = message_posted{some_message(state), false};
  run(state, [&] { return encode_flat(event); });
}
BENCHMARK(encode_broadcast_flat)->Arg(64)->Arg(1000);

void encode_ack(benchmark::State& state) {
  const auto stored = some_message(state);
  const envelope_reply ack = message_ack_reply{stored.id, std::nullopt, stored.sent_at, 9};
  run(state, [&] { return encode_envelope(ack, {}, language::zh); });
}
BENCHMARK(encode_ack)->Arg(64);

void frame_broadcast(benchmark::State& state) {
  const auto json = encode_envelope(message_posted{some_message(state), false});
  run(state, [&] { return make_text_frame(json); });
}
BENCHMARK(frame_broadcast)->Arg(64)->Arg(1000);

} // namespace
} // namespace parley::bench
