// How the node does: its numbers for people, its health and readiness for whatever watches it.
#include "net/http/handlers.hpp"

#include <algorithm>

namespace parley::net {

namespace {

/// For all that is asked: whatever asks for readiness asks again soon.
constexpr std::chrono::milliseconds readiness_limit{2000};

storage::standby ping(storage::reader& from) {
  from.ping();
  return from.find_standby();
}

/// Where the database is elsewhere, with whether a standby has all that it has.
response ready(storage::standby has) {
  switch (has) {
  case storage::standby::none:
    return json(200, R"({"status":"ok","standby":"none"})");
  case storage::standby::synchronous:
    return json(200, R"({"status":"ok","standby":"synchronous"})");
  case storage::standby::inapplicable:
    break;
  }
  return json(200, R"({"status":"ok"})");
}

response unready(std::string_view part) {
  auto out = json(503, std::string(R"({"status":"unavailable","failing":[")").append(part).append(R"("]})"));
  out.extra.emplace_back("Retry-After", "5");
  return out;
}

} // namespace

handled show_status(http_context& context, const request&) {
  const auto online = co_await context.ask.ask<std::int64_t>(context.ask.actors().directory, get_users_online{});
  if (!online)
    co_return tl::unexpected<refusal>(online.error());
  const auto active = co_await context.ask.ask<std::int64_t>(context.ask.actors().placement, get_rooms_active{});
  if (!active)
    co_return tl::unexpected<refusal>(active.error());
  server_status out;
  out.self.id = context.options.node_id;
  out.self.status = context.node.draining() ? "draining" : "ok";
  out.self.connections = context.node.connections();
  out.sockets = context.node.sockets();
  out.version = context.options.version;
  out.uptime_s = std::chrono::floor<std::chrono::seconds>(context.now.steady() - context.node.running_since).count();
  out.users_online = *online;
  out.rooms_active = *active;
  if (const auto& cluster = context.ask.actors().cluster) {
    auto found = co_await context.ask.ask<found_nodes>(cluster, find_nodes{});
    if (!found)
      co_return tl::unexpected<refusal>(found.error());
    out.nodes = std::move(found->nodes);
  }
  auto self = std::ranges::find(out.nodes, out.self.id, &node_status::id);
  if (self == out.nodes.end())
    self = out.nodes.insert(self, {out.self.id, "up", 0});
  self->connections = out.self.connections; // they may have changed since they were told
  if (context.node.draining())
    self->status = "draining";
  co_return json(200, encode(out));
}

handled show_health(http_context&, const request&) {
  co_return json(200, R"({"status":"ok"})");
}

handled show_readiness(http_context& context, const request&) {
  if (context.node.draining())
    co_return unready("draining");
  const auto begun = std::chrono::steady_clock::now();
  const auto reads = co_await context.ask.read([](storage::reader& reader) { return ping(reader); }, readiness_limit);
  if (!reads)
    co_return unready("database_reads");
  const auto left =
    readiness_limit - std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
  const auto writes = co_await context.ask.write([](storage::writer& writer) { return (writer.ping(), true); },
                                                 std::max(left, std::chrono::milliseconds(1)));
  if (!writes)
    co_return unready("database_writes");
  co_return ready(*reads);
}

} // namespace parley::net
