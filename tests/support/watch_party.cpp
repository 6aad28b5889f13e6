#include "tests/support/watch_party.hpp"

#include <algorithm>
#include <cmath>

namespace parley::test {

namespace {

constexpr double shortest_ms = 20;
constexpr double longest_ms = 400;
constexpr double skew_limit_ms = 5000;
constexpr int quick_pings = 50;

double between(double low, double high, std::mt19937& lot) {
  return std::uniform_real_distribution(low, high)(lot);
}

network draw_network(network::kind what, std::mt19937& lot) {
  network out;
  out.what = what;
  out.shortest_up = between(shortest_ms, 200, lot);
  out.shortest_down = std::max(shortest_ms, out.shortest_up + between(-25, 25, lot));
  return out;
}

double to_ms(timestamp t) {
  return static_cast<double>(t.time_since_epoch().count());
}

} // namespace

// -- offset_estimate -----------------------------------------------------------------------

void offset_estimate::add(double t0, double t1, double t2, double t3) {
  pings_.push_back({t2 - t3, t1 - t0});
  if (pings_.size() > remembered)
    pings_.pop_front();
}

double offset_estimate::value() const {
  if (pings_.empty())
    return 0;
  auto closest = pings_.front();
  for (const auto& x : pings_)
    closest = {std::max(closest.below, x.below), std::min(closest.above, x.above)};
  return (closest.below + closest.above) / 2;
}

// -- network -------------------------------------------------------------------------------

double network::draw(bool is_up, std::mt19937& lot) const {
  if (what == kind::noise)
    return between(shortest_ms, longest_ms, lot);
  const double jitter = std::exponential_distribution(1.0 / 40)(lot);
  return std::min((is_up ? shortest_up : shortest_down) + jitter, longest_ms);
}

// -- watcher -------------------------------------------------------------------------------

double watcher::clock(timestamp truly) const {
  return to_ms(truly) + skew_ms_;
}

void watcher::hears(const json& frame, timestamp truly) {
  const auto& type = frame.at("type");
  const auto& payload = frame.at("payload");
  if (type == "clock_pong")
    offset_.add(payload.at("t0"), payload.at("t1"), payload.at("t2"), clock(truly));
  else if (type == "room_joined")
    state_ = payload.at("sync"); // whatever it knew before
  else if (type == "sync_state" && (state_.is_null() || payload.at("version") > state_.at("version")))
    state_ = payload;
}

std::optional<double> watcher::position(timestamp truly, bool minds_offset) const {
  if (state_.is_null())
    return std::nullopt;
  double out = state_.at("position_s");
  if (state_.at("state") == "playing" && state_.at("waiting_for").empty()) {
    const double servers = clock(truly) + (minds_offset ? offset_.value() : 0);
    out += (servers - state_.at("server_time_ms").get<double>()) / 1000 * state_.at("rate").get<double>();
  }
  return out;
}

// -- watch_party ---------------------------------------------------------------------------

watch_party::watch_party(unsigned seed, network::kind way, int watchers)
  : lot_(seed), way_(way), node_({}, small_node::limits_are::off) {
  owner_ = node_.store.add_user("owner");
  room_ = node_.store.add_room(owner_);
  film_ = node_.store.add_video(room_, owner_);
  for (int i = 0; i < watchers; ++i)
    add(std::chrono::milliseconds(static_cast<int>(between(0, 500, lot_))));
}

watcher& watch_party::add(std::chrono::milliseconds after) {
  auto user = owner_;
  if (!all_.empty()) {
    user = node_.store.add_user("watcher" + std::to_string(all_.size()));
    node_.store.add_member(room_, user);
  }
  auto& who =
    all_.emplace_back(node_.signed_in(user), between(-skew_limit_ms, skew_limit_ms, lot_), draw_network(way_, lot_));
  schedule(now() + after, [this, &who] {
    says(who, "join_room", {});
    keep_pinging(who, 0);
  });
  return who;
}

void watch_party::keep_pinging(watcher& who, int sent) {
  says(who, "clock_ping", {{"t0", who.clock(now())}});
  const auto pause = sent < quick_pings ? std::chrono::milliseconds(200) : std::chrono::milliseconds(1000);
  schedule(now() + pause, [this, &who, sent] { keep_pinging(who, sent + 1); });
}

void watch_party::says(watcher& who, const std::string& type, json payload) {
  if (type != "clock_ping")
    payload["room_id"] = room_.value;
  const auto delay = std::chrono::milliseconds(std::lround(who.way().draw(true, lot_)));
  who.last_up = std::max(who.last_up, now() + delay);
  schedule(who.last_up, [&who, type, payload = std::move(payload)] { who.socket().says(type, payload); });
}

void watch_party::schedule(timestamp at, std::function<void()> what) {
  events_.push({at, next_++, std::move(what)});
}

void watch_party::collect() {
  for (auto& who : all_) {
    for (auto& frame : std::exchange(who.socket().port->frames, {})) {
      const auto delay = std::chrono::milliseconds(std::lround(who.way().draw(false, lot_)));
      who.last_down = std::max(who.last_down, now() + delay);
      schedule(who.last_down, [this, &who, frame = std::move(frame)] { who.hears(frame, now()); });
    }
  }
}

void watch_party::run(std::chrono::milliseconds how_long) {
  const auto end = now() + how_long;
  while (true) {
    const auto next = events_.empty() ? end : std::min(end, events_.top().at);
    node_.advance(next - now());
    while (!events_.empty() && events_.top().at <= now()) {
      auto what = events_.top().what;
      events_.pop();
      what();
    }
    node_.settle();
    collect();
    if (now() >= end)
      return;
  }
}

double watch_party::spread(bool minds_offset) const {
  std::vector<double> at;
  for (const auto& who : all_)
    if (auto position = who.position(now(), minds_offset))
      at.push_back(*position * 1000);
  std::vector<double> apart;
  for (std::size_t i = 0; i < at.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      apart.push_back(std::abs(at[i] - at[j]));
  const auto rank = apart.begin() + static_cast<std::ptrdiff_t>(apart.size() * 95 / 100);
  std::nth_element(apart.begin(), rank, apart.end());
  return *rank;
}

} // namespace parley::test
