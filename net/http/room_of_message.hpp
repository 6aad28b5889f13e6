// Orders that name a message: they go to the actor of the room in which it is.
#pragma once

#include "net/http/access.hpp"

#include <boost/asio/awaitable.hpp>

#include <utility>

namespace parley::net {

/// Sends `order`, which has members `by` and `id`, to the room of its message. Errors of `find_known_message`, and
/// what the room says.
template <class Out, class Order>
boost::asio::awaitable<tl::expected<Out, error_code>> ask_room_of(http_context& context, Order order) {
  auto find = [id = order.id, by = order.by](storage::reader& reader) { return find_known_message(reader, id, by); };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected(found.error());
  if (!*found)
    co_return tl::unexpected(found->error());
  auto answered = co_await context.ask.ask_room<Out>((*found)->room, std::move(order));
  co_return answered;
}

} // namespace parley::net
