// Writes what happens into the outbox of webhooks, in the transaction in which it happens.
#pragma once

#include "protocol/webhook_event.hpp"
#include "storage/ports/webhooks.hpp"
#include "storage/sql/query.hpp"

#include <atomic>
#include <optional>
#include <utility>
#include <vector>

namespace parley::storage::sql {

struct webhook_row {
  integer id = 0;
  std::string url;
  std::string secret;
  std::string kinds;
  std::string rooms;
  integer enabled = 0;
  std::string disabled_because;
  integer is_configured = 0;
  integer created_at = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(id);
    visit(url);
    visit(secret);
    visit(kinds);
    visit(rooms);
    visit(enabled);
    visit(disabled_because);
    visit(is_configured);
    visit(created_at);
  }
  webhook take();
};

inline const std::string select_webhooks = "SELECT w.id, w.url, w.secret, w.kinds, w.rooms, w.enabled, "
                                           "w.disabled_because, w.is_configured, w.created_at FROM webhooks w";

/// Knows the webhooks that are enabled, so that where nobody wants a change nothing is asked and nothing encoded. Of
/// one writer, but for `forget`.
class event_book {
public:
  explicit event_book(connection& link);

  void open(event_source source) { source_ = std::move(source); }

  /// The webhooks may be other ones: they are read before the next event. Any thread.
  void forget() { is_stale_.store(true, std::memory_order_relaxed); }

  /// Nobody wants anything.
  bool is_idle() {
    if (!source_)
      return true;
    if (is_stale_.load(std::memory_order_relaxed))
      refresh();
    return hooks_.empty();
  }

  /// Where some webhook wants it, `encode(at)` makes the payload, once. `about`: the message whose content it has.
  template <class Encode>
  void tell(webhook_kind kind, std::optional<room_id> room, Encode&& encode, message_id about = {}) {
    if (is_idle())
      return;
    std::string payload;
    timestamp at{};
    for (const auto& hook : hooks_) {
      if (!hook.wants(kind, room))
        continue;
      if (payload.empty()) {
        at = source_->now();
        payload = encode(at);
      }
      add(hook.id, kind, room, about, at, payload);
    }
  }

  /// nullopt where the webhook is gone: another server may have removed it.
  std::optional<delivery_id> add(webhook_id hook, webhook_kind kind, std::optional<room_id> room, message_id about,
                                 timestamp at, const std::string& payload);

  /// The message is another one now, or has no content any more: so it is told by what still waits.
  void rewrite(const message& now);
  /// The room is gone: so is what was given up of it.
  void forget_dead(room_id room) { forget_dead_.run(room); }

private:
  struct waiting_row {
    integer id = 0;
    integer kind = 0;
    integer created_at = 0;

    template <class Visit>
    void columns(Visit&& visit) {
      visit(id);
      visit(kind);
      visit(created_at);
    }
  };

  void refresh();

  std::optional<event_source> source_;
  std::atomic<bool> is_stale_{true};
  std::vector<webhook> hooks_; ///< that are enabled
  query<webhook_row> enabled_;
  query<new_id, std::string, integer, integer, integer, std::string, integer, integer, integer> insert_;
  query<waiting_row, integer> about_;
  change<std::string, integer> rewrite_;
  change<integer> forget_dead_;
};

} // namespace parley::storage::sql
