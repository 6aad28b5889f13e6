// Rooms: making, listing, showing; changes go through the room's actor, which tells the room of them.
#include "net/http/access.hpp"
#include "net/http/handlers.hpp"

#include <algorithm>

namespace parley::net {

namespace {

struct room_listing {
  storage::room_scope scope = storage::room_scope::mine;
  std::string search;
  page_request at;
};

tl::expected<room_listing, refusal> decode_room_listing(const query_parameters& query) {
  room_listing out;
  std::vector<field_fault> faults;
  gather(decode_page(query), out.at, faults);
  gather(decode_search(query), out.search, faults);
  const auto scope = find_parameter(query, "scope").value_or("mine");
  if (scope == "public")
    out.scope = storage::room_scope::listed;
  else if (scope != "mine")
    faults.push_back({"scope", fault::not_a_choice});
  if (!faults.empty())
    return tl::unexpected<refusal>(problem(std::move(faults)));
  return out;
}

struct stored_details {
  room value;
  user_brief owner;
  std::vector<member_view> members;
};

storage::result<stored_details> find_details(storage::reader& from, room_id id, user_id caller) {
  auto place = find_place(from, id, caller);
  if (!place)
    return tl::unexpected(place.error());
  stored_details out{.value = std::move(place->value), .owner = {}, .members = from.members().list(id)};
  const auto owner = std::ranges::find(out.members, out.value.owner, [](const member_view& x) { return x.user.id; });
  if (owner != out.members.end())
    out.owner = owner->user;
  return out;
}

} // namespace

handled create_room(http_context& context, const request& from) {
  auto wish = decode_new_room(from.body, context.options.texts);
  if (!wish)
    co_return tl::unexpected<refusal>(std::move(wish.error()));
  auto create = [id = from.caller.user, now = context.now(),
                 wish = std::move(*wish)](storage::writer& writer) -> storage::result<room> {
    if (auto caller = find_caller(writer, id); !caller)
      return tl::unexpected(caller.error());
    return writer.rooms().create(id, wish, now);
  };
  auto created = co_await store(context, std::move(create));
  if (!created)
    co_return tl::unexpected(std::move(created.error()));
  const room_view fresh{.value = std::move(*created), .live = {}};
  co_return json(201, encode(fresh));
}

handled list_rooms(http_context& context, const request& from) {
  auto wish = decode_room_listing(from.query);
  if (!wish)
    co_return tl::unexpected(std::move(wish.error()));
  auto find = [id = from.caller.user, wish = std::move(*wish)](storage::reader& reader) -> storage::result<page<room>> {
    if (auto caller = find_caller(reader, id); !caller)
      return tl::unexpected(caller.error());
    return reader.rooms().list(id, wish.scope, wish.search, wish.at);
  };
  auto rooms = co_await look_up(context, std::move(find));
  if (!rooms)
    co_return tl::unexpected(std::move(rooms.error()));
  std::vector<room_id> ids;
  for (const auto& x : rooms->items)
    ids.push_back(x.id);
  auto live = co_await ask_occupancy(context, std::move(ids));
  if (!live)
    co_return tl::unexpected<refusal>(live.error());
  page<room_view> out{.items = {}, .total = rooms->total, .number = rooms->number, .size = rooms->size};
  for (std::size_t i = 0; i < rooms->items.size(); ++i)
    out.items.push_back({.value = std::move(rooms->items[i]), .live = live->at(i)});
  co_return json(200, encode(out));
}

handled show_room(http_context& context, const request& from) {
  const auto id = path_id<room_id>(from, "room_id");
  if (!id)
    co_return tl::unexpected(id.error());
  auto find = [id = *id, caller = from.caller.user](storage::reader& reader) -> storage::result<room> {
    auto place = find_place(reader, id, caller, true);
    if (!place)
      return tl::unexpected(place.error());
    if (!place->who && !place->value.config.is_public)
      return tl::unexpected(error_code::not_a_member);
    return std::move(place->value);
  };
  auto stored = co_await look_up(context, std::move(find));
  if (!stored)
    co_return tl::unexpected(std::move(stored.error()));
  auto shown = co_await view(context, std::move(*stored));
  if (!shown)
    co_return tl::unexpected<refusal>(shown.error());
  co_return json(200, encode(*shown));
}

handled show_room_details(http_context& context, const request& from) {
  const auto id = path_id<room_id>(from, "room_id");
  if (!id)
    co_return tl::unexpected(id.error());
  auto find = [id = *id, caller = from.caller.user](storage::reader& reader) {
    return find_details(reader, id, caller);
  };
  auto stored = co_await look_up(context, std::move(find));
  if (!stored)
    co_return tl::unexpected(std::move(stored.error()));
  std::vector<user_id> users;
  for (const auto& member : stored->members)
    users.push_back(member.user.id);
  auto online = co_await ask_online(context, std::move(users));
  if (!online)
    co_return tl::unexpected<refusal>(online.error());
  for (std::size_t i = 0; i < stored->members.size(); ++i)
    stored->members[i].online = online->at(i);
  auto shown = co_await view(context, std::move(stored->value));
  if (!shown)
    co_return tl::unexpected<refusal>(shown.error());
  const room_details out{
    .room = std::move(*shown), .owner = std::move(stored->owner), .members = std::move(stored->members)};
  co_return json(200, encode(out));
}

handled change_room(http_context& context, const request& from) {
  auto wish =
    read_room_wish(from, [&](std::string_view body) { return decode_room_patch(body, context.options.texts); });
  if (!wish)
    co_return tl::unexpected(std::move(wish.error()));
  parley::change_room order{.by = from.caller.user, .patch = std::move(wish->body)};
  co_return co_await order_room<room_view>(context, wish->room, std::move(order));
}

handled change_room_config(http_context& context, const request& from) {
  const auto wish = read_room_wish(from, decode_config_patch);
  if (!wish)
    co_return tl::unexpected(wish.error());
  const change_config order{.by = from.caller.user, .patch = wish->body};
  co_return co_await order_room<room_view>(context, wish->room, order);
}

handled transfer_room(http_context& context, const request& from) {
  const auto wish = read_room_wish(from, decode_user_reference);
  if (!wish)
    co_return tl::unexpected(wish.error());
  const parley::transfer_room order{.by = from.caller.user, .target = wish->body.user};
  co_return co_await order_room<room_view>(context, wish->room, order);
}

handled delete_room(http_context& context, const request& from) {
  const auto id = path_id<room_id>(from, "room_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const dissolve_room order{.by = from.caller.user};
  co_return co_await order_room<finished>(context, *id, order);
}

} // namespace parley::net
