#include "load/scenario/fanout_part.hpp"

#include "load/measure/clock.hpp"
#include "load/scenario/worst_room.hpp"

#include <algorithm>

namespace parley::load {

namespace {

/// A message of a closed loop that was passed over by a later one, or in whose room all is silent, is most likely lost
/// when it is so old.
constexpr std::int64_t patience_ns = ns_per_s;
constexpr std::int64_t refill_every_ns = 100 * ns_per_ms;

} // namespace

fanout_part::fanout_part(const fanout_options& options, const part_setup& setup)
  : crowd(setup, seats_in_rooms(options.rooms, options.members, setup.mine), 0), options_(options),
    counts_(setup.counts), acks_expected_(setup.counts.count("acks_expected")),
    given_up_(setup.counts.count("given_up")), everyone_(setup.counts.times("everyone")),
    spread_(setup.counts.times("spread")), last_ids_(size()), arrivals_(size() * options.senders_per_room),
    publisher_(setup, [this](std::string why) { fail(std::move(why)); }),
    schedule_(options.pace.plan(), options.rooms, setup.mine.of(options.rooms)),
    stages_(setup.counts, options.pace.plan()), content_(setup.speaks.carried(options.size)) {
  for (std::size_t place = 0; place < size(); place += options.members)
    rooms_.push_back(
      {.id = at(place).room, .first_place = place, .present = options.members, .messages = {}, .acks = {}});
  if (setup.speaks.ack.empty())
    return;
  for (room& each : rooms_)
    each.acks.assign(options.senders_per_room, ack_book(setup.speaks));
  if (!ack_book::by_id(setup.speaks))
    setup.counts.count("acks_by_order") = 1;
}

void fanout_part::open(std::int64_t now) {
  crowd::open(now);
  publisher_.open(rooms_.size());
}

void fanout_part::close() {
  crowd::close();
  publisher_.close();
}

void fanout_part::begin(const plan& when) {
  crowd::begin(when);
  stages_.begin(when);
}

void fanout_part::step(std::int64_t now) {
  if (now < when().start)
    return;
  if (!begun_ && !open_loop())
    for (room& each : rooms_)
      for (std::uint32_t i = 0; i < options_.window; ++i)
        publish(each, now);
  begun_ = true;
  if (!open_loop() && now >= next_refill_ns_) {
    next_refill_ns_ = now + refill_every_ns;
    for (room& each : rooms_)
      refill(each, now);
  }
  for (std::int64_t due = next_due(); open_loop() && due <= now; due = next_due()) {
    publish(rooms_[schedule_.take()], due);
  }
}

std::int64_t fanout_part::next_due() const {
  if (!open_loop())
    return begun_ ? never : when().start;
  return schedule_.next_due(when());
}

bool fanout_part::settled() const {
  if (counts_.acknowledged + setup().counts.count_of("errors") < acks_expected_)
    return false;
  return std::all_of(rooms_.begin(), rooms_.end(), [](const room& each) { return each.messages.open() == 0; });
}

void fanout_part::on_message(std::size_t place, std::string_view text, std::int64_t received_ns) {
  const auto mark = mark_of(text);
  if (!mark)
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
  room& in = room_of(place);
  bool misplaced = how == arrival::late;
  if (const std::string& key = setup().speaks.id_key; !key.empty()) {
    const auto id = find_number(text, key);
    counts_.strays += id ? 0 : 1;
    std::uint64_t& last_id = last_ids_[place];
    misplaced = misplaced || (id && *id <= last_id);
    last_id = std::max(last_id, id.value_or(0));
    counts_.id_conflicts += in.messages.agrees(number, id.value_or(0)) ? 0 : 1;
    if (!in.acks.empty() && place - in.first_place == number % senders)
      note_ack(in.acks[number % senders].heard(number, id.value_or(0)));
  }
  counts_.out_of_order += misplaced ? 1 : 0;
  ++counts_.delivered;
  if (when().measures(received_ns))
    ++counts_.measured_delivered;
  if (when().measures(sent_ns)) {
    counts_.latency.record(received_ns - sent_ns);
    stages_.heard(sent_ns, received_ns - sent_ns);
  }
  in.last_heard_ns = received_ns;
  if (const auto* complete = in.messages.arrived(number, received_ns)) {
    in.passed = std::max(in.passed, number);
    on_complete(in, *complete, received_ns);
  }
}

void fanout_part::on_complete(room& in, const flight::message& what, std::int64_t received_ns) {
  const bool refills = !open_loop() && !what.given_up;
  if (when().measures(what.due_ns) && what.first_ns >= 0) {
    everyone_.record(received_ns - what.due_ns);
    spread_.record(received_ns - what.first_ns);
    ++in.complete;
    in.complete_sum_ns += received_ns - what.due_ns;
  }
  if (refills)
    publish(in, now_ns());
}

void fanout_part::refill(room& in, std::int64_t now) {
  const bool silent = now - in.last_heard_ns > patience_ns;
  const std::uint32_t end = in.messages.end();
  for (std::uint32_t number = in.messages.begin(); number != end; ++number) {
    flight::message& each = *in.messages.find(number);
    if (each.awaited == 0 || each.given_up || now - each.due_ns < patience_ns || !(silent || number < in.passed))
      continue;
    each.given_up = true; // before the ring may grow
    ++given_up_;
    publish(in, now);
  }
}

void fanout_part::on_other(std::size_t place, std::string_view text, std::int64_t received_ns) {
  note_other(text);
  room& in = room_of(place);
  const std::size_t sender = place - in.first_place;
  if (sender >= in.acks.size())
    return;
  if (setup().speaks.is_ack(text))
    note_ack(in.acks[sender].acknowledged(text, received_ns));
  else if (setup().speaks.is_error(text))
    in.acks[sender].refused();
}

void fanout_part::note_ack(const std::optional<ack_book::answered>& which) {
  if (which && when().measures(which->intended_ns))
    counts_.ack.record(which->received_ns - which->intended_ns);
}

/// The room in which it took longest, on average, until all had heard; its number travels with its time.
void fanout_part::tell(tally& counts) {
  std::int64_t& worst = counts.maximum("worst_room");
  for (const room& each : rooms_)
    if (each.complete > 0)
      worst =
        std::max(worst, worst_room::packed(each.id, each.complete_sum_ns / static_cast<std::int64_t>(each.complete)));
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
  const std::uint32_t number = in.messages.start(copies, intended_ns);
  content_.mark({setup().run, in.id, number, intended_ns});
  fillings with = about(in.first_place + sender);
  with.content = content_.content();
  with.marker = content_.marker_alone();
  with.n = number;
  if (over_http) {
    publisher_.post(static_cast<std::size_t>(&in - rooms_.data()), with);
  } else {
    frame_.clear();
    speaks.publish.append_to(frame_, with);
    send(in.first_place + sender, frame_);
  }
  if (!in.acks.empty()) {
    in.acks[sender].sent(number, intended_ns);
    ++acks_expected_;
  }
  ++counts_.sent;
  counts_.expected += copies;
  if (intended_ns >= when().measure_from) {
    ++counts_.measured_sent;
    if (open_loop()) {
      const std::int64_t now = now_ns();
      counts_.send_lag.record(now - intended_ns);
      stages_.sent(now);
    }
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
  for (std::uint32_t i = in.messages.begin(); i != end; ++i) {
    if (!awaits(in, place, i) || arrivals_.has(place * senders + i % senders, i / senders))
      continue;
    const auto* complete = in.messages.missed(i);
    if (complete != nullptr && !complete->given_up && !open_loop())
      publish(in, now_ns());
  }
}

} // namespace parley::load
