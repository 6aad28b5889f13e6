#include "app/webhook_setup.hpp"

#include "auth/password.hpp"
#include "protocol/whole_number.hpp"
#include "protocol/words.hpp"

#include <utility>
#include <vector>

namespace parley::app {

namespace {

constexpr std::size_t event_id_bytes = 18; ///< of randomness

std::vector<webhook_draft> drafts_of(const config::webhook_settings& s) {
  std::vector<webhook_draft> out;
  for (const auto& url : s.url) {
    auto& x = out.emplace_back();
    x.url = url;
    x.secret = s.secret;
    for (const auto& word : s.events)
      if (const auto kind = parse_word<webhook_kind>(word))
        x.kinds.push_back(*kind);
    for (const auto& text : s.rooms)
      if (const auto number = whole_number<std::int64_t>(text))
        x.rooms.emplace_back(*number);
  }
  return out;
}

} // namespace

void set_up_webhooks(storage::writer& store, const config::webhook_settings& s, const time_source& now,
                     std::function<void()> told) {
  store.begin();
  store.webhooks().configure(drafts_of(s), now());
  store.commit();
  auto next_id = [told = std::move(told)] {
    told();
    return "msg_" + auth::random_token(event_id_bytes);
  };
  store.webhooks().tell_events({.now = now, .next_id = std::move(next_id)});
}

courier_options courier_options_of(const config::webhook_settings& s, std::int64_t node,
                                   std::function<bool()> suspended) {
  return {.schedule = {.first_pause = std::chrono::milliseconds(s.retry_ms),
                       .give_up_after = std::chrono::seconds(s.give_up_seconds)},
          .rules = {.allowed = ip_list(s.allow_addresses), .patience = std::chrono::milliseconds(5000)},
          .node = node,
          .suspended = std::move(suspended)};
}

} // namespace parley::app
