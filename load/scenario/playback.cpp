#include "load/scenario/playback.hpp"

#include "load/measure/marker.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace parley::load {

namespace {

constexpr std::array<std::string_view, 4> cycle{"sync_load", "sync_play", "sync_seek", "sync_pause"};
constexpr std::uint32_t positions = 3600; ///< whole seconds, from 1, so that one change is known from the next
constexpr double exact_s = 1e-6;

/// The number after the first `key` (as `"rate":`), a space or none between; it may have a sign and a fraction.
std::optional<double> find_real(std::string_view text, std::string_view key) {
  std::size_t at = text.find(key);
  if (at == std::string_view::npos)
    return std::nullopt;
  at += key.size();
  at += at < text.size() && text[at] == ' ' ? 1 : 0;
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data() + at, text.data() + text.size(), value);
  return fault == std::errc{} ? std::optional(value) : std::nullopt;
}

} // namespace

std::optional<playback> read_playback(std::string_view text) {
  const auto version = find_number(text, "\"version\":");
  const auto state = find_text(text, "\"state\":");
  const auto position = find_real(text, "\"position_s\":");
  const auto rate = find_real(text, "\"rate\":");
  const auto server_time = find_real(text, "\"server_time_ms\":");
  if (!version || !state || !position || !rate || !server_time)
    return std::nullopt;
  return playback{*version, *state == "playing", *position, *rate, *server_time};
}

std::optional<clock_answer> read_clock_answer(std::string_view text) {
  const auto t0 = find_real(text, "\"t0\":");
  const auto t1 = find_real(text, "\"t1\":");
  const auto t2 = find_real(text, "\"t2\":");
  if (!t0 || !t1 || !t2)
    return std::nullopt;
  return clock_answer{*t0, *t1, *t2};
}

void clock_estimate::note(const clock_answer& answer, double t3_ms) {
  const double round_trip_ms = (t3_ms - answer.t0_ms) - (answer.t2_ms - answer.t1_ms);
  const double offset_ms = ((answer.t1_ms - answer.t0_ms) + (answer.t2_ms - t3_ms)) / 2;
  samples_[noted_++ % kept] = {round_trip_ms, offset_ms};
}

std::optional<double> clock_estimate::offset_ms() const {
  if (noted_ == 0)
    return std::nullopt;
  const auto end = samples_.begin() + static_cast<std::ptrdiff_t>(std::min(noted_, kept));
  return std::min_element(samples_.begin(), end,
                          [](const sample& a, const sample& b) { return a.round_trip_ms < b.round_trip_ms; })
    ->offset_ms;
}

steering::steering(std::uint32_t number)
  : type(cycle[number % cycle.size()]), playing(type == "sync_play" || type == "sync_seek"),
    position_s(type == "sync_load" ? 0 : 1 + number % positions) {}

void steering::append_to(std::string& out, std::uint32_t number, std::uint32_t room, std::uint64_t video) const {
  out.append(R"({"type":")").append(type).append(R"(","id":)").append(std::to_string(number));
  out.append(R"(,"payload":{"room_id":)").append(std::to_string(room));
  if (type == "sync_load")
    out.append(R"(,"video_id":)").append(std::to_string(video));
  else
    out.append(R"(,"position_s":)").append(std::to_string(static_cast<std::uint32_t>(position_s)));
  out.append("}}");
}

bool steering::leads_to(const playback& state) const {
  const double ahead_s = state.position_s - position_s;
  return state.playing == playing && ahead_s > -exact_s && ahead_s < (playing ? 1 : exact_s);
}

} // namespace parley::load
