// The webhooks of a database in memory: there are none, and no actor asks for any.
#pragma once

#include "storage/ports/webhooks.hpp"
#include "tests/support/memory_tables.hpp"

namespace parley::test {

class memory_webhooks final : public storage::webhook_writer {
public:
  std::optional<webhook> find(webhook_id) override { unexpected("a webhook"); }
  page<webhook> list(page_request) override { unexpected("webhooks"); }
  std::vector<webhook> list_enabled() override { unexpected("webhooks"); }
  std::vector<webhook> list_claimed(std::int64_t) override { unexpected("webhooks"); }
  bool has_unclaimed() override { unexpected("webhooks"); }
  page<webhook_delivery> list_deliveries(webhook_id, std::optional<delivery_state>, page_request) override {
    unexpected("deliveries");
  }
  std::optional<webhook_delivery> find_delivery(webhook_id, delivery_id) override { unexpected("a delivery"); }
  std::vector<webhook_delivery> find_due(webhook_id, timestamp, std::size_t) override { unexpected("deliveries"); }
  void tell_events(storage::event_source) override { unexpected("events"); }
  void look_again() override { unexpected("events"); }
  webhook create(const webhook_draft&, timestamp) override { unexpected("a new webhook"); }
  void configure(std::span<const webhook_draft>, timestamp) override { unexpected("webhooks"); }
  storage::result<webhook> update(webhook_id, const webhook_patch&) override { unexpected("a changed webhook"); }
  storage::result<void> remove(webhook_id) override { unexpected("a removed webhook"); }
  bool disable(webhook_id, std::string_view) override { unexpected("a disabled webhook"); }
  storage::result<webhook_delivery> test(webhook_id, timestamp) override { unexpected("a test"); }
  storage::result<webhook_delivery> resend(webhook_id, delivery_id, timestamp) override { unexpected("a delivery"); }
  void settle(webhook_id, std::span<const storage::delivery_outcome>, timestamp) override { unexpected("a delivery"); }
  bool claim(std::int64_t) override { unexpected("a claim"); }
  void give_up_claims(std::int64_t) override { unexpected("a claim"); }
};

} // namespace parley::test
