#include "load/scenario/slow_part.hpp"

#include "load/measure/clock.hpp"
#include "load/measure/marker.hpp"

#include <algorithm>
#include <optional>

namespace parley::load {

namespace {

/// The kernel's least: what a stalled reader's own machine keeps for it says nothing about the server.
constexpr int stalled_receive_bytes = 2304;
constexpr std::uint16_t slow_consumer = 4413;

std::vector<crowd::seat> seats_of(const slow_options& options, const share& mine) {
  auto seats = crowd::seats_in_rooms(options.rooms, options.members, mine);
  const std::uint32_t healthy = options.members - options.stalled_per_room();
  for (std::size_t i = 0; i < seats.size(); ++i)
    seats[i].receive_bytes = i % options.members < healthy ? 0 : stalled_receive_bytes;
  return seats;
}

} // namespace

slow_part::slow_part(const slow_options& options, const part_setup& setup)
  : crowd(setup, seats_of(options, setup.mine), 0), options_(options),
    healthy_(options.members - options.stalled_per_room()), counts_(setup.counts),
    stalled_delivered_(setup.counts.count("stalled_delivered")), stalled_(size()), stalled_arrivals_(size()),
    schedule_(options.rate, options.rooms, setup.mine.of(options.rooms)),
    publisher_(setup, [this](std::string why) { fail(std::move(why)); }), content_(setup.speaks.carried(options.size)) {
  for (std::size_t place = 0; place < size(); place += options.members) {
    const bool with_ids = !setup.speaks.id_key.empty();
    room& added = rooms_.emplace_back(room{at(place).room, place, false, room_ledger(healthy_, with_ids, counts_)});
    for (std::uint32_t listener = 0; listener < healthy_; ++listener)
      added.messages.came(listener);
    live_healthy_ += healthy_;
  }
}

void slow_part::open(std::int64_t now) {
  crowd::open(now);
  publisher_.open(rooms_.size());
}

void slow_part::close() {
  for (std::size_t place = 0; finished_ && place < size(); ++place)
    if (stalls(place) && inside(place))
      counts_.expected += lacking(place);
  crowd::close();
  publisher_.close();
}

void slow_part::begin(const plan& when) {
  crowd::begin(when);
  set_reading(false);
  setup().counts.count("stalled") = rooms_.size() * options_.stalled_per_room();
}

void slow_part::finish(std::int64_t) {
  finished_ = true;
  set_reading(true);
}

void slow_part::set_reading(bool on) {
  stalling_ = !on;
  for (std::size_t place = 0; place < size(); ++place)
    if (stalls(place))
      link(place).set_reading(on);
}

std::int64_t slow_part::stall_to() const {
  return options_.stall_ms > 0 ? when().start + options_.stall_ms * ns_per_ms : never;
}

void slow_part::step(std::int64_t now) {
  if (stalling_ && now >= stall_to())
    set_reading(true);
  for (std::int64_t due = schedule_.next_due(when()); due <= now; due = schedule_.next_due(when()))
    publish(rooms_[schedule_.take()], due);
}

std::int64_t slow_part::next_due() const {
  return std::min(schedule_.next_due(when()), stalling_ ? stall_to() : never);
}

bool slow_part::settled() const {
  for (const room& each : rooms_) {
    if (each.messages.owed() != 0)
      return false;
    for (std::size_t place = each.first_place + healthy_; place < each.first_place + options_.members; ++place)
      if (inside(place) && lacking(place) != 0)
        return false;
  }
  return true;
}

void slow_part::on_message(std::size_t place, std::string_view text, std::int64_t received_ns) {
  const auto mark = mark_of(text);
  if (!mark)
    return note_other(text);
  if (mark->room != room_of(place).id) {
    ++counts_.strays;
  } else if (stalls(place)) {
    on_stalled_delivery(place, mark->number, text);
  } else {
    on_delivery(place, mark->number, mark->sent_ns, text, received_ns);
  }
}

void slow_part::on_delivery(std::size_t place, std::uint32_t number, std::int64_t sent_ns, std::string_view text,
                            std::int64_t received_ns) {
  room& in = room_of(place);
  const std::string& id_key = setup().speaks.id_key;
  const auto id = id_key.empty() ? std::nullopt : find_number(text, id_key);
  const auto listener = static_cast<std::uint32_t>(place - in.first_place);
  if (in.messages.note(listener, number, id) != room_ledger::heard::first_time)
    return;
  if (when().measures(received_ns))
    ++counts_.measured_delivered;
  if (when().measures(sent_ns))
    counts_.latency.record(received_ns - sent_ns);
}

void slow_part::on_stalled_delivery(std::size_t place, std::uint32_t number, std::string_view text) {
  if (number >= room_of(place).messages.end()) {
    ++counts_.strays;
    return;
  }
  const arrival how = stalled_arrivals_.note(place, number);
  if (how == arrival::doubled) {
    ++counts_.doubled;
    return;
  }
  bool misplaced = how == arrival::late;
  reading& of = stalled_[place];
  if (const std::string& key = setup().speaks.id_key; !key.empty()) {
    const auto id = find_number(text, key);
    counts_.strays += id ? 0 : 1;
    misplaced = misplaced || (id && *id <= of.last_id);
    of.last_id = std::max(of.last_id, id.value_or(0));
    const std::uint64_t first_id = room_of(place).messages.id_of(number);
    counts_.id_conflicts += id && first_id != 0 && *id != first_id ? 1 : 0;
  }
  counts_.out_of_order += misplaced ? 1 : 0;
  ++of.distinct;
  ++stalled_delivered_;
}

std::uint32_t slow_part::lacking(std::size_t place) const {
  return rooms_[place / options_.members].messages.end() - stalled_[place].distinct;
}

void slow_part::publish(room& in, std::int64_t intended_ns) {
  if (in.silent || intended_ns >= when().measure_to)
    return;
  const bool sender_hears = setup().speaks.echo_to_sender || publisher_.used();
  const std::uint32_t number = in.messages.start(0, sender_hears ? audience::everyone : audience::others);
  content_.mark({setup().run, in.id, number, intended_ns});
  fillings with = about(in.first_place);
  with.content = content_.content();
  with.marker = content_.marker_alone();
  with.n = number;
  if (publisher_.used()) {
    publisher_.post(static_cast<std::size_t>(&in - rooms_.data()), with);
  } else {
    frame_.clear();
    setup().speaks.publish.append_to(frame_, with);
    send(in.first_place, frame_);
  }
  ++counts_.sent;
  if (intended_ns >= when().measure_from) {
    ++counts_.measured_sent;
    counts_.send_lag.record(now_ns() - intended_ns);
  }
}

void slow_part::on_gone(std::size_t place, const closing& why) {
  if (stalls(place)) {
    tally& counts = setup().counts;
    ++counts.count("stalled_closed");
    ++counts.count(why.code == slow_consumer ? "stalled_closed_4413"
                   : why.code != 0           ? "stalled_closed_other"
                                             : "stalled_cut");
    return;
  }
  --live_healthy_;
  room& in = room_of(place);
  in.silent = in.silent || place == in.first_place;
  in.messages.went(static_cast<std::uint32_t>(place - in.first_place));
}

} // namespace parley::load
