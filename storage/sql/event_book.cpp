#include "storage/sql/event_book.hpp"

#include "protocol/whole_number.hpp"
#include "protocol/words.hpp"

#include <string_view>

namespace parley::storage::sql {

namespace {

/// In the column `room_id`: of no room, and of a test, which waits for no other event.
constexpr integer no_room = 0;
constexpr integer test_lane = -1;

template <class Use>
void each_word(std::string_view words, Use use) {
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    use(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

} // namespace

webhook webhook_row::take() {
  webhook out;
  out.id = webhook_id{id};
  out.url = std::move(url);
  out.secret = std::move(secret);
  out.enabled = enabled != 0;
  out.disabled_because = std::move(disabled_because);
  out.is_configured = is_configured != 0;
  out.created_at = to_time(created_at);
  each_word(kinds, [&](std::string_view word) {
    if (const auto kind = parse_word<webhook_kind>(word)) // a later release may know more of them
      out.kinds.push_back(*kind);
  });
  each_word(rooms, [&](std::string_view word) {
    if (const auto number = whole_number<integer>(word))
      out.rooms.emplace_back(*number);
  });
  return out;
}

event_book::event_book(connection& link)
  : enabled_(link, select_webhooks + " WHERE w.enabled = 1 ORDER BY w.id", {}),
    insert_(link,
            "INSERT INTO webhook_events (webhook_id, event, kind, room_id, message_id, payload, created_at, next_at) "
            "SELECT w.id, :event, :kind, :room, :message, :payload, :created_at, :next_at FROM webhooks w "
            "WHERE w.id = :hook RETURNING id",
            {"event", "kind", "room", "message", "payload", "created_at", "next_at", "hook"}),
    about_(link, "SELECT id, kind, created_at FROM webhook_events WHERE message_id = :message AND message_id > 0",
           {"message"}),
    rewrite_(link, "UPDATE webhook_events SET payload = :payload WHERE id = :id", {"payload", "id"}),
    forget_dead_(link, "DELETE FROM webhook_events WHERE state = 1 AND room_id = :room", {"room"}) {}

std::optional<delivery_id> event_book::add(webhook_id hook, webhook_kind kind, std::optional<room_id> room,
                                           message_id about, timestamp at, const std::string& payload) {
  const auto lane = room ? room->value : kind == webhook_kind::test ? test_lane : no_room;
  const auto made = insert_.one(source_.value().next_id(), kind, lane, about, payload, at, at, hook);
  return made ? std::optional(delivery_id{made->value}) : std::nullopt;
}

void event_book::rewrite(const message& now) {
  std::vector<waiting_row> waiting;
  about_.each([&](const waiting_row& row) { waiting.push_back(row); }, now.id);
  for (const auto& row : waiting)
    rewrite_.run(encode_event(static_cast<webhook_kind>(row.kind), to_time(row.created_at), now), row.id);
}

void event_book::refresh() {
  is_stale_.store(false, std::memory_order_relaxed); // first: who calls `forget` from here on is heard
  std::vector<webhook> found;
  try {
    enabled_.each([&](webhook_row& row) { found.push_back(row.take()); });
  } catch (...) {
    forget();
    throw;
  }
  hooks_ = std::move(found);
}

} // namespace parley::storage::sql
