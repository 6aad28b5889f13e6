// What an operator sees of a node and does to it. Every route here is for the role admin.
#include "net/http/access.hpp"
#include "net/http/figures.hpp"
#include "net/http/handlers.hpp"

#include <algorithm>

namespace parley::net {

namespace {

/// One page of what all threads gave.
template <class T>
page<T> cut_page(const std::vector<T>& all, page_request at) {
  page<T> out{.items = {}, .total = static_cast<std::int64_t>(all.size()), .number = at.number, .size = at.size};
  const auto first = std::min(at.offset(), out.total);
  const auto last = std::min(first + at.size, out.total);
  out.items.assign(all.begin() + first, all.begin() + last);
  return out;
}

/// The page and the filter, or the faults of both.
struct connection_listing {
  page_request at;
  std::optional<user_id> user;
};

tl::expected<connection_listing, refusal> decode_connection_listing(const request& from) {
  connection_listing out;
  std::vector<field_fault> faults;
  gather(decode_page(from.query), out.at, faults);
  gather(decode_user_filter(from.query), out.user, faults);
  if (!faults.empty())
    return tl::unexpected<refusal>(problem(std::move(faults)));
  return out;
}

} // namespace

handled show_overview(http_context& context, const request&) {
  auto node = co_await gather_figures(context);
  if (!node)
    co_return tl::unexpected<refusal>(node.error());
  overview out;
  out.node = context.options.node_id;
  out.version = context.options.version;
  out.uptime_s = std::chrono::floor<std::chrono::seconds>(context.now.steady() - context.node.running_since).count();
  out.connections = context.node.connections();
  out.sockets = context.node.sockets();
  out.users_online = node->users_online;
  out.rooms_active = node->rooms_active;
  out.messages_total = static_cast<std::int64_t>(node->writer.messages);
  out.deliveries_total = static_cast<std::int64_t>(node->hubs.deliveries);
  out.slow_closed_total = static_cast<std::int64_t>(node->hubs.slow_closed);
  out.writer_queued = static_cast<std::int64_t>(node->writer.queued);
  out.commit_p99_ms = node->writer.commit.quantile_s(0.99) * 1000;
  co_return json(200, encode(out));
}

handled list_connections(http_context& context, const request& from) {
  const auto wish = decode_connection_listing(from);
  if (!wish)
    co_return tl::unexpected(wish.error());
  std::vector<connection_view> all;
  const get_connections question{wish->user};
  for (const auto& hub : context.ask.actors().hubs) {
    auto some = co_await context.ask.ask<connection_list>(hub, question);
    if (!some)
      co_return tl::unexpected<refusal>(some.error());
    std::move(some->items.begin(), some->items.end(), std::back_inserter(all));
  }
  std::ranges::sort(all, {}, &connection_view::id);
  auto shown = cut_page(all, wish->at);
  auto name = [&shown](storage::reader& r) -> storage::result<std::monostate> {
    for (auto& one : shown.items)
      if (one.user)
        if (const auto found = r.users().find(one.user->id))
          one.user->username = found->username;
    return std::monostate{};
  };
  const auto named = co_await look_up(context, std::move(name));
  if (!named)
    co_return tl::unexpected(named.error());
  co_return json(200, encode(shown));
}

handled close_connection(http_context& context, const request& from) {
  const auto id = path_number(from, "connection_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const dismiss order{connection_id(*id)};
  for (const auto& hub : context.ask.actors().hubs) {
    const auto was_there = co_await context.ask.ask<bool>(hub, order);
    if (!was_there)
      co_return tl::unexpected<refusal>(was_there.error());
    if (*was_there)
      co_return no_content();
  }
  co_return tl::unexpected<refusal>(error_code::not_found);
}

handled list_disconnects(http_context& context, const request& from) {
  const auto wish = decode_connection_listing(from);
  if (!wish)
    co_return tl::unexpected(wish.error());
  std::vector<disconnect_view> all;
  const get_disconnects question{wish->user};
  for (const auto& hub : context.ask.actors().hubs) {
    auto some = co_await context.ask.ask<disconnect_list>(hub, question);
    if (!some)
      co_return tl::unexpected<refusal>(some.error());
    std::move(some->items.begin(), some->items.end(), std::back_inserter(all));
  }
  std::ranges::stable_sort(all, std::greater{}, &disconnect_view::at);
  const auto shown = cut_page(all, wish->at);
  co_return json(200, encode(shown));
}

handled drain_node(http_context& context, const request&) {
  context.node.drain();
  co_return json(202, R"({"status":"draining"})");
}

} // namespace parley::net
