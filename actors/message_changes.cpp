#include "actors/message_changes.hpp"

#include "protocol/policy.hpp"

#include <utility>

namespace parley {

namespace {

struct shown {
  membership to;
  message value;
};

/// The message and the place of who names it.
storage::result<shown> find_shown(storage::reader& in, room_id room, message_id id, user_id by) {
  auto place = in.rooms().find_access(room, by);
  if (!place)
    return tl::unexpected(error_code::room_not_found);
  if (!place->who)
    return tl::unexpected(error_code::not_a_member);
  auto found = in.messages().find(id);
  if (!found || found->room != room || !knows_message(place->value.config, *place->who, id))
    return tl::unexpected(error_code::message_not_found);
  return shown{std::move(*place->who), std::move(*found)};
}

error_code may_delete(storage::reader& in, const membership& who, const message& what) {
  if (what.sender == who.user)
    return error_code::none;
  membership author;
  author.user = what.sender;
  if (auto place = in.rooms().find_access(what.room, what.sender); place && place->who)
    author = std::move(*place->who);
  return may_remove(who, author);
}

storage::result<removed_message> remove_stored(storage::writer& in, room_id room, message_id id) {
  auto files = in.files().list_names(room, id);
  auto removed = in.messages().remove(id);
  if (!removed)
    return tl::unexpected(removed.error());
  return removed_message{std::move(*removed), std::move(files)};
}

} // namespace

storage::result<message> carry_out(storage::writer& in, room_id room, const edit_message& order, timestamp now,
                                   timestamp mute_clock) {
  auto found = find_shown(in, room, order.id, order.by);
  if (!found)
    return tl::unexpected(found.error());
  if (found->value.sender != order.by)
    return tl::unexpected(error_code::sender_only);
  if (auto verdict = may_post(found->to, message_type::text, mute_clock); verdict != error_code::none)
    return tl::unexpected(verdict);
  return in.messages().edit(order.id, order.content, now);
}

storage::result<std::optional<removed_message>> carry_out(storage::writer& in, room_id room,
                                                          const delete_message& order) {
  if (!order.by) {
    const auto known = in.messages().find(order.id);
    if (!known || known->room != room)
      return tl::unexpected(error_code::message_not_found);
    if (known->deleted)
      return std::nullopt;
    return remove_stored(in, room, order.id);
  }
  auto found = find_shown(in, room, order.id, order.by);
  if (!found)
    return tl::unexpected(found.error());
  if (auto verdict = may_delete(in, found->to, found->value); verdict != error_code::none)
    return tl::unexpected(verdict);
  if (found->value.deleted)
    return std::nullopt;
  return remove_stored(in, room, order.id);
}

storage::result<marked> carry_out(storage::writer& in, room_id room, const mark_read& order) {
  if (auto found = find_shown(in, room, order.id, order.by); !found)
    return tl::unexpected(found.error());
  auto before = in.read_marks().raise(room, order.by, message_id{}); // never down: this asks where it stands
  auto after = in.read_marks().raise(room, order.by, order.id);
  return marked{after, after.last_read != before.last_read};
}

} // namespace parley
