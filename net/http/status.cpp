// How the node does: its numbers for people, its health and readiness for whatever watches it.
#include "net/http/handlers.hpp"

namespace parley::net {

namespace {

bool ping(storage::reader& from) {
  from.ping();
  return true;
}

} // namespace

handled show_status(http_context& context, const request&) {
  auto live = co_await context.ask.ask<census>(context.ask.actors().directory, get_census{});
  if (!live)
    co_return tl::unexpected<refusal>(live.error());
  server_status out;
  out.self.id = context.options.node_id;
  out.self.status = context.node.draining() ? "draining" : "ok";
  out.self.connections = context.node.connections();
  out.version = context.options.version;
  out.uptime_s = std::chrono::floor<std::chrono::seconds>(context.now() - context.node.started_at).count();
  out.users_online = live->users_online;
  out.rooms_active = live->rooms_active;
  out.nodes.push_back(out.self);
  co_return json(200, encode(out));
}

handled show_health(http_context&, const request&) {
  co_return json(200, R"({"status":"ok"})");
}

handled show_readiness(http_context& context, const request&) {
  const auto reads = co_await context.ask.read([](storage::reader& reader) { return ping(reader); });
  const auto writes = co_await context.ask.write([](storage::writer& writer) { return ping(writer); });
  if (reads && writes)
    co_return json(200, R"({"status":"ok"})");
  auto out = json(503, R"({"status":"unavailable","failing":["database"]})");
  out.extra.emplace_back("Retry-After", "5");
  co_return out;
}

} // namespace parley::net
