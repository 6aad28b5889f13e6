// Webhooks, and the events that wait to be told to them.
#pragma once

#include "protocol/webhook.hpp"
#include "storage/ports/result.hpp"

#include <functional>
#include <span>

namespace parley::storage {

/// What events are made with. Both are called on the writer's thread.
struct event_source {
  std::function<timestamp()> now;
  std::function<std::string()> next_id; ///< `msg_…`, never the same twice
};

/// What became of one attempt to deliver.
struct delivery_outcome {
  enum class how : std::uint8_t { delivered, failed, given_up };

  delivery_id id;
  how outcome = how::delivered;
  timestamp next_at{}; ///< where it failed
  std::string error;   ///< where it is not delivered
};

class webhook_reader {
public:
  virtual ~webhook_reader() = default;

  /// With what waits and what was given up, counted up to `limits::webhook_pending_max` and one more.
  virtual std::optional<webhook> find(webhook_id id) = 0;
  /// By id; counted as well.
  virtual page<webhook> list(page_request at) = 0;
  /// Those that are told now, not counted.
  virtual std::vector<webhook> list_enabled() = 0;
  /// Those of them that the node sends to, where servers serve together.
  virtual std::vector<webhook> list_claimed(std::int64_t node) = 0;
  /// Whether there are enabled ones that no living node sends to. Where servers serve together.
  virtual bool has_unclaimed() = 0;
  /// Oldest first.
  virtual page<webhook_delivery> list_deliveries(webhook_id hook, std::optional<delivery_state> state,
                                                 page_request at) = 0;
  virtual std::optional<webhook_delivery> find_delivery(webhook_id hook, delivery_id id) = 0;
  /// At most `limit` that may be sent, oldest first: of a room whose first one waits for its next attempt, none.
  virtual std::vector<webhook_delivery> find_due(webhook_id hook, timestamp now, std::size_t limit) = 0;
};

class webhook_writer : public virtual webhook_reader {
public:
  /// From now on changes of other tables are events. Without this call nothing is told, as for commands and imports.
  virtual void tell_events(event_source source) = 0;
  /// Another server may have changed the webhooks: they are read before the next event.
  virtual void look_again() = 0;

  virtual webhook create(const webhook_draft& x, timestamp now) = 0;
  /// Makes those of the configuration these, known by their addresses; others of before go, with what waits for them.
  virtual void configure(std::span<const webhook_draft> all, timestamp now) = 0;
  /// `webhook_not_found`; `webhook_configured`.
  virtual result<webhook> update(webhook_id id, const webhook_patch& x) = 0;
  /// The same. What waits for it goes along.
  virtual result<void> remove(webhook_id id) = 0;
  /// It is told no more until an administrator enables it. False where it was disabled or is gone.
  virtual bool disable(webhook_id id, std::string_view why) = 0;

  /// Adds an event for this webhook alone, enabled or not. `webhook_not_found`.
  virtual result<webhook_delivery> test(webhook_id id, timestamp now) = 0;
  /// It waits again as if it were new, and is the first of its room to go if it is the oldest. `not_found`.
  virtual result<webhook_delivery> resend(webhook_id hook, delivery_id id, timestamp now) = 0;
  /// What was delivered goes; of what was given up, the newest `limits::webhook_dead_max` of the last
  /// `limits::webhook_dead_days` stay.
  virtual void settle(webhook_id hook, std::span<const delivery_outcome> outcomes, timestamp now) = 0;

  /// The node sends events of webhooks from now on that no living node sends. True where there were any.
  virtual bool claim(std::int64_t node) = 0;
  /// The node sends none any more.
  virtual void give_up_claims(std::int64_t node) = 0;
};

} // namespace parley::storage
