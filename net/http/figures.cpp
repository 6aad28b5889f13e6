#include "net/http/figures.hpp"

namespace parley::net {

namespace {

void merge(hub_figures& into, const hub_figures& from) {
  for (std::size_t kind = 0; kind < socket_kinds; ++kind)
    into.connections[kind] += from.connections[kind];
  into.outbox_bytes += from.outbox_bytes;
  into.deliveries += from.deliveries;
  into.slow_closed += from.slow_closed;
  std::map<int, std::uint64_t> closed(into.closed.begin(), into.closed.end());
  for (const auto& [code, count] : from.closed)
    closed[code] += count;
  into.closed.assign(closed.begin(), closed.end());
  into.mailbox.merge(from.mailbox);
  into.fan_out.merge(from.fan_out);
  into.accept_to_commit.merge(from.accept_to_commit);
}

} // namespace

void http_figures::add(std::string_view route, int status, std::chrono::nanoseconds took,
                       const std::optional<trace_context>& trace, timestamp now) {
  const std::lock_guard hold(lock_);
  ++counts_.requests[{route, status}];
  counts_.took[route].add(took);
  if (!trace)
    return;
  const double seconds = std::chrono::duration<double>(took).count();
  counts_.traced[route].at(latency_histogram::bucket_of(seconds)) = {std::string(trace->trace_id), seconds, now};
}

http_figures::counts http_figures::copy() const {
  const std::lock_guard hold(lock_);
  return counts_;
}

boost::asio::awaitable<tl::expected<node_figures, error_code>> gather_figures(http_context& context) {
  node_figures out;
  const auto& actors = context.ask.actors();
  for (const auto& hub : actors.hubs) {
    auto one = co_await context.ask.ask<hub_figures>(hub, get_hub_figures{});
    if (!one)
      co_return tl::unexpected(one.error());
    merge(out.hubs, *one);
  }
  auto writer = co_await context.ask.ask<writer_figures>(actors.writer, get_writer_figures{});
  if (!writer)
    co_return tl::unexpected(writer.error());
  out.writer = std::move(*writer);
  const auto online = co_await context.ask.ask<std::int64_t>(actors.directory, get_users_online{});
  if (!online)
    co_return tl::unexpected(online.error());
  out.users_online = *online;
  const auto active = co_await context.ask.ask<std::int64_t>(actors.placement, get_rooms_active{});
  if (!active)
    co_return tl::unexpected(active.error());
  out.rooms_active = *active;
  if (actors.cluster)
    if (auto among_others = co_await context.ask.ask<cluster_figures>(actors.cluster, get_cluster_figures{}))
      out.cluster = std::move(*among_others);
  co_return out;
}

} // namespace parley::net
