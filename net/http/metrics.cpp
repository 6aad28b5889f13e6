// GET /metrics: the node in numbers, for Prometheus.
#include "net/http/exposition.hpp"
#include "net/http/figures.hpp"
#include "net/http/handlers.hpp"
#include "net/http/webhook_figures.hpp"
#include "protocol/weights.hpp"

#include <algorithm>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

namespace parley::net {

namespace {

double number(std::uint64_t x) {
  return static_cast<double>(x);
}

double number(std::int64_t x) {
  return static_cast<double>(x);
}

/// Resident memory in bytes; 0 if the system does not tell.
double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  statm >> total >> resident;
  return number(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& x) {
    return static_cast<double>(x.tv_sec) + static_cast<double>(x.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void write_process(exposition& out, const http_context& context) {
  const std::chrono::duration<double> started = context.node.started_at.time_since_epoch();
  out.gauge("parley_build_info", "1, labelled with the version that runs.")
    .value(1, {{"version", context.options.version}, {"node", context.options.node_id}});
  out.gauge("process_start_time_seconds", "Start of the process since the Unix epoch in seconds.")
    .value(started.count());
  out.counter("process_cpu_seconds_total", "User and system CPU time spent in seconds.").value(cpu_seconds());
  out.gauge("process_resident_memory_bytes", "Resident memory size in bytes.").value(resident_bytes());
}

void write_people(exposition& out, const http_context& context, const node_figures& node) {
  out.gauge("parley_sockets", "Open sockets of every kind.").value(number(context.node.sockets()));
  out.gauge("parley_connections", "Open WebSocket connections by kind.");
  for (std::size_t kind = 0; kind < socket_kinds; ++kind)
    out.value(number(node.hubs.connections[kind]), {{"kind", std::string(name_of(static_cast<socket_kind>(kind)))}});
  out.gauge("parley_users_online", "Distinct users with a live session.").value(number(node.users_online));
  out.gauge("parley_rooms_active", "Rooms that at least one session is joined to.").value(number(node.rooms_active));
  out.gauge("parley_draining", "1 while the node drains.").value(context.node.draining() ? 1 : 0);
}

void write_fan_out(exposition& out, const hub_figures& hubs) {
  out.counter("parley_deliveries_total", "Frames of rooms handed to connections.").value(number(hubs.deliveries));
  out.gauge("parley_outbox_bytes", "Bytes that wait in the queues of connections.").value(number(hubs.outbox_bytes));
  out.counter("parley_slow_closed_total", "Connections closed with 4413 as slow consumers.")
    .value(number(hubs.slow_closed));
  out.counter("parley_disconnects_total", "Ends of WebSocket connections by close code.");
  for (const auto& [code, count] : hubs.closed)
    out.value(number(count), {{"code", std::to_string(code)}});
}

void write_stages(exposition& out, const node_figures& node) {
  out.counter("parley_messages_total", "Chat messages committed.").value(number(node.writer.messages));
  out.counter("parley_commits_total", "Transactions committed.").value(number(node.writer.commits));
  out.counter("parley_commit_failures_total", "Transactions rolled back.").value(number(node.writer.failures));
  out.gauge("parley_writer_queued", "Changes that wait for the next transaction.").value(number(node.writer.queued));
  out.counter("parley_writer_refused_total", "Changes refused because too much waited for the writer, or for too long.")
    .value(number(node.writer.refused));
  out.histogram("parley_commit_seconds", "Duration of a transaction.").value(node.writer.commit);
  out.histogram("parley_stage_seconds", "How long a chat message spent in a stage.")
    .value(node.hubs.accept_to_commit, {{"stage", "accept_to_commit"}})
    .value(node.hubs.fan_out, {{"stage", "commit_to_outbox"}});
  out.histogram("parley_mailbox_age_seconds", "How long work waited for its actor's turn.")
    .value(node.hubs.mailbox, {{"actor", "hub"}})
    .value(node.writer.mailbox, {{"actor", "db_writer"}});
}

void write_http(exposition& out, const http_figures::counts& http) {
  out.counter("parley_http_requests_total", "HTTP requests answered, by route and status.");
  for (const auto& [key, count] : http.requests)
    out.value(number(count), {{"route", std::string(key.first)}, {"status", std::to_string(key.second)}});
  out.histogram("parley_http_request_seconds",
                "From the end of a request's head to the last byte of its answer, by route.");
  for (const auto& [route, took] : http.took) {
    const auto traced = http.traced.find(route);
    out.value(took, {{"route", std::string(route)}}, traced == http.traced.end() ? nullptr : &traced->second);
  }
}

void write_cluster(exposition& out, const cluster_figures& x) {
  out.gauge("parley_cluster_members", "Nodes that serve together.").value(number(x.members));
  const auto up = std::ranges::count_if(x.links, &cluster_figures::link::is_up);
  out.gauge("parley_cluster_links", "Links with other nodes that stand.").value(number(std::int64_t{up}));
  out.gauge("parley_cluster_link_queued_bytes", "What waits to be sent over a link.");
  for (const auto& link : x.links)
    out.value(number(link.queued_bytes), {{"peer", link.node}});
  out.gauge("parley_cluster_link_unacknowledged_bytes", "What was sent over a link and is not acknowledged yet.");
  for (const auto& link : x.links)
    out.value(number(link.unacknowledged_bytes), {{"peer", link.node}});
  out.gauge("parley_cluster_homes", "Rooms whose home this node is.").value(number(x.homes));
  out.gauge("parley_cluster_relays", "Rooms of other nodes that are known here.").value(number(x.relays));
  out.counter("parley_cluster_takeovers_total", "Rooms that this node took over from dead ones.")
    .value(number(x.takeovers));
  out.counter("parley_cluster_fences_total", "Nodes that this one declared dead.").value(number(x.fences));
  out
    .gauge("parley_cluster_suspended",
           "1 while the database has been silent for too long to be sure of this node's place.")
    .value(x.is_suspended ? 1 : 0);
  out.gauge("parley_cluster_beat_seconds", "What the node's last sign of life took to be stored.").value(x.beat_s);
}

void write_webhooks(exposition& out, const webhook_figures::counts& x) {
  out.counter("parley_webhook_delivered_total", "Events that a webhook's receiver took.").value(number(x.delivered));
  out.counter("parley_webhook_failed_total", "Attempts to deliver an event that failed, by reason.");
  for (const auto& [reason, count] : x.failed)
    out.value(number(count), {{"reason", std::string(reason)}});
  out.gauge("parley_webhook_pending", "Events that wait, of the webhooks that this node sends to.")
    .value(number(x.pending));
  out.gauge("parley_webhook_dead", "Events that were given up and are kept, of the same.").value(number(x.dead));
  out.histogram("parley_webhook_seconds", "Duration of an attempt to deliver an event.").value(x.took);
}

} // namespace

std::string write_metrics(const http_context& context, const node_figures& node, const http_figures::counts& http,
                          metrics_format format) {
  exposition out;
  write_process(out, context);
  write_people(out, context, node);
  write_fan_out(out, node.hubs);
  write_stages(out, node);
  write_http(out, http);
  if (context.node.webhooks != nullptr)
    write_webhooks(out, context.node.webhooks->copy());
  if (node.cluster)
    write_cluster(out, *node.cluster);
  return format == metrics_format::openmetrics ? out.openmetrics() : out.text();
}

metrics_format pick_metrics_format(std::string_view accept) {
  const auto wanted = weight_of_type(accept, "application/openmetrics-text").value_or(0);
  return wanted > 0 && wanted >= weight_of_type(accept, "text/plain").value_or(0) ? metrics_format::openmetrics
                                                                                  : metrics_format::text;
}

handled show_metrics(http_context& context, const request& from) {
  auto node = co_await gather_figures(context);
  if (!node)
    co_return tl::unexpected<refusal>(node.error());
  const auto format = pick_metrics_format(from.head->find("Accept").value_or(std::string_view()));
  response out;
  out.content_type = format == metrics_format::openmetrics
                       ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                       : "text/plain; version=0.0.4; charset=utf-8";
  out.body = write_metrics(context, *node, context.node.http->copy(), format);
  out.extra.emplace_back("Vary", "Accept");
  co_return out;
}

} // namespace parley::net
