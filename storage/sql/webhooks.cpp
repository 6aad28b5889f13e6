// Webhooks, and how what waits for them gets on its way.
#include "storage/sql/webhooks.hpp"

#include "protocol/limits.hpp"
#include "protocol/words.hpp"
#include "storage/sql/paging.hpp"

#include <algorithm>

namespace parley::storage::sql {

namespace {

const std::string select_events = "SELECT e.id, e.webhook_id, e.event, e.kind, e.room_id, e.payload, e.state, "
                                  "e.attempts, e.created_at, e.next_at, e.last_error FROM webhook_events e WHERE ";

std::string join_kinds(const std::vector<webhook_kind>& kinds) {
  std::string out;
  for (const auto kind : kinds)
    out.append(out.empty() ? "" : " ").append(name(kind));
  return out;
}

std::string join_rooms(const std::vector<room_id>& rooms) {
  std::string out;
  for (const auto room : rooms)
    out.append(out.empty() ? "" : " ").append(std::to_string(room.value));
  return out;
}

} // namespace

webhook_delivery delivery_row::take() {
  return {.id = delivery_id{id},
          .hook = parley::webhook_id{webhook_id},
          .event = std::move(event),
          .kind = static_cast<webhook_kind>(kind),
          .room = room_id > 0 ? std::optional(parley::room_id{room_id}) : std::nullopt,
          .payload = std::move(payload),
          .state = static_cast<delivery_state>(state),
          .attempts = attempts,
          .created_at = to_time(created_at),
          .next_at = to_time(next_at),
          .last_error = std::move(last_error)};
}

webhook_queries::webhook_queries(connection& link)
  : link_(link), by_id_(link, select_webhooks + " WHERE w.id = :id", {"id"}),
    page_(link, select_webhooks + " ORDER BY w.id" + one_page, {"size", "offset"}),
    count_all_(link, "SELECT COUNT(*) FROM webhooks", {}),
    enabled_(link, select_webhooks + " WHERE w.enabled = 1 ORDER BY w.id", {}),
    claimed_(link, select_webhooks + " WHERE w.enabled = 1 AND w.node_id = :node ORDER BY w.id", {"node"}),
    // PostgreSQL's, where servers serve together.
    unclaimed_(link,
               "SELECT COUNT(*) FROM webhooks w WHERE w.enabled = 1 AND NOT EXISTS (SELECT 1 FROM nodes n WHERE "
               "n.id = w.node_id)",
               {}),
    count_events_(link,
                  "SELECT COUNT(*) FROM (SELECT 1 AS one FROM webhook_events WHERE webhook_id = :hook AND "
                  "state = :state LIMIT :limit) x",
                  {"hook", "state", "limit"}),
    all_events_(link, select_events + "e.webhook_id = :hook ORDER BY e.id" + one_page, {"hook", "size", "offset"}),
    count_all_events_(link, "SELECT COUNT(*) FROM webhook_events WHERE webhook_id = :hook", {"hook"}),
    events_(link, select_events + "e.webhook_id = :hook AND e.state = :state ORDER BY e.id" + one_page,
            {"hook", "state", "size", "offset"}),
    count_state_(link, "SELECT COUNT(*) FROM webhook_events WHERE webhook_id = :hook AND state = :state",
                 {"hook", "state"}),
    event_(link, select_events + "e.webhook_id = :hook AND e.id = :id", {"hook", "id"}),
    // The rooms whose first event failed and waits; an event behind it has no attempt yet. One that is new waits for no
    // clock, which may have been set back.
    due_(link,
         select_events + "e.webhook_id = :hook AND e.state = 0 AND (e.attempts = 0 OR e.next_at <= :now) AND e.room_id "
                         "NOT IN (SELECT b.room_id FROM "
                         "webhook_events b WHERE b.webhook_id = :same_hook AND b.state = 0 AND b.attempts > 0 AND "
                         "b.next_at > :same_now) ORDER BY e.id LIMIT :limit",
         {"hook", "now", "same_hook", "same_now", "limit"}) {}

void webhook_queries::count(webhook& x) {
  constexpr auto most = limits::webhook_pending_max + 1;
  x.pending = count_events_.one(x.id, delivery_state::pending, most).value().value;
  x.dead = count_events_.one(x.id, delivery_state::dead, most).value().value;
}

std::optional<webhook> webhook_queries::find(webhook_id id) {
  auto row = by_id_.one(id);
  if (!row)
    return std::nullopt;
  auto out = row->take();
  count(out);
  return out;
}

page<webhook> webhook_queries::list(page_request at) {
  auto out = read_page<webhook>(link_, count_all_, page_, at);
  std::ranges::for_each(out.items, [this](webhook& x) { count(x); });
  return out;
}

std::vector<webhook> webhook_queries::list_enabled() {
  std::vector<webhook> out;
  enabled_.each([&](webhook_row& row) { out.push_back(row.take()); });
  return out;
}

std::vector<webhook> webhook_queries::list_claimed(std::int64_t node) {
  std::vector<webhook> out;
  claimed_.each([&](webhook_row& row) { out.push_back(row.take()); }, node);
  return out;
}

page<webhook_delivery> webhook_queries::list_deliveries(webhook_id hook, std::optional<delivery_state> state,
                                                        page_request at) {
  return state ? read_page<webhook_delivery>(link_, count_state_, events_, at, hook, *state)
               : read_page<webhook_delivery>(link_, count_all_events_, all_events_, at, hook);
}

std::optional<webhook_delivery> webhook_queries::find_delivery(webhook_id hook, delivery_id id) {
  auto row = event_.one(hook, id);
  return row ? std::optional(row->take()) : std::nullopt;
}

std::vector<webhook_delivery> webhook_queries::find_due(webhook_id hook, timestamp now, std::size_t limit) {
  std::vector<webhook_delivery> out;
  due_.each([&](delivery_row& row) { out.push_back(row.take()); }, hook, now, hook, now, limit);
  return out;
}

webhook_changes::webhook_changes(connection& link, event_book& book)
  : webhook_queries(link), book_(book),
    insert_(link,
            "INSERT INTO webhooks (url, secret, kinds, rooms, enabled, is_configured, created_at) VALUES "
            "(:url, :secret, :kinds, :rooms, :enabled, :is_configured, :created_at) RETURNING id",
            {"url", "secret", "kinds", "rooms", "enabled", "is_configured", "created_at"}),
    update_(link,
            "UPDATE webhooks SET url = :url, secret = :secret, kinds = :kinds, rooms = :rooms, enabled = :enabled, "
            "disabled_because = :disabled_because WHERE id = :id",
            {"url", "secret", "kinds", "rooms", "enabled", "disabled_because", "id"}),
    delete_(link, "DELETE FROM webhooks WHERE id = :id", {"id"}),
    delete_events_(link, "DELETE FROM webhook_events WHERE webhook_id = :id", {"id"}),
    delete_orphans_(link, "DELETE FROM webhook_events WHERE webhook_id NOT IN (SELECT id FROM webhooks)", {}),
    configured_(link, select_webhooks + " WHERE w.is_configured = 1 ORDER BY w.id", {}),
    disable_(link, "UPDATE webhooks SET enabled = 0, disabled_because = :why WHERE id = :id AND enabled = 1",
             {"why", "id"}),
    resend_(link,
            "UPDATE webhook_events SET state = 0, attempts = 0, next_at = :now, last_error = '' "
            "WHERE webhook_id = :hook AND id = :id",
            {"now", "hook", "id"}),
    delivered_(link, "DELETE FROM webhook_events WHERE webhook_id = :hook AND id = :id", {"hook", "id"}),
    failed_(link,
            "UPDATE webhook_events SET attempts = attempts + 1, next_at = :next_at, last_error = :error "
            "WHERE webhook_id = :hook AND id = :id",
            {"next_at", "error", "hook", "id"}),
    given_up_(link,
              "UPDATE webhook_events SET attempts = attempts + 1, state = 1, last_error = :error "
              "WHERE webhook_id = :hook AND id = :id",
              {"error", "hook", "id"}),
    trim_(link,
          "DELETE FROM webhook_events WHERE webhook_id = :hook AND state = 1 AND (created_at < :since OR id <= "
          "(SELECT d.id FROM webhook_events d WHERE d.webhook_id = :same_hook AND d.state = 1 ORDER BY d.id DESC "
          "LIMIT 1 OFFSET :kept))",
          {"hook", "since", "same_hook", "kept"}),
    claim_(link,
           "UPDATE webhooks SET node_id = :node WHERE node_id <> :same_node AND NOT EXISTS "
           "(SELECT 1 FROM nodes n WHERE n.id = webhooks.node_id)",
           {"node", "same_node"}),
    give_up_(link, "UPDATE webhooks SET node_id = 0 WHERE node_id = :node", {"node"}) {}

webhook webhook_changes::insert(const webhook_draft& x, bool is_configured, timestamp now) {
  const auto made =
    insert_.one(x.url, x.secret, join_kinds(x.kinds), join_rooms(x.rooms), x.enabled, is_configured, now);
  book_.forget();
  return find(webhook_id{made.value().value}).value();
}

void webhook_changes::save(const webhook& x) {
  update_.run(x.url, x.secret, join_kinds(x.kinds), join_rooms(x.rooms), x.enabled, x.disabled_because, x.id);
  book_.forget();
}

void webhook_changes::configure(std::span<const webhook_draft> all, timestamp now) {
  std::vector<webhook> known;
  configured_.each([&](webhook_row& row) { known.push_back(row.take()); });
  for (const auto& x : all) {
    const auto found = std::ranges::find(known, x.url, &webhook::url);
    if (found == known.end()) {
      insert(x, true, now);
      continue;
    }
    // Disabled by what happened, it is enabled by the next start: whoever mended the receiver has no other way.
    webhook changed = *found;
    changed.secret = x.secret;
    changed.kinds = x.kinds;
    changed.rooms = x.rooms;
    changed.enabled = x.enabled;
    changed.disabled_because.clear();
    save(changed);
    known.erase(found);
  }
  for (const auto& gone : known)
    delete_.run(gone.id);
  delete_orphans_.run();
  book_.forget();
}

result<webhook> webhook_changes::find_own(webhook_id id) {
  auto known = find(id);
  if (!known)
    return tl::unexpected(error_code::webhook_not_found);
  if (known->is_configured)
    return tl::unexpected(error_code::webhook_configured);
  return std::move(*known);
}

result<webhook> webhook_changes::update(webhook_id id, const webhook_patch& x) {
  auto now = find_own(id);
  if (!now)
    return now;
  now->url = x.url.value_or(now->url);
  now->secret = x.secret.value_or(now->secret);
  now->kinds = x.kinds.value_or(now->kinds);
  now->rooms = x.rooms.value_or(now->rooms);
  if (x.enabled) {
    now->enabled = *x.enabled;
    now->disabled_because.clear();
  }
  save(*now);
  return now;
}

result<void> webhook_changes::remove(webhook_id id) {
  if (const auto known = find_own(id); !known)
    return tl::unexpected(known.error());
  delete_.run(id);
  delete_events_.run(id);
  book_.forget();
  return {};
}

bool webhook_changes::disable(webhook_id id, std::string_view why) {
  book_.forget();
  return disable_.run(why, id) != 0;
}

result<webhook_delivery> webhook_changes::test(webhook_id id, timestamp now) {
  const auto made = book_.add(id, webhook_kind::test, std::nullopt, {}, now, encode_event(webhook_kind::test, now, id));
  if (!made)
    return tl::unexpected(error_code::webhook_not_found);
  return find_delivery(id, *made).value();
}

result<webhook_delivery> webhook_changes::resend(webhook_id hook, delivery_id id, timestamp now) {
  if (resend_.run(now, hook, id) == 0)
    return tl::unexpected(error_code::not_found);
  return find_delivery(hook, id).value();
}

void webhook_changes::settle(webhook_id hook, std::span<const delivery_outcome> outcomes, timestamp now) {
  bool buried = false;
  for (const auto& x : outcomes) {
    switch (x.outcome) {
    case delivery_outcome::how::delivered:
      delivered_.run(hook, x.id);
      break;
    case delivery_outcome::how::failed:
      failed_.run(x.next_at, x.error, hook, x.id);
      break;
    case delivery_outcome::how::given_up:
      given_up_.run(x.error, hook, x.id);
      buried = true;
      break;
    }
  }
  if (buried)
    trim_.run(hook, now - std::chrono::hours(24) * limits::webhook_dead_days, hook, limits::webhook_dead_max);
}

bool webhook_changes::claim(std::int64_t node) {
  return claim_.run(node, node) != 0;
}

void webhook_changes::give_up_claims(std::int64_t node) {
  give_up_.run(node);
}

} // namespace parley::storage::sql
