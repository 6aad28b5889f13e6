// What handlers of rooms share: reading a request, the right to a room, asking storage and rooms, how full rooms are
// now, rate limits as refusals.
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"
#include "storage/ports.hpp"

#include <boost/asio/awaitable.hpp>

#include <type_traits>
#include <utility>
#include <vector>

namespace parley::net {

/// The id in the path's `{name}`, or 422.
template <class Id>
tl::expected<Id, refusal> path_id(const request& from, std::string_view name) {
  return path_number(from, name).map([](std::int64_t number) { return Id(number); });
}

template <class Body>
struct room_wish {
  room_id room;
  Body body;
};

/// The room of the path and the body, or 422.
template <class Decode, class Body = typename std::invoke_result_t<Decode, std::string_view>::value_type>
tl::expected<room_wish<Body>, refusal> read_room_wish(const request& from, Decode decode) {
  const auto room = path_id<room_id>(from, "room_id");
  if (!room)
    return tl::unexpected(room.error());
  auto body = decode(from.body);
  if (!body)
    return tl::unexpected<refusal>(std::move(body.error()));
  return room_wish<Body>{*room, std::move(*body)};
}

/// Takes what was decoded, or adds its faults to those of the rest of the request.
template <class T>
void gather(decoded<T> from, T& out, std::vector<field_fault>& faults) {
  if (from)
    out = std::move(*from);
  else
    faults.insert(faults.end(), from.error().fields.begin(), from.error().fields.end());
}

struct member_path {
  room_id room;
  user_id user;
};

/// `{room_id}` and `{user_id}` of the path, or 422.
tl::expected<member_path, refusal> read_member_path(const request& from);

/// The last parameter with that name; nullopt where there is none.
std::optional<std::string_view> find_parameter(const query_parameters& query, std::string_view name);

/// The user who asks; `invalid_token` where its token outlived it.
storage::result<user> find_caller(storage::reader& from, user_id id);

/// The room and the caller's place in it. `room_not_found`, `invalid_token`, `not_a_member`; with `strangers_too`,
/// `who` may be empty.
storage::result<storage::room_access> find_place(storage::reader& from, room_id room, user_id caller,
                                                 bool strangers_too = false);

/// A message that the caller may see. `message_not_found`, also for what the room's history policy hides; errors of
/// `find_place`.
storage::result<message> find_visible_message(storage::reader& from, message_id id, user_id caller);
/// The same of a message that the caller need not see any more to name it (`knows_message`).
storage::result<message> find_known_message(storage::reader& from, message_id id, user_id caller);

/// What the storage found or did, with both ways to fail as one.
template <class T>
using fetched = tl::expected<T, refusal>;

template <class T>
fetched<T> flatten(tl::expected<storage::result<T>, error_code> outcome) {
  if (!outcome)
    return tl::unexpected<refusal>(outcome.error());
  if (!*outcome)
    return tl::unexpected<refusal>(outcome->error());
  if constexpr (std::is_void_v<T>)
    return {};
  else
    return std::move(**outcome);
}

/// Runs `step(storage::reader&)`, which gives a storage::result.
template <class Step>
auto look_up(http_context& context, Step step)
  -> boost::asio::awaitable<fetched<typename std::invoke_result_t<Step&, storage::reader&>::value_type>> {
  auto outcome = co_await context.ask.read(std::move(step));
  co_return flatten(std::move(outcome));
}

/// Runs `step(storage::writer&)`, which gives a storage::result, in a transaction; ends after the commit.
template <class Step>
auto store(http_context& context, Step step)
  -> boost::asio::awaitable<fetched<typename std::invoke_result_t<Step&, storage::writer&>::value_type>> {
  auto outcome = co_await context.ask.write(std::move(step));
  co_return flatten(std::move(outcome));
}

/// Has the room do something that is answered by nothing: 204.
template <class Order>
boost::asio::awaitable<answer> order_room(http_context& context, room_id room, Order order) {
  auto done = co_await context.ask.ask_room<finished>(room, std::move(order));
  if (!done)
    co_return tl::unexpected<refusal>(done.error());
  co_return no_content();
}

/// Checks `current` against the stored hash of the user and gives that hash. `wrong_password`, `invalid_token`.
boost::asio::awaitable<tl::expected<std::string, error_code>> prove_password(http_context& context, user_id id,
                                                                             std::string current);

/// Who of these users is online, in the order asked.
boost::asio::awaitable<tl::expected<std::vector<bool>, error_code>> ask_online(http_context& context,
                                                                               std::vector<user_id> users);

/// How full each room is now, in the order asked.
boost::asio::awaitable<tl::expected<std::vector<occupancy>, error_code>> ask_occupancy(http_context& context,
                                                                                       std::vector<room_id> rooms);

/// The room as it is shown.
boost::asio::awaitable<tl::expected<room_view, error_code>> view(http_context& context, room value);

/// `rate_limited` where the act is due too early.
tl::expected<void, refusal> take_turn(http_context& context, limited_act act, std::string_view who);

/// The same of a login or a registration, which all nodes of a cluster count together. Where the database does not
/// answer, this node's count decides. `who` has to outlive the answer.
boost::asio::awaitable<tl::expected<void, refusal>> take_common_turn(http_context& context, limited_act act,
                                                                     const std::string& who);

} // namespace parley::net
