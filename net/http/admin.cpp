// What an operator sees of a node and does to it. Every route here is for the role admin.
#include "net/http/access.hpp"
#include "net/http/cut_page.hpp"
#include "net/http/figures.hpp"
#include "net/http/handlers.hpp"

#include <algorithm>

namespace parley::net {

namespace {

/// What the threads of this node have, one after the other.
template <class List, class Question>
boost::asio::awaitable<tl::expected<std::vector<typename decltype(List::items)::value_type>, error_code>>
ask_threads(http_context& context, Question question) {
  decltype(List::items) all;
  for (const auto& hub : context.ask.actors().hubs) {
    auto some = co_await context.ask.ask<List>(hub, question);
    if (!some)
      co_return tl::unexpected(some.error());
    for (auto& one : some->items)
      one.node = context.options.node_id;
    std::move(some->items.begin(), some->items.end(), std::back_inserter(all));
  }
  co_return all;
}

/// What all nodes have together; a lone node asks its own threads.
template <class Found, class Here, class Wish, class Question>
boost::asio::awaitable<tl::expected<Found, error_code>> find_all(http_context& context, Wish wish, Question question) {
  if (const auto& cluster = context.ask.actors().cluster) {
    auto found = co_await context.ask.ask<Found>(cluster, std::move(wish));
    co_return found;
  }
  auto here = co_await ask_threads<Here>(context, question);
  if (!here)
    co_return tl::unexpected(here.error());
  Found out;
  out.items = std::move(*here);
  co_return out;
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
  const find_connections everywhere{wish->user, wish->at.offset() + wish->at.size};
  const get_connections here{wish->user};
  auto found = co_await find_all<found_connections, connection_list>(context, everywhere, here);
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  std::ranges::sort(found->items, {}, &connection_view::id);
  auto shown = cut_page(found->items, wish->at);
  shown.total = std::max(shown.total, found->total); // other nodes send no more than the page needs
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
  co_return json(200, encode(shown, found->unanswered));
}

handled close_connection(http_context& context, const request& from) {
  const auto id = path_number(from, "connection_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const dismiss order{connection_id(*id)};
  if (const auto& cluster = context.ask.actors().cluster) {
    const auto was_there = co_await context.ask.ask<bool>(cluster, order);
    if (!was_there)
      co_return tl::unexpected<refusal>(was_there.error());
    if (*was_there)
      co_return no_content();
    co_return tl::unexpected<refusal>(error_code::not_found);
  }
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
  const find_disconnects everywhere{wish->user};
  const get_disconnects here{wish->user};
  auto found = co_await find_all<found_disconnects, disconnect_list>(context, everywhere, here);
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  std::ranges::stable_sort(found->items, std::greater{}, &disconnect_view::at);
  const auto shown = cut_page(found->items, wish->at);
  co_return json(200, encode(shown, found->unanswered));
}

handled drain_node(http_context& context, const request&) {
  context.node.drain();
  co_return json(202, R"({"status":"draining"})");
}

} // namespace parley::net
