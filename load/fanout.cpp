#include "load/fanout.hpp"

#include "load/clock.hpp"
#include "load/fanout_worker.hpp"
#include "load/run.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <random>
#include <thread>

namespace parley::load {

namespace {

constexpr std::int64_t drain_ns = 5 * ns_per_s;

std::int64_t from_seconds(double seconds) {
  return static_cast<std::int64_t>(seconds * ns_per_s);
}

/// Sleeps in short steps, so that a run that ends early does not wait for its plan. False where it ended.
bool sleep_until(std::int64_t when, const fanout_shared& shared, std::uint32_t workers) {
  while (now_ns() < when) {
    if (shared.stop || shared.finished == workers)
      return false;
    std::this_thread::sleep_for(std::chrono::nanoseconds(std::min(when - now_ns(), 20 * ns_per_ms)));
  }
  return true;
}

void describe(report& out, const fanout_options& options) {
  out.add("scenario", std::string("fanout"));
  out.add("path", std::string(options.path == wire_path::flat ? "flat" : "envelope"));
  out.add("rooms", std::uint64_t{options.rooms});
  out.add("members", std::uint64_t{options.members});
  out.add("connections", std::uint64_t{options.rooms} * options.members);
  if (options.rate > 0)
    out.add("rate_asked_per_s", options.rate);
  else
    out.add("window", std::uint64_t{options.window});
  out.add("duration_s", options.duration_s);
}

void describe(report& out, const fanout_counts& counts, const server_use& server) {
  const double seconds = static_cast<double>(std::max<std::int64_t>(counts.measured_ns, 1)) / ns_per_s;
  const auto deliveries = static_cast<double>(counts.measured_delivered);
  out.add("measured_s", seconds);
  out.add("messages_per_s", static_cast<double>(counts.measured_sent) / seconds);
  out.add("deliveries_per_s", deliveries / seconds);
  server.add_to(out, counts.measured_ns);
  if (server.known() && deliveries > 0)
    out.add("server_cpu_us_per_delivery", static_cast<double>(server.cpu_ns()) / 1000 / deliveries);
  if (deliveries > 0)
    out.add("client_cpu_us_per_delivery", static_cast<double>(counts.measured_cpu_ns) / 1000 / deliveries);
  out.add("client_busiest_thread_percent", counts.busiest_thread * 100);
  out.add_quantiles("latency", counts.latency);
  out.add_quantiles("send_lag", counts.send_lag);
  out.add("sent", counts.sent);
  out.add("acknowledged", counts.acknowledged);
  out.add("expected", counts.expected);
  out.add("delivered", counts.delivered);
  out.add("lost", counts.expected - counts.delivered);
  out.add("doubled", counts.doubled);
  out.add("out_of_order", counts.out_of_order);
  out.add("strays", counts.strays);
  out.add("errors", counts.errors);
  out.add("closes", counts.closes);
  out.add("other_frames", counts.other_frames);
}

/// What is wrong with a run that came to its end; empty where nothing is.
std::string verdict(const fanout_options& options, const fanout_counts& counts) {
  if (counts.closes >= std::uint64_t{options.rooms} * options.members)
    return "the server is gone: " + counts.first_close;
  if (counts.closes > 0)
    return "connections ended: " + counts.first_close;
  if (counts.errors > 0)
    return "the server answered errors, first " + counts.first_error;
  if (counts.expected != counts.delivered || counts.doubled + counts.out_of_order + counts.strays > 0)
    return "deliveries were lost, doubled, out of order or astray";
  if (options.path == wire_path::envelope && counts.acknowledged != counts.sent)
    return "not every message was acknowledged";
  if (counts.measured_delivered == 0)
    return "nothing was delivered in the measured time";
  return {};
}

} // namespace

exit_code run_fanout(const fanout_options& options) {
  auto prepared = prepare(options.common, std::uint64_t{options.rooms} * options.members);
  if (!prepared)
    return stop_with(prepared.error());

  fanout_shared shared;
  const std::uint32_t run = std::random_device{}();
  std::deque<fanout_worker> workers;
  for (std::uint32_t i = 0; i < options.threads; ++i)
    workers.emplace_back(options, prepared->to, prepared->tokens, i, run, shared);
  fanout_plan plan;
  server_use server(options.common.server_pid);
  {
    std::vector<std::jthread> threads;
    threads.reserve(workers.size());
    for (fanout_worker& each : workers)
      threads.emplace_back([&each] { each.run(); });
    while (shared.ready < options.threads && !shared.stop)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    plan.start = now_ns() + 5 * ns_per_ms;
    plan.measure_from = plan.start + from_seconds(options.warmup_s);
    plan.measure_to = plan.measure_from + from_seconds(options.duration_s);
    plan.drain_to = plan.measure_to + drain_ns;
    shared.plan.store(&plan, std::memory_order_release);
    if (sleep_until(plan.measure_from, shared, options.threads))
      server.begin();
    if (sleep_until(plan.measure_to, shared, options.threads))
      server.end();
  }

  fanout_counts counts;
  for (const fanout_worker& each : workers) {
    if (each.fault())
      return stop_with({exit_code::failed, *each.fault()});
    counts.merge(each.counts());
  }
  report out;
  describe(out, options);
  describe(out, counts, server);
  return conclude(out, options.common.json, verdict(options, counts), counts.busiest_thread);
}

} // namespace parley::load
