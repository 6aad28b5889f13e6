#include "load/scenario/watch_part.hpp"

#include "load/measure/clock.hpp"
#include "load/measure/marker.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <utility>

namespace parley::load {

namespace {

constexpr std::int64_t loading_ns = 10 * ns_per_s; ///< for the videos of all rooms to be there

/// Each of `count` things of this process comes every `every_ms`, one after the other.
schedule evenly(std::size_t count, std::uint32_t every_ms) {
  std::vector<std::uint32_t> all(count);
  std::iota(all.begin(), all.end(), 0U);
  return {static_cast<double>(count) * 1000 / every_ms, static_cast<std::uint32_t>(count), std::move(all)};
}

double in_ms(std::int64_t ns) {
  return static_cast<double>(ns) / ns_per_ms;
}

} // namespace

watch_part::watch_part(const watch_options& options, const part_setup& setup)
  : crowd(setup, seats_in_rooms(options.rooms, options.members, setup.mine), 0), options_(options),
    counts_(setup.counts), pings_(setup.counts.count("pings")), pongs_(setup.counts.count("pongs")),
    clock_(setup.counts.times("clock")), spread_(setup.counts.times("spread")), viewers_(size()), to_add_videos_(0),
    steering_(options.rate, options.rooms, setup.mine.of(options.rooms)), pinging_(evenly(size(), options.ping_ms)),
    looking_(evenly(size() / options.members, options.sample_ms)) {
  for (std::size_t place = 0; place < size(); place += options.members) {
    rooms_.push_back({at(place).room, place, room_ledger(options.members, true, counts_), 0, 0, false, {}});
    for (std::uint32_t listener = 0; listener < options.members; ++listener)
      rooms_.back().changes.came(listener);
  }
}

// -- before the load -------------------------------------------------------------------------

void watch_part::open(std::int64_t now) {
  crowd::open(now);
  if (!crowd::opened())
    return;
  if (asked_ns_ == 0)
    return ask_for_videos(now);
  while (loaded_ < rooms_.size() && is_loaded(rooms_[loaded_]))
    ++loaded_;
  if (loaded_ < rooms_.size() && now > asked_ns_ + loading_ns)
    fail("room " + std::to_string(rooms_[loaded_].id) + ": its video was not loaded after 10 s");
}

void watch_part::ask_for_videos(std::int64_t now) {
  asked_ns_ = now;
  if (auto begun = to_add_videos_.connect(setup().on, *this, setup().to.of(0), 0); !begun)
    return fail("the connection to add videos over: " + begun.error());
  for (const room& each : rooms_) {
    const std::string target = "/rooms/" + std::to_string(each.id) + "/videos";
    const std::string headers =
      "Authorization: Bearer " + std::string(about(each.first_place).token) + "\r\nContent-Type: application/json\r\n";
    to_add_videos_.send("POST", target, headers, R"({"title":"parley-load","url":"https://video.invalid/film.mp4"})");
  }
}

void watch_part::on_answer(http_client&, unsigned status, std::string_view body, std::int64_t) {
  room& to = rooms_[videos_++];
  const auto video = find_number(body, "\"id\":");
  if (status != 201 || !video)
    return fail("room " + std::to_string(to.id) + ": the video was answered with HTTP " + std::to_string(status) + " " +
                setup().speaks.error_shown(body));
  to.video = *video;
  send(to.first_place, R"({"type":"sync_load","id":"load","payload":{"room_id":)" + std::to_string(to.id) +
                         R"(,"video_id":)" + std::to_string(to.video) + "}}");
}

void watch_part::on_http_closed(http_client&, const std::string& why) {
  if (videos_ < rooms_.size())
    fail("the connection to add videos over: " + why);
}

bool watch_part::is_loaded(const room& in) const {
  const auto knows = [&](const viewer& each) { return each.state && each.state->version == in.loaded; };
  const auto first = viewers_.begin() + static_cast<std::ptrdiff_t>(in.first_place);
  return in.loaded != 0 && std::all_of(first, first + options_.members, knows);
}

void watch_part::begin(const plan& when) {
  crowd::begin(when);
  to_add_videos_.close();
}

// -- the load --------------------------------------------------------------------------------

void watch_part::step(std::int64_t now) {
  for (std::int64_t due = steering_.next_due(when()); due <= now; due = steering_.next_due(when()))
    steer(rooms_[steering_.take()], due);
  while (pinging_.next_due(when()) <= now)
    ping(pinging_.take());
  while (looking_.next_due(when()) <= now)
    look_at(rooms_[looking_.take()], now);
}

std::int64_t watch_part::next_due() const {
  return std::min({steering_.next_due(when()), pinging_.next_due(when()), looking_.next_due(when())});
}

void watch_part::steer(room& in, std::int64_t intended_ns) {
  if (in.silent || intended_ns >= when().measure_to)
    return;
  const std::uint32_t number = in.changes.start(0, audience::everyone);
  in.intended_ns.push_back(intended_ns);
  frame_.clear();
  steering(number).append_to(frame_, number, in.id, in.video);
  send(in.first_place, frame_);
  ++counts_.sent;
  if (when().measures(intended_ns)) {
    ++counts_.measured_sent;
    counts_.send_lag.record(now_ns() - intended_ns);
  }
}

void watch_part::ping(std::size_t place) {
  if (!inside(place))
    return;
  std::array<char, 32> t0{};
  const double now_ms = in_ms(now_ns());
  const auto end = std::to_chars(t0.data(), t0.data() + t0.size(), now_ms, std::chars_format::fixed, 6).ptr;
  frame_.assign(R"({"type":"clock_ping","payload":{"t0":)").append(t0.data(), end).append("}}");
  send(place, frame_);
  ++pings_;
  ++awaited_pongs_;
  ++viewers_[place].pinged;
}

/// Members that are a version behind show another part of the video by right; that is latency and not spread.
void watch_part::look_at(const room& in, std::int64_t now) {
  if (!when().measures(now))
    return;
  std::optional<double> least;
  std::optional<double> most;
  const std::optional<playback>& known = viewers_[in.first_place].state;
  for (std::size_t place = in.first_place; place < in.first_place + options_.members; ++place) {
    const viewer& each = viewers_[place];
    const auto offset_ms = each.clock.offset_ms();
    if (!inside(place))
      continue;
    if (!offset_ms || !each.state->playing || each.state->version != known->version)
      return;
    const double position_s = each.state->position_at(in_ms(now) + *offset_ms);
    least = std::min(least.value_or(position_s), position_s);
    most = std::max(most.value_or(position_s), position_s);
  }
  if (least)
    spread_.record(static_cast<std::int64_t>((*most - *least) * ns_per_s));
}

bool watch_part::settled() const {
  return awaited_pongs_ == 0 &&
         std::all_of(rooms_.begin(), rooms_.end(), [](const room& each) { return each.changes.owed() == 0; });
}

void watch_part::close() {
  crowd::close();
  to_add_videos_.close();
}

// -- what comes ------------------------------------------------------------------------------

void watch_part::on_message(std::size_t place, std::string_view text, std::int64_t received_ns) {
  const auto type = find_text(text, "\"type\":");
  if (type == "sync_state")
    return on_state(place, text, received_ns);
  if (type == "clock_pong")
    return on_clock(place, text, received_ns);
  note_other(text);
  if (setup().speaks.is_error(text))
    on_refused(room_of(place), text);
}

void watch_part::on_state(std::size_t place, std::string_view text, std::int64_t received_ns) {
  const auto state = read_playback(text);
  if (!state) {
    ++counts_.strays;
    return;
  }
  room& in = room_of(place);
  if (in.loaded == 0 && text.find(R"("id":"load")") != std::string_view::npos)
    in.loaded = state->version;
  if (when().start != 0)
    on_change(place, *state, received_ns);
  std::optional<playback>& known = viewers_[place].state;
  if (!known || known->version < state->version)
    known = state;
}

void watch_part::on_change(std::size_t place, const playback& state, std::int64_t received_ns) {
  room& in = room_of(place);
  if (state.version <= in.loaded) {
    ++counts_.doubled;
    return;
  }
  const auto number = static_cast<std::uint32_t>(state.version - in.loaded - 1);
  const auto listener = static_cast<std::uint32_t>(place - in.first_place);
  if (in.changes.note(listener, number, state.version) != room_ledger::heard::first_time)
    return;
  counts_.strays += steering(number).leads_to(state) ? 0 : 1;
  const std::int64_t intended_ns = in.intended_ns[number];
  counts_.acknowledged += listener == 0 ? 1 : 0; // who steers hears the change as the answer to it
  if (when().measures(received_ns))
    ++counts_.measured_delivered;
  if (!when().measures(intended_ns))
    return;
  counts_.latency.record(received_ns - intended_ns);
  if (listener == 0)
    counts_.ack.record(received_ns - intended_ns);
}

void watch_part::on_clock(std::size_t place, std::string_view text, std::int64_t received_ns) {
  const auto answer = read_clock_answer(text);
  viewer& to = viewers_[place];
  if (!answer || to.pinged == 0) {
    ++counts_.strays;
    return;
  }
  --to.pinged;
  --awaited_pongs_;
  ++pongs_;
  to.clock.note(*answer, in_ms(received_ns));
  if (when().measures(received_ns))
    clock_.record(received_ns - static_cast<std::int64_t>(answer->t0_ms * ns_per_ms));
}

/// A change that was refused raises no version, so what comes after it could not be told apart.
void watch_part::on_refused(room& in, std::string_view text) {
  if (when().start == 0)
    return fail("room " + std::to_string(in.id) + ": the server answered " + setup().speaks.error_shown(text));
  in.silent = true;
  const auto number = find_number(text, "\"id\":");
  if (number && *number < in.changes.end())
    in.changes.withdraw(static_cast<std::uint32_t>(*number));
}

void watch_part::on_gone(std::size_t place, const closing&) {
  room& in = room_of(place);
  in.silent = in.silent || place == in.first_place;
  in.changes.went(static_cast<std::uint32_t>(place - in.first_place));
  awaited_pongs_ -= std::exchange(viewers_[place].pinged, 0);
}

} // namespace parley::load
