#include "net/http/access.hpp"

#include "protocol/policy.hpp"

#include <algorithm>

namespace parley::net {

tl::expected<member_path, refusal> read_member_path(const request& from) {
  const auto room = path_id<room_id>(from, "room_id");
  if (!room)
    return tl::unexpected(room.error());
  const auto user = path_id<user_id>(from, "user_id");
  if (!user)
    return tl::unexpected(user.error());
  return member_path{*room, *user};
}

std::optional<std::string_view> find_parameter(const query_parameters& query, std::string_view name) {
  const auto last = std::find_if(query.rbegin(), query.rend(), [name](const auto& x) { return x.first == name; });
  return last == query.rend() ? std::nullopt : std::optional<std::string_view>(last->second);
}

storage::result<user> find_caller(storage::reader& from, user_id id) {
  auto found = from.users().find(id);
  if (!found)
    return tl::unexpected(error_code::invalid_token);
  return std::move(*found);
}

storage::result<storage::room_access> find_place(storage::reader& from, room_id room, user_id caller,
                                                 bool strangers_too) {
  auto found = from.rooms().find_access(room, caller);
  if (!found)
    return tl::unexpected(error_code::room_not_found);
  if (found->who)
    return std::move(*found);
  if (!from.users().find(caller))
    return tl::unexpected(error_code::invalid_token);
  if (!strangers_too)
    return tl::unexpected(error_code::not_a_member);
  return std::move(*found);
}

namespace {

/// `may(room's access, message)` says whether it is the caller's to have.
template <class May>
storage::result<message> find_message(storage::reader& from, message_id id, user_id caller, May may) {
  auto found = from.messages().find(id);
  if (!found)
    return tl::unexpected(error_code::message_not_found);
  const auto place = find_place(from, found->room, caller);
  if (!place)
    return tl::unexpected(place.error());
  if (!may(*place, *found))
    return tl::unexpected(error_code::message_not_found);
  return std::move(*found);
}

} // namespace

storage::result<message> find_visible_message(storage::reader& from, message_id id, user_id caller) {
  return find_message(from, id, caller, [](const auto& place, const message& x) {
    return visible_messages(place.value.config, *place.who).shows(x.id);
  });
}

storage::result<message> find_known_message(storage::reader& from, message_id id, user_id caller) {
  return find_message(from, id, caller, [](const auto& place, const message& x) {
    return knows_message(place.value.config, *place.who, x.id);
  });
}

boost::asio::awaitable<tl::expected<std::string, error_code>> prove_password(http_context& context, user_id id,
                                                                             std::string current) {
  auto find = [id](storage::reader& reader) { return reader.users().find_credentials(id); };
  auto stored = co_await context.ask.read(std::move(find));
  if (!stored)
    co_return tl::unexpected(stored.error());
  if (!*stored)
    co_return tl::unexpected(error_code::invalid_token);
  auto hash = (*stored)->password_hash;
  auto right = co_await context.ask.check(std::move(current), hash);
  if (!right)
    co_return tl::unexpected(right.error());
  if (!right->right)
    co_return tl::unexpected(error_code::wrong_password);
  co_return hash;
}

boost::asio::awaitable<tl::expected<std::vector<bool>, error_code>> ask_online(http_context& context,
                                                                               std::vector<user_id> users) {
  get_online question{std::move(users)};
  auto online = co_await context.ask.ask<online_flags>(context.ask.actors().directory, std::move(question));
  if (!online)
    co_return tl::unexpected(online.error());
  co_return std::move(online->users);
}

boost::asio::awaitable<tl::expected<std::vector<occupancy>, error_code>> ask_occupancy(http_context& context,
                                                                                       std::vector<room_id> rooms) {
  if (rooms.empty())
    co_return std::vector<occupancy>();
  get_occupancy question{std::move(rooms)};
  auto live = co_await context.ask.ask<occupancies>(context.ask.actors().placement, std::move(question));
  if (!live)
    co_return tl::unexpected(live.error());
  co_return std::move(live->rooms);
}

boost::asio::awaitable<tl::expected<room_view, error_code>> view(http_context& context, room value) {
  std::vector<room_id> ids(1, value.id);
  auto live = co_await ask_occupancy(context, std::move(ids));
  if (!live)
    co_return tl::unexpected(live.error());
  room_view out{.value = std::move(value), .live = live->front()};
  co_return out;
}

namespace {

refusal too_early(std::chrono::milliseconds wait) {
  refusal out(error_code::rate_limited);
  out.retry_after = std::chrono::ceil<std::chrono::seconds>(wait);
  return out;
}

} // namespace

tl::expected<void, refusal> take_turn(http_context& context, limited_act act, std::string_view who) {
  const auto wait = context.limits.take(act, who, context.now.steady());
  if (!wait)
    return {};
  return tl::unexpected(too_early(*wait));
}

boost::asio::awaitable<tl::expected<void, refusal>> take_common_turn(http_context& context, limited_act act,
                                                                     const std::string& who) {
  auto here = take_turn(context, act, who);
  const auto& cluster = context.ask.actors().cluster;
  const auto& rates = context.options.rates;
  if (!here || !cluster || !rates.on)
    co_return here;
  const bool is_login = act == limited_act::login;
  count_attempt question{is_login ? "login" : "registration", counted_as(who),
                         is_login ? rates.logins_per_minute : rates.registrations_per_minute};
  const auto counted = co_await context.ask.ask<counted_attempt>(cluster, std::move(question));
  if (counted && counted->wait)
    co_return tl::unexpected(too_early(*counted->wait));
  co_return tl::expected<void, refusal>();
}

} // namespace parley::net
