#include "load/scenario/chat_crowd.hpp"

#include "load/measure/clock.hpp"

#include <algorithm>

namespace parley::load {

namespace {

std::vector<crowd::seat> seats_of(const chat_options& options, const part_setup& setup) {
  std::vector<crowd::seat> seats;
  for (std::uint32_t k = 0; k < options.users; ++k)
    if (const std::uint32_t home = k % options.rooms; setup.mine.has(home))
      seats.push_back({k, setup.speaks.room_from_start() ? home + 1 : 0});
  return seats;
}

} // namespace

chat_crowd::chat_crowd(const chat_options& options, const part_setup& setup)
  : crowd(setup, seats_of(options, setup), 0), options_(options), mix_(mix_for(options, setup.speaks)),
    counts_(setup.counts), join_(setup.counts.times("join")), chance_(options.seed + setup.mine.index),
    publisher_(setup, [this](std::string why) { fail(std::move(why)); }),
    reader_(setup,
            [this](std::uint32_t place, bool good, std::int64_t now) {
              chat_user& acts = people_[place].acts;
              good ? acts.on_history(*this, now) : acts.on_refused(*this, now);
            }),
    arrivals_(options.pace.plan(), setup.mine.count, {setup.mine.index}), stages_(setup.counts, options.pace.plan()),
    content_(setup.speaks.carried(options.size)) {
  std::vector<std::uint32_t> members((options.rooms - setup.mine.index + setup.mine.count - 1) / setup.mine.count);
  for (std::size_t place = 0; place < size(); ++place) {
    person& made = people_.emplace_back(
      person{chat_user(static_cast<std::uint32_t>(place), options.rooms_per_user, options.pace.open_loop()), {}});
    const std::size_t home = at(place).number % options.rooms / setup.mine.count;
    for (std::size_t i = 0; i < options.rooms_per_user; ++i) {
      const std::size_t in = (home + i) % members.size();
      made.in.push_back({in, members[in]++});
    }
  }
  for (std::size_t i = 0; i < members.size(); ++i)
    rooms_.push_back({setup.mine.index + static_cast<std::uint32_t>(i) * setup.mine.count + 1,
                      room_ledger(members[i], !setup.speaks.id_key.empty(), counts_)});
}

void chat_crowd::open(std::int64_t now) {
  crowd::open(now);
  publisher_.open(rooms_.size());
  if (!crowd::opened())
    progress_ns_ = now;
  if (now - progress_ns_ > opener::timeout_ns)
    fail("only " + std::to_string(settled_in_) + " of " + std::to_string(size()) + " users got into their rooms");
}

void chat_crowd::begin(const plan& when) {
  crowd::begin(when);
  stages_.begin(when);
  for (person& each : people_)
    each.acts.begin(*this, when.start);
}

void chat_crowd::step(std::int64_t now) {
  if (now < when().start)
    return;
  for (std::int64_t due = next_arrival(); due <= now; due = next_arrival()) {
    arrivals_.take();
    people_[pick(static_cast<std::uint32_t>(size()))].acts.on_due(*this, due);
  }
  // Not those that they set anew for this very moment: sockets come first.
  for (std::size_t left = alarms_.size(); left > 0 && alarms_.top().first <= now; --left) {
    const std::uint32_t place = alarms_.top().second;
    alarms_.pop();
    people_[place].acts.on_wake(*this, now);
  }
}

std::int64_t chat_crowd::next_due() const {
  return std::min(next_arrival(), alarms_.empty() ? never : alarms_.top().first);
}

bool chat_crowd::settled() const {
  return std::all_of(rooms_.begin(), rooms_.end(), [](const room& each) { return each.ledger.owed() == 0; }) &&
         std::none_of(people_.begin(), people_.end(), [](const person& each) { return each.acts.busy(); });
}

void chat_crowd::close() {
  crowd::close();
  publisher_.close();
  reader_.close();
}

void chat_crowd::tell(tally& counts) {
  counts.count("unanswered") = static_cast<std::uint64_t>(
    std::count_if(people_.begin(), people_.end(), [](const person& each) { return each.acts.busy(); }));
}

void chat_crowd::on_inside(std::size_t place, std::int64_t received_ns) {
  people_[place].came_by_path = setup().speaks.room_from_start();
  people_[place].acts.on_inside(*this, received_ns);
  note_in_place(place, received_ns);
}

void chat_crowd::on_message(std::size_t place, std::string_view text, std::int64_t received_ns) {
  const auto mark = mark_of(text);
  if (!mark)
    on_other(place, text, received_ns);
  else
    on_delivery(place, *mark, text, received_ns);
}

/// What such a user was owed stays owed, and so counts as lost.
void chat_crowd::on_gone(std::size_t place, const closing&) {
  person& gone = people_[place];
  gone.acts.on_gone();
  for (const membership& each : gone.in)
    ledger(each).leaving(each.member);
}

void chat_crowd::on_delivery(std::size_t place, const marker& mark, std::string_view text, std::int64_t received_ns) {
  person& to = people_[place];
  const auto found =
    std::find_if(to.in.begin(), to.in.end(), [&](const membership& each) { return rooms_[each.room].id == mark.room; });
  if (found == to.in.end()) {
    ++counts_.strays;
    return;
  }
  const std::string& key = setup().speaks.id_key;
  const auto id = key.empty() ? std::nullopt : find_number(text, key);
  if (ledger(*found).note(found->member, mark.number, id) != room_ledger::heard::first_time)
    return;
  if (when().measures(received_ns))
    ++counts_.measured_delivered;
  if (when().measures(mark.sent_ns)) {
    counts_.latency.record(received_ns - mark.sent_ns);
    stages_.heard(mark.sent_ns, received_ns - mark.sent_ns);
  }
  // Where nothing else acknowledges a message, its own return does.
  if (setup().speaks.ack.empty() && to.acts.sends() && to.in[to.acts.room()].room == found->room &&
      to.sent == mark.number) {
    if (when().measures(mark.sent_ns))
      counts_.ack.record(received_ns - mark.sent_ns);
    to.acts.on_sent(*this, received_ns);
  }
}

void chat_crowd::on_other(std::size_t place, std::string_view text, std::int64_t received_ns) {
  const dialect& speaks = setup().speaks;
  note_other(text);
  person& to = people_[place];
  const membership& in = to.in[to.acts.room()];
  if (to.acts.enters() && speaks.join.is_met_by(text)) {
    ledger(in).came(in.member);
    to.acts.on_entered(*this, received_ns);
    note_in_place(place, received_ns);
  } else if (to.acts.leaves() && speaks.leave.is_met_by(text)) {
    ledger(in).went(in.member);
    to.acts.on_left(*this, received_ns);
  } else if (to.acts.sends() && speaks.is_ack(text)) {
    if (when().measures(to.intended_ns))
      counts_.ack.record(received_ns - to.intended_ns);
    to.acts.on_sent(*this, received_ns);
  } else if (speaks.is_error(text)) {
    if (!opened())
      fail("connection " + std::to_string(at(place).number) + ": the server answered " + speaks.error_shown(text));
    if (to.acts.sends())
      ledger(in).withdraw(to.sent);
    to.acts.on_refused(*this, received_ns);
  }
}

void chat_crowd::note_in_place(std::size_t place, std::int64_t received_ns) {
  progress_ns_ = received_ns;
  person& arrived = people_[place];
  if (arrived.acts.in_place() && !std::exchange(arrived.was_in_place, true))
    ++settled_in_;
}

bool chat_crowd::enter(std::uint32_t place, std::uint32_t number) {
  person& who = people_[place];
  const membership& in = who.in[number];
  const exchange& join = setup().speaks.join;
  if (!std::exchange(who.came_by_path, false)) {
    send_filled(place, join.send, about_room(place, number));
    if (!join.expect.empty())
      return false;
  }
  ledger(in).came(in.member);
  return true;
}

void chat_crowd::leave(std::uint32_t place, std::uint32_t number) {
  person& who = people_[place];
  const membership& in = who.in[number];
  ledger(in).leaving(in.member);
  send_filled(place, setup().speaks.leave.send, about_room(place, number));
  if (!setup().speaks.leave.expect.empty())
    return;
  ledger(in).went(in.member);
  who.acts.on_left(*this, now_ns());
}

bool chat_crowd::say(std::uint32_t place, std::uint32_t number, std::int64_t intended_ns, std::int64_t ready_ns) {
  person& who = people_[place];
  const membership& in = who.in[number];
  const dialect& speaks = setup().speaks;
  who.sent = ledger(in).start(in.member, hearers());
  who.intended_ns = intended_ns;
  content_.mark({setup().run, rooms_[in.room].id, who.sent, intended_ns});
  fillings with = about_room(place, number);
  with.content = content_.content();
  with.marker = content_.marker_alone();
  with.n = who.sent;
  if (publisher_.used())
    publisher_.post(in.room, with);
  else
    send_filled(place, speaks.publish, with);
  ++counts_.sent;
  if (when().measures(intended_ns)) {
    ++counts_.measured_sent;
    const std::int64_t now = now_ns();
    counts_.send_lag.record(now - ready_ns);
    stages_.sent(now);
  }
  return !publisher_.used() && (!speaks.ack.empty() || speaks.echo_to_sender);
}

void chat_crowd::type(std::uint32_t place, std::uint32_t number, bool on) {
  send_filled(place, on ? setup().speaks.typing : setup().speaks.typing_end, about_room(place, number));
}

void chat_crowd::read_history(std::uint32_t place, std::uint32_t number) {
  reader_.read(place, about_room(place, number));
}

void chat_crowd::reconnect(std::uint32_t place) {
  for (const membership& each : people_[place].in)
    ledger(each).went(each.member);
  drop(place);
  reopen(place, now_ns());
}

void chat_crowd::wake_at(std::uint32_t place, std::int64_t time_ns) {
  alarms_.emplace(time_ns, place);
}

void chat_crowd::took(deed what, std::int64_t ns) {
  if (when().measures(now_ns()))
    setup().counts.times(name_of(what)).record(ns);
}

void chat_crowd::entering_took(std::int64_t ns) {
  if (when().measures(now_ns()))
    join_.record(ns);
}

deed chat_crowd::next_deed() {
  return mix_.draw(chance_());
}

std::int64_t chat_crowd::think_ns() {
  if (options_.think_ms == 0)
    return 0;
  std::exponential_distribution<double> pause_ms(1 / options_.think_ms);
  return static_cast<std::int64_t>(pause_ms(chance_) * ns_per_ms);
}

std::uint32_t chat_crowd::pick(std::uint32_t below) {
  return static_cast<std::uint32_t>(chance_() % below);
}

void chat_crowd::send_filled(std::uint32_t place, const text_template& text, const fillings& with) {
  if (text.empty())
    return;
  frame_.clear();
  text.append_to(frame_, with);
  send(place, frame_);
}

fillings chat_crowd::about_room(std::uint32_t place, std::uint32_t number) const {
  fillings with = about(place);
  with.room = rooms_[people_[place].in[number].room].id;
  return with;
}

audience chat_crowd::hearers() const {
  if (setup().speaks.alone)
    return audience::sender;
  return setup().speaks.echo_to_sender || publisher_.used() ? audience::everyone : audience::others;
}

std::int64_t chat_crowd::next_arrival() const {
  return options_.pace.open_loop() ? arrivals_.next_due(when()) : never;
}

} // namespace parley::load
