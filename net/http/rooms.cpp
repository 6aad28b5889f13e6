// Rooms: making, listing, showing; changes go through the room's actor, which tells the room of them.
#include "net/http/handlers.hpp"
#include "net/http/room_shown.hpp"

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

struct found_room {
  stored_room shown;
  std::optional<std::optional<message>> last_message = {}; ///< as `seen_room` has it
};

storage::result<page<found_room>> find_own_rooms(storage::reader& from, user_id caller, const room_listing& wish,
                                                 timestamp now) {
  auto rooms = from.profiles().list_rooms(caller, wish.search, wish.at);
  if (rooms.items.empty()) // who has a room is there
    if (auto known = find_caller(from, caller); !known)
      return tl::unexpected(known.error());
  page<found_room> out{.items = {}, .total = rooms.total, .number = rooms.number, .size = rooms.size};
  out.items.reserve(rooms.items.size());
  for (auto& x : rooms.items)
    out.items.push_back({describe(from, std::move(x.place), caller, now), std::move(x.last_message)});
  return out;
}

storage::result<page<found_room>> find_public_rooms(storage::reader& from, user_id caller, const room_listing& wish,
                                                    timestamp now) {
  if (auto known = find_caller(from, caller); !known)
    return tl::unexpected(known.error());
  const auto rooms = from.rooms().list(caller, storage::room_scope::listed, wish.search, wish.at);
  page<found_room> out{.items = {}, .total = rooms.total, .number = rooms.number, .size = rooms.size};
  for (const auto& x : rooms.items)
    if (auto shown = find_stored_room(from, x.id, caller, now)) // it may be dissolved since
      out.items.push_back({std::move(*shown)});
  return out;
}

/// A page of rooms as they are stored. Of the caller's own, with the last message of each that it may see.
storage::result<page<found_room>> find_rooms(storage::reader& from, user_id caller, const room_listing& wish,
                                             timestamp now) {
  return wish.scope == storage::room_scope::mine ? find_own_rooms(from, caller, wish, now)
                                                 : find_public_rooms(from, caller, wish, now);
}

struct stored_details {
  stored_room shown;
  user_brief owner;
  std::vector<member_view> members;
};

storage::result<stored_details> find_details(storage::reader& from, room_id id, user_id caller, timestamp now) {
  auto shown = find_stored_room(from, id, caller, now);
  if (!shown)
    return tl::unexpected(shown.error());
  if (!shown->me.role)
    return tl::unexpected(error_code::not_a_member);
  stored_details out{.shown = std::move(*shown), .owner = {}, .members = from.members().list(id)};
  const auto owner =
    std::ranges::find(out.members, out.shown.value.owner, [](const member_view& x) { return x.user.id; });
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
  co_return co_await show_again(context, created->id, from.caller.user, 201);
}

handled list_rooms(http_context& context, const request& from) {
  auto wish = decode_room_listing(from.query);
  if (!wish)
    co_return tl::unexpected(std::move(wish.error()));
  auto find = [caller = from.caller.user, wish = std::move(*wish), now = context.now()](storage::reader& reader) {
    return find_rooms(reader, caller, wish, now);
  };
  auto rooms = co_await look_up(context, std::move(find));
  if (!rooms)
    co_return tl::unexpected(std::move(rooms.error()));
  std::vector<room_id> ids;
  ids.reserve(rooms->items.size());
  for (const auto& x : rooms->items)
    ids.push_back(x.shown.value.id);
  auto live = co_await ask_occupancy(context, std::move(ids));
  if (!live)
    co_return tl::unexpected<refusal>(live.error());
  page<seen_room> out{.items = {}, .total = rooms->total, .number = rooms->number, .size = rooms->size};
  out.items.reserve(rooms->items.size());
  for (std::size_t i = 0; i < rooms->items.size(); ++i) {
    auto& x = rooms->items[i];
    out.items.push_back({.room = {.value = std::move(x.shown.value), .live = live->at(i)},
                         .me = std::move(x.shown.me),
                         .last_message = std::move(x.last_message)});
  }
  co_return json(200, encode(out));
}

handled show_room(http_context& context, const request& from) {
  const auto id = path_id<room_id>(from, "room_id");
  if (!id)
    co_return tl::unexpected(id.error());
  auto find = [id = *id, caller = from.caller.user,
               now = context.now()](storage::reader& reader) -> storage::result<stored_room> {
    auto found = find_stored_room(reader, id, caller, now);
    if (found && !found->me.role && !found->value.config.is_public)
      return tl::unexpected(error_code::not_a_member);
    return found;
  };
  auto stored = co_await look_up(context, std::move(find));
  if (!stored)
    co_return tl::unexpected(std::move(stored.error()));
  co_return co_await show(context, std::move(*stored), 200);
}

handled show_room_details(http_context& context, const request& from) {
  const auto id = path_id<room_id>(from, "room_id");
  if (!id)
    co_return tl::unexpected(id.error());
  auto find = [id = *id, caller = from.caller.user, now = context.now()](storage::reader& reader) {
    return find_details(reader, id, caller, now);
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
  auto shown = co_await view(context, std::move(stored->shown.value));
  if (!shown)
    co_return tl::unexpected<refusal>(shown.error());
  const room_details out{.room = std::move(*shown),
                         .me = std::move(stored->shown.me),
                         .owner = std::move(stored->owner),
                         .members = std::move(stored->members)};
  co_return json(200, encode(out));
}

handled change_room(http_context& context, const request& from) {
  auto wish =
    read_room_wish(from, [&](std::string_view body) { return decode_room_patch(body, context.options.texts); });
  if (!wish)
    co_return tl::unexpected(std::move(wish.error()));
  parley::change_room order{.by = from.caller.user, .patch = std::move(wish->body)};
  co_return co_await change_shown(context, wish->room, from.caller.user, std::move(order));
}

handled change_room_config(http_context& context, const request& from) {
  const auto wish = read_room_wish(from, decode_config_patch);
  if (!wish)
    co_return tl::unexpected(wish.error());
  const change_config order{.by = from.caller.user, .patch = wish->body};
  co_return co_await change_shown(context, wish->room, from.caller.user, order);
}

handled transfer_room(http_context& context, const request& from) {
  const auto wish = read_room_wish(from, decode_user_reference);
  if (!wish)
    co_return tl::unexpected(wish.error());
  const parley::transfer_room order{.by = from.caller.user, .target = wish->body.user};
  co_return co_await change_shown(context, wish->room, from.caller.user, order);
}

handled delete_room(http_context& context, const request& from) {
  const auto id = path_id<room_id>(from, "room_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const dissolve_room order{.by = from.caller.user};
  co_return co_await order_room(context, *id, order);
}

} // namespace parley::net
