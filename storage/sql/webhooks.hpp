// Tables webhooks and webhook_events.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/event_book.hpp"
#include "storage/sql/query.hpp"

namespace parley::storage::sql {

struct delivery_row {
  integer id = 0;
  integer webhook_id = 0;
  std::string event;
  integer kind = 0;
  integer room_id = 0;
  std::string payload;
  integer state = 0;
  integer attempts = 0;
  integer created_at = 0;
  integer next_at = 0;
  std::string last_error;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(id);
    visit(webhook_id);
    visit(event);
    visit(kind);
    visit(room_id);
    visit(payload);
    visit(state);
    visit(attempts);
    visit(created_at);
    visit(next_at);
    visit(last_error);
  }
  webhook_delivery take();
};

class webhook_queries : public virtual webhook_reader {
public:
  explicit webhook_queries(connection& link);

  std::optional<webhook> find(webhook_id id) override;
  page<webhook> list(page_request at) override;
  std::vector<webhook> list_enabled() override;
  std::vector<webhook> list_claimed(std::int64_t node) override;
  bool has_unclaimed() override { return unclaimed_.one().value().value != 0; }
  page<webhook_delivery> list_deliveries(webhook_id hook, std::optional<delivery_state> state,
                                         page_request at) override;
  std::optional<webhook_delivery> find_delivery(webhook_id hook, delivery_id id) override;
  std::vector<webhook_delivery> find_due(webhook_id hook, timestamp now, std::size_t limit) override;

private:
  void count(webhook& x);

  connection& link_;
  query<webhook_row, integer> by_id_;
  query<webhook_row, integer, integer> page_;
  query<scalar<integer>> count_all_;
  query<webhook_row> enabled_;
  query<webhook_row, integer> claimed_;
  query<scalar<integer>> unclaimed_;
  query<scalar<integer>, integer, integer, integer> count_events_;
  query<delivery_row, integer, integer, integer> all_events_;
  query<scalar<integer>, integer> count_all_events_;
  query<delivery_row, integer, integer, integer, integer> events_;
  query<scalar<integer>, integer, integer> count_state_;
  query<delivery_row, integer, integer> event_;
  query<delivery_row, integer, integer, integer, integer, integer> due_;
};

class webhook_changes final : public webhook_queries, public webhook_writer {
public:
  webhook_changes(connection& link, event_book& book);

  void tell_events(event_source source) override { book_.open(std::move(source)); }
  void look_again() override { book_.forget(); }
  webhook create(const webhook_draft& x, timestamp now) override { return insert(x, false, now); }
  void configure(std::span<const webhook_draft> all, timestamp now) override;
  result<webhook> update(webhook_id id, const webhook_patch& x) override;
  result<void> remove(webhook_id id) override;
  bool disable(webhook_id id, std::string_view why) override;
  result<webhook_delivery> test(webhook_id id, timestamp now) override;
  result<webhook_delivery> resend(webhook_id hook, delivery_id id, timestamp now) override;
  void settle(webhook_id hook, std::span<const delivery_outcome> outcomes, timestamp now) override;
  bool claim(std::int64_t node) override;
  void give_up_claims(std::int64_t node) override;

private:
  webhook insert(const webhook_draft& x, bool is_configured, timestamp now);
  void save(const webhook& x);
  result<webhook> find_own(webhook_id id);

  event_book& book_;
  query<new_id, std::string, std::string, std::string, std::string, integer, integer, integer> insert_;
  change<std::string, std::string, std::string, std::string, integer, std::string, integer> update_;
  change<integer> delete_;
  change<integer> delete_events_;
  change<> delete_orphans_;
  query<webhook_row> configured_;
  change<std::string, integer> disable_;
  change<integer, integer, integer> resend_;
  change<integer, integer> delivered_;
  change<integer, std::string, integer, integer> failed_;
  change<std::string, integer, integer> given_up_;
  change<integer, integer, integer, integer> trim_;
  change<integer, integer> claim_;
  change<integer> give_up_;
};

} // namespace parley::storage::sql
