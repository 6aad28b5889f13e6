#include "app/webhook_courier.hpp"

#include "auth/webhook_signature.hpp"
#include "protocol/limits.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <caf/scoped_actor.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <optional>

namespace parley::app {

namespace {

/// What is not told to the courier is found by looking: the end of a pause, events that another node has made, webhooks
/// that it has changed.
constexpr std::chrono::milliseconds look_pause{500};

/// From `wake` to the look, for the commit that follows it.
constexpr std::chrono::milliseconds commit_pause{10};

/// How long it is looked so often after `wake`, for a commit that takes longer.
constexpr std::chrono::milliseconds eager{300};

constexpr std::chrono::seconds count_pause{5};
constexpr std::chrono::seconds write_patience{4};
constexpr std::size_t due_limit = 256;
constexpr int status_gone = 410;

std::string_view reason_of(const post_outcome& x) {
  switch (x.step) {
  case post_step::resolve:
    return "resolve";
  case post_step::refuse:
    return "refused_address";
  case post_step::connect:
    return "connect";
  case post_step::handshake:
    return "tls";
  case post_step::exchange:
    return "exchange";
  case post_step::answered:
    break;
  }
  if (x.status >= 200 && x.status < 300)
    return {};
  return x.status >= 300 && x.status < 400 ? "redirect" : "status";
}

std::string text_of(const post_outcome& x) {
  if (x.step != post_step::answered)
    return x.why;
  return "it answers " + std::to_string(x.status) +
         (x.status >= 300 && x.status < 400 ? ", and no redirection is followed" : "");
}

/// Events of no room wait for one another as well; a test waits for none.
std::int64_t lane_of(const webhook_delivery& x) {
  return x.room ? x.room->value : x.kind == webhook_kind::test ? -1 : 0;
}

} // namespace

webhook_courier::webhook_courier(caf::actor_system& system, db_writer_actor writer,
                                 std::unique_ptr<storage::reader> reader, time_source now, courier_options options,
                                 net::webhook_figures& figures)
  : system_(system), writer_(std::move(writer)), reader_(std::move(reader)), now_(std::move(now)),
    options_(std::move(options)), figures_(figures) {
  trust_.set_default_verify_paths();
  thread_ = std::jthread([this](const std::stop_token& until) { run(until); });
}

webhook_courier::~webhook_courier() {
  thread_.request_stop();
  loop_.stop();
  thread_.join();
}

void webhook_courier::wake() {
  if (!is_woken_.exchange(true))
    boost::asio::post(loop_, [] {});
}

void webhook_courier::run(const std::stop_token& until) {
  auto eager_until = steady::now();
  while (!until.stop_requested()) {
    if (is_woken_.exchange(false)) {
      eager_until = steady::now() + eager;
      next_look_ = std::min(next_look_, steady::now() + commit_pause);
    }
    try {
      round();
      fault_.clear();
    } catch (const std::exception& reason) {
      if (fault_ != reason.what())
        spdlog::error("webhooks: {}", reason.what());
      fault_ = reason.what();
      next_look_ = steady::now() + look_pause;
    }
    if (steady::now() < eager_until)
      next_look_ = std::min(next_look_, steady::now() + commit_pause);
    loop_.run_one_until(next_look_);
    loop_.poll();
  }
  if (options_.node != 0) // whoever goes on does not have to find out that this node is gone
    write([node = options_.node](storage::writer& w) { w.webhooks().give_up_claims(node); });
}

void webhook_courier::round() {
  const bool is_stored = store_ended();
  const auto now = steady::now();
  if (now >= next_hooks_)
    look_at_hooks();
  if (now >= next_count_)
    count_waiting();
  if (now < next_look_ && !is_stored)
    return;
  next_look_ = now + look_pause;
  if (options_.suspended())
    return;
  for (const auto& hook : hooks_)
    begin_lanes(hook);
}

void webhook_courier::look_at_hooks() {
  auto& table = reader_->webhooks();
  auto enabled = table.list_enabled();
  if (options_.node != 0) {
    // By the writer, whose transaction a fence ends: a node that lost its place claims nothing.
    if (table.has_unclaimed())
      write([node = options_.node](storage::writer& w) { w.webhooks().claim(node); });
    // Another node may have changed them, of which this one's writer knows nothing.
    if (enabled != enabled_ && write([](storage::writer& w) { w.webhooks().look_again(); }))
      enabled_ = std::move(enabled);
    enabled = table.list_claimed(options_.node);
  }
  hooks_ = std::move(enabled);
  next_hooks_ = steady::now() + look_pause;
}

void webhook_courier::count_waiting() {
  std::int64_t pending = 0;
  std::int64_t dead = 0;
  for (const auto& hook : hooks_) {
    const auto counted = reader_->webhooks().find(hook.id);
    if (!counted)
      continue;
    pending += counted->pending;
    dead += counted->dead;
    if (counted->pending <= limits::webhook_pending_max)
      continue;
    const auto why = "more than " + std::to_string(limits::webhook_pending_max) + " events waited";
    write([id = hook.id, why](storage::writer& w) { w.webhooks().disable(id, why); });
    spdlog::error("webhook {} is disabled: {}", hook.id.value, why);
    next_hooks_ = {};
  }
  figures_.set_waiting(pending, dead);
  next_count_ = steady::now() + count_pause;
}

bool webhook_courier::store_ended() {
  if (ended_.empty())
    return false;
  const bool is_stored = write([ended = ended_, at = now_()](storage::writer& w) {
    for (const auto& x : ended) {
      w.webhooks().settle(x.key.first, x.outcomes, at);
      if (x.is_gone)
        w.webhooks().disable(x.key.first, "it answered 410 Gone");
    }
  });
  if (!is_stored)
    return false;
  for (const auto& x : ended_) {
    busy_.erase(x.key);
    if (x.is_gone) {
      spdlog::warn("webhook {} is disabled: it answered 410 Gone", x.key.first.value);
      next_hooks_ = {};
    }
  }
  ended_.clear();
  return true;
}

std::size_t webhook_courier::lanes_of(webhook_id hook) const {
  return static_cast<std::size_t>(std::ranges::count(busy_, hook, &lane::first));
}

void webhook_courier::begin_lanes(const webhook& hook) {
  auto places =
    std::min(lanes_a_hook - std::min(lanes_a_hook, lanes_of(hook.id)), lanes_max - std::min(lanes_max, busy_.size()));
  if (places == 0)
    return;
  std::map<std::int64_t, std::vector<webhook_delivery>> lanes;
  for (auto& event : reader_->webhooks().find_due(hook.id, now_(), due_limit)) {
    const auto number = lane_of(event);
    if (busy_.contains({hook.id, number}) || (lanes.size() == places && !lanes.contains(number)))
      continue;
    auto& events = lanes[number];
    if (events.size() < lane_length)
      events.push_back(std::move(event));
  }
  for (auto& [number, events] : lanes) {
    busy_.emplace(hook.id, number);
    boost::asio::co_spawn(loop_, send_lane(hook, std::move(events)), boost::asio::detached);
  }
}

boost::asio::awaitable<void> webhook_courier::send_lane(webhook hook, std::vector<webhook_delivery> events) {
  using how = storage::delivery_outcome::how;
  ended_lane out{.key = {hook.id, lane_of(events.front())}, .outcomes = {}, .is_gone = false};
  for (const auto& event : events) {
    if (options_.suspended())
      break;
    auto sent = send(hook, event, out.is_gone);
    const auto error = co_await std::move(sent);
    if (error.empty()) {
      out.outcomes.push_back({.id = event.id, .outcome = how::delivered, .next_at = {}, .error = {}});
      continue;
    }
    const auto now = now_();
    const auto next = options_.schedule.next(event.created_at, event.attempts, now);
    out.outcomes.push_back(
      {.id = event.id, .outcome = next ? how::failed : how::given_up, .next_at = next.value_or(now), .error = error});
    if (next)
      break;
  }
  ended_.push_back(std::move(out));
}

/// Empty where it was delivered, else why not.
boost::asio::awaitable<std::string> webhook_courier::send(const webhook& hook, const webhook_delivery& event,
                                                          bool& is_gone) {
  const auto begun = steady::now();
  const auto place = parse_webhook_url(hook.url);
  const auto key = webhook_key(hook.secret);
  if (!place || !key) // a later release may have stored what this one does not know
    co_return "the webhook's address or secret cannot be read";
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now_()).time_since_epoch().count();
  post_request what{.where = *place, .fields = {}, .body = event.payload};
  what.fields.emplace_back("webhook-id", event.event);
  what.fields.emplace_back("webhook-timestamp", std::to_string(seconds));
  what.fields.emplace_back("webhook-signature", auth::sign_webhook(*key, event.event, seconds, event.payload));
  auto posted = http_post(std::move(what), options_.rules, trust_);
  const auto outcome = co_await std::move(posted);
  const auto reason = reason_of(outcome);
  figures_.add(reason, steady::now() - begun);
  is_gone = is_gone || outcome.status == status_gone;
  co_return reason.empty() ? std::string() : text_of(outcome);
}

bool webhook_courier::write(std::function<void(storage::writer&)> step) {
  caf::scoped_actor self{system_};
  bool done = false;
  auto job = make_write_job([step = std::move(step)](storage::writer& w) {
    step(w);
    return true;
  });
  self->request(writer_, write_patience, write_request{job})
    .receive([&](finished) { done = true; }, [](const caf::error&) {}); // the writer has said why; it is asked again
  return done;
}

} // namespace parley::app
