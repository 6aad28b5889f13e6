#include "load/scenario/fanout_part.hpp"

#include "load/measure/clock.hpp"
#include "load/measure/marker.hpp"

#include <algorithm>

namespace parley::load {

namespace {

/// A room's members stand side by side; member m of room r has number m * rooms + r - 1, as `parley fixtures` has it.
} // namespace

fanout_part::fanout_part(const fanout_options& options, const part_setup& setup)
  : crowd(setup, seats_in_rooms(options.rooms, options.members, setup.mine), 0), options_(options),
    counts_(setup.counts), acks_expected_(setup.counts.count("acks_expected")), last_ids_(size()),
    arrivals_(size() * options.senders_per_room), publisher_(setup, [this](std::string why) { fail(std::move(why)); }),
    content_(options.size, 'x') {
  for (std::size_t place = 0; place < size(); place += options.members)
    rooms_.push_back({at(place).room, place, options.members, false, {}, {}});
  for (room& each : rooms_)
    each.unacknowledged.resize(setup.speaks.ack.empty() ? 0 : options.senders_per_room);
}

void fanout_part::open(std::int64_t now) {
  crowd::open(now);
  publisher_.open(rooms_.size());
}

void fanout_part::close() {
  crowd::close();
  publisher_.close();
}

void fanout_part::step(std::int64_t now) {
  if (now < when().start)
    return;
  if (!begun_ && !open_loop())
    for (room& each : rooms_)
      for (std::uint32_t i = 0; i < options_.window; ++i)
        publish(each, now);
  begun_ = true;
  for (std::int64_t due = next_due(); open_loop() && due <= now; due = next_due()) {
    publish(rooms_[scheduled_ % rooms_.size()], due);
    ++scheduled_;
  }
}

/// Message i of all rooms is due `i / rate` after the start, in room `i mod rooms`.
std::int64_t fanout_part::next_due() const {
  if (!open_loop())
    return begun_ ? never : when().start;
  const std::uint64_t turn = scheduled_ / rooms_.size();
  const std::uint64_t global = turn * options_.rooms + rooms_[scheduled_ % rooms_.size()].id - 1;
  return when().start + static_cast<std::int64_t>(static_cast<double>(global) / options_.rate * ns_per_s);
}

bool fanout_part::settled() const {
  if (counts_.acknowledged + setup().counts.count_of("errors") < acks_expected_)
    return false;
  return std::all_of(rooms_.begin(), rooms_.end(), [](const room& each) { return each.messages.open() == 0; });
}

void fanout_part::on_message(std::size_t place, std::string_view text, std::int64_t received_ns) {
  const auto mark = find_marker(text);
  if (!mark || mark->run != setup().run || setup().speaks.is_ignored(text))
    return on_other(place, text, received_ns);
  const room& in = room_of(place);
  if (mark->room != in.id || mark->number >= in.messages.end() || !awaits(in, place, mark->number)) {
    ++counts_.strays;
    return;
  }
  on_delivery(place, mark->number, mark->sent_ns, text, received_ns);
}

void fanout_part::on_delivery(std::size_t place, std::uint32_t number, std::int64_t sent_ns, std::string_view text,
                              std::int64_t received_ns) {
  const std::uint32_t senders = options_.senders_per_room;
  const arrival how = arrivals_.note(place * senders + number % senders, number / senders);
  if (how == arrival::doubled) {
    ++counts_.doubled;
    return;
  }
  bool misplaced = how == arrival::late;
  if (const std::string& key = setup().speaks.id_key; !key.empty()) {
    const auto id = find_number(text, key);
    counts_.strays += id ? 0 : 1;
    std::uint64_t& last_id = last_ids_[place];
    misplaced = misplaced || (id && *id <= last_id);
    last_id = std::max(last_id, id.value_or(0));
  }
  counts_.out_of_order += misplaced ? 1 : 0;
  ++counts_.delivered;
  if (when().measures(received_ns))
    ++counts_.measured_delivered;
  if (when().measures(sent_ns))
    counts_.latency.record(received_ns - sent_ns);
  room& in = room_of(place);
  if (in.messages.arrived(number) && !open_loop())
    publish(in, now_ns());
}

/// Acknowledgements of one sender come in the order of its messages; an error takes the place of one.
void fanout_part::on_other(std::size_t place, std::string_view text, std::int64_t received_ns) {
  note_other(text);
  room& in = room_of(place);
  const std::size_t sender = place - in.first_place;
  if (sender >= in.unacknowledged.size() || in.unacknowledged[sender].empty())
    return;
  const bool acknowledged = setup().speaks.is_ack(text);
  if (!acknowledged && !setup().speaks.is_error(text))
    return;
  const std::int64_t intended_ns = in.unacknowledged[sender].front();
  in.unacknowledged[sender].pop_front();
  if (acknowledged && when().measures(intended_ns))
    counts_.ack.record(received_ns - intended_ns);
}

void fanout_part::publish(room& in, std::int64_t intended_ns) {
  if (in.silent || intended_ns >= when().measure_to)
    return;
  const dialect& speaks = setup().speaks;
  const std::uint32_t sender = in.messages.end() % options_.senders_per_room;
  const bool over_http = publisher_.used();
  const std::uint32_t copies = speaks.echo_to_sender || over_http ? in.present : in.present - 1;
  if (copies == 0)
    return;
  const std::uint32_t number = in.messages.start(copies);
  write_marker(content_.data(), {setup().run, in.id, number, intended_ns});
  fillings with = about(in.first_place + sender);
  with.content = content_;
  with.marker = std::string_view(content_).substr(0, marker_size);
  with.n = number;
  if (over_http) {
    publisher_.post(static_cast<std::size_t>(&in - rooms_.data()), with);
  } else {
    frame_.clear();
    speaks.publish.append_to(frame_, with);
    send(in.first_place + sender, frame_);
  }
  if (!in.unacknowledged.empty()) {
    in.unacknowledged[sender].push_back(intended_ns);
    ++acks_expected_;
  }
  ++counts_.sent;
  counts_.expected += copies;
  if (intended_ns >= when().measure_from) {
    ++counts_.measured_sent;
    if (open_loop())
      counts_.send_lag.record(now_ns() - intended_ns);
  }
}

bool fanout_part::awaits(const room& in, std::size_t place, std::uint32_t number) const {
  return publisher_.used() || setup().speaks.echo_to_sender ||
         place - in.first_place != number % options_.senders_per_room;
}

/// The others go on: nobody waits for the copies of one who left, but they stay expected and so count as lost.
void fanout_part::on_gone(std::size_t place, const closing&) {
  room& in = room_of(place);
  const std::uint32_t senders = options_.senders_per_room;
  --in.present;
  in.silent = in.silent || place - in.first_place < senders;
  const std::uint32_t end = in.messages.end();
  for (std::uint32_t i = in.messages.begin(); i != end; ++i)
    if (awaits(in, place, i) && !arrivals_.has(place * senders + i % senders, i / senders) && in.messages.arrived(i) &&
        !open_loop())
      publish(in, now_ns());
}

} // namespace parley::load
