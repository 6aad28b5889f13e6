#include "load/scenario/storm_crowd.hpp"

#include "load/measure/clock.hpp"

#include <algorithm>

namespace parley::load {

namespace {

// So many at a time between two looks at the sockets: bystanders must not wait for the client.
constexpr std::size_t drops_at_once = 256;
constexpr std::size_t returns_at_once = 32;

constexpr std::int64_t retry_after = 250 * ns_per_ms;

std::vector<crowd::seat> seats_of(const storm_options& options, const part_setup& setup) {
  std::vector<crowd::seat> seats;
  for (const storm_seat& each : storm_seats(options, setup.mine))
    seats.push_back({each.number, setup.speaks.room_from_start() ? each.room : 0});
  return seats;
}

std::vector<std::uint32_t> indexes(const share& mine, std::uint32_t from, std::uint32_t to) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t r = from; r < to; ++r)
    if (mine.has(r))
      out.push_back(r - from);
  return out;
}

} // namespace

storm_crowd::storm_crowd(const storm_options& options, const part_setup& setup)
  : crowd(setup, seats_of(options, setup), 0), options_(options), counts_(setup.counts),
    back_(setup.counts.times("back")), calm_(setup.counts.times("calm")), storm_(setup.counts.times("storm")),
    caught_up_(setup.counts.count("caught_up")), resyncs_(setup.counts.count("resyncs")),
    publisher_(setup, [this](std::string why) { fail(std::move(why)); }),
    storm_schedule_(options.storm_rate, options.rooms, indexes(setup.mine, 0, options.rooms)),
    bystander_schedule_(options.rate, options.bystander_rooms,
                        indexes(setup.mine, options.rooms, options.rooms + options.bystander_rooms)),
    rounds_(options.rounds), content_(setup.speaks.carried(options.size)) {
  for (const storm_seat& each : storm_seats(options, setup.mine)) {
    if (each.member == 0) {
      const std::uint32_t members = members_of(options, each.room);
      rooms_.push_back(
        {each.room, people_.size(), members, room_ledger(members, !setup.speaks.id_key.empty(), counts_)});
    }
    if (each.member == 0 && each.role != storm_role::bystander)
      first_bystanders_ = rooms_.size();
    people_.push_back(
      {.role = each.role, .room = rooms_.size() - 1, .member = each.member, .acks = ack_book(setup.speaks)});
  }
}

void storm_crowd::open(std::int64_t now) {
  crowd::open(now);
  publisher_.open(rooms_.size());
  if (!crowd::opened())
    progress_ns_ = now;
  if (now - progress_ns_ > opener::timeout_ns)
    fail("only " + std::to_string(settled_in_) + " of " + std::to_string(size()) + " clients got into their rooms");
}

void storm_crowd::begin(const plan& when) {
  crowd::begin(when);
  rounds_.begin(when);
}

void storm_crowd::step(std::int64_t now) {
  if (now < when().start)
    return;
  if (rounds_.next() <= now)
    drop_all(rounds_.next());
  for (std::size_t i = 0; i < drops_at_once && !dropping_.empty(); ++i) {
    drop_one(dropping_.back(), now);
    dropping_.pop_back();
  }
  return_due(now);
  speak_due(now);
}

std::int64_t storm_crowd::next_due() const {
  if (!dropping_.empty())
    return 0;
  return std::min({rounds_.next(), storm_schedule_.next_due(when()), bystander_schedule_.next_due(when()),
                   returns_.empty() ? never : returns_.top().first});
}

bool storm_crowd::settled() const {
  return rounds_.away() == 0 &&
         std::all_of(rooms_.begin(), rooms_.end(), [](const room& each) { return each.ledger.owed() == 0; });
}

void storm_crowd::close() {
  crowd::close();
  publisher_.close();
}

void storm_crowd::tell(tally& counts) {
  std::uint64_t owed = 0;
  for (const room& each : rooms_)
    owed += people_[each.first_place].role == storm_role::bystander ? 0 : each.ledger.owed();
  counts.count("missed") = unpromised_ + owed;
  counts.count("not_back") = late_ + rounds_.away();
  counts.maximum("rounds") = rounds_.begun();
}

void storm_crowd::on_inside(std::size_t place, std::int64_t received_ns) {
  const dialect& speaks = setup().speaks;
  const person& who = people_[place];
  // Where the path names the room, the crowd entered it, and resumed.
  const bool again = who.back_ns != 0 && resumes();
  const exchange& knock = again ? speaks.resume : speaks.join;
  if (speaks.room_from_start() || !knock.there())
    return arrive(place, {}, received_ns);
  fillings with = about(place);
  with.room = rooms_[who.room].id;
  with.last_id = ledger(who).last_id(who.member);
  send(place, knock.send.fill(with));
  if (knock.expect.empty())
    arrive(place, {}, received_ns);
}

void storm_crowd::on_message(std::size_t place, std::string_view text, std::int64_t received_ns) {
  const auto mark = mark_of(text);
  if (!mark)
    on_other(place, text, received_ns);
  else
    on_delivery(place, *mark, text, received_ns);
}

/// What a client that was at home was owed stays owed, and so counts as lost.
void storm_crowd::on_gone(std::size_t place, const closing&) {
  person& who = people_[place];
  if (who.where == whereabouts::coming)
    return retry(place, now_ns());
  who.where = whereabouts::gone;
  ledger(who).leaving(who.member);
}

void storm_crowd::on_delivery(std::size_t place, const marker& mark, std::string_view text, std::int64_t received_ns) {
  person& to = people_[place];
  if (mark.room != rooms_[to.room].id) {
    ++counts_.strays;
    return;
  }
  const std::string& key = setup().speaks.id_key;
  const auto id = key.empty() ? std::nullopt : find_number(text, key);
  if (ledger(to).note(to.member, mark.number, id) != room_ledger::heard::first_time)
    return;
  note_ack(to, to.acks.heard(mark.number, id.value_or(0)));
  if (when().measures(received_ns))
    ++counts_.measured_delivered;
  if (mark.sent_ns >= to.dropped_ns && mark.sent_ns < to.back_ns && to.dropped_ns != 0)
    ++caught_up_;
  if (to.role != storm_role::bystander || !when().measures(mark.sent_ns))
    return;
  const std::int64_t took = received_ns - mark.sent_ns;
  counts_.latency.record(took);
  if (rounds_.calm_at(mark.sent_ns))
    calm_.record(took);
  else if (rounds_.storms_at(mark.sent_ns))
    storm_.record(took);
}

void storm_crowd::on_other(std::size_t place, std::string_view text, std::int64_t received_ns) {
  const dialect& speaks = setup().speaks;
  note_other(text);
  person& who = people_[place];
  const bool acknowledged = speaks.is_ack(text);
  const bool refused = !acknowledged && speaks.is_error(text);
  if (who.where == whereabouts::coming) {
    const bool again = who.back_ns != 0 && resumes();
    if ((again ? speaks.resume : speaks.join).is_met_by(text))
      return arrive(place, text, received_ns);
    if (refused && !opened())
      return fail("connection " + std::to_string(at(place).number) + ": the server answered " +
                  speaks.error_shown(text));
    if (refused) {
      drop(place);
      retry(place, received_ns);
    }
  } else if (acknowledged) {
    note_ack(who, who.acks.acknowledged(text, received_ns));
  } else if (refused) {
    who.acks.refused();
  }
}

void storm_crowd::note_ack(const person& of, const std::optional<ack_book::answered>& which) {
  if (which && of.role == storm_role::bystander && when().measures(which->intended_ns))
    counts_.ack.record(which->received_ns - which->intended_ns);
}

void storm_crowd::arrive(std::size_t place, std::string_view answer, std::int64_t received_ns) {
  person& who = people_[place];
  who.where = whereabouts::home;
  if (who.back_ns != 0) {
    come_back(who, answer, received_ns);
  } else {
    ++settled_in_;
    progress_ns_ = received_ns;
    if (const std::string& key = setup().speaks.last_id_key; !key.empty())
      ledger(who).told_last_id(who.member, find_number(answer, key).value_or(0));
  }
  who.back_ns = received_ns;
  ledger(who).came(who.member);
}

void storm_crowd::come_back(person& who, std::string_view answer, std::int64_t received_ns) {
  room_ledger& in = ledger(who);
  if (!resumes()) {
    unpromised_ += in.end() - who.heard_of;
  } else if (setup().speaks.is_resync(answer)) {
    ++resyncs_;
    unpromised_ += in.went(who.member);
  }
  back_.record(received_ns - who.due_ns);
  if (const std::int64_t took = rounds_.back(received_ns); took != 0) {
    auto& longest = setup().counts.maximum("back_in_ns");
    longest = std::max(longest, took);
  }
}

void storm_crowd::drop_all(std::int64_t due) {
  late_ += rounds_.away();
  for (std::size_t place = 0; place < size(); ++place)
    if (people_[place].role == storm_role::dropper && people_[place].where == whereabouts::home)
      dropping_.push_back(place);
  const double each_ns =
    options_.spread_ms * ns_per_ms / static_cast<double>(std::max<std::size_t>(dropping_.size(), 1));
  for (std::size_t i = 0; i < dropping_.size(); ++i)
    people_[dropping_[i]].due_ns = due + static_cast<std::int64_t>(static_cast<double>(i) * each_ns);
  rounds_.drop(static_cast<std::uint32_t>(dropping_.size()));
  setup().counts.count("drops") += dropping_.size();
}

void storm_crowd::drop_one(std::size_t place, std::int64_t now) {
  person& who = people_[place];
  if (who.where != whereabouts::home)
    return;
  if (options_.how == drop_kind::reset)
    link(place).reset();
  else if (options_.how == drop_kind::fin)
    link(place).abort();
  drop(place);
  who.where = whereabouts::away;
  who.dropped_ns = now;
  if (!resumes()) {
    unpromised_ += ledger(who).went(who.member);
    who.heard_of = ledger(who).end();
  }
  returns_.emplace(who.due_ns, place);
}

void storm_crowd::retry(std::size_t place, std::int64_t now) {
  people_[place].where = whereabouts::away;
  returns_.emplace(now + retry_after, place);
}

void storm_crowd::return_due(std::int64_t now) {
  for (std::size_t i = 0; i < returns_at_once && !returns_.empty() && returns_.top().first <= now; ++i) {
    const std::size_t place = returns_.top().second;
    returns_.pop();
    person& who = people_[place];
    who.where = whereabouts::coming;
    reopen(place, now, resumes() ? std::optional(ledger(who).last_id(who.member)) : std::nullopt);
  }
}

void storm_crowd::say(std::size_t place, std::int64_t intended_ns) {
  person& who = people_[place];
  if (who.where != whereabouts::home)
    return;
  const dialect& speaks = setup().speaks;
  room& in = rooms_[who.room];
  const bool heard_by_all = speaks.echo_to_sender || publisher_.used();
  const std::uint32_t number = in.ledger.start(who.member, heard_by_all ? audience::everyone : audience::others);
  content_.mark({setup().run, in.id, number, intended_ns});
  fillings with = about(place);
  with.room = in.id;
  with.content = content_.content();
  with.marker = content_.marker_alone();
  with.n = number;
  if (publisher_.used()) {
    publisher_.post(who.room, with);
  } else {
    frame_.clear();
    speaks.publish.append_to(frame_, with);
    send(place, frame_);
    if (!speaks.ack.empty())
      who.acks.sent(number, intended_ns);
  }
  ++counts_.sent;
  if (when().measures(intended_ns)) {
    ++counts_.measured_sent;
    counts_.send_lag.record(now_ns() - intended_ns);
  }
}

void storm_crowd::speak_due(std::int64_t now) {
  const auto due_in = [&](const schedule& of) {
    const std::int64_t due = of.next_due(when());
    return due <= now && due < when().measure_to ? std::optional(due) : std::nullopt;
  };
  while (const auto due = due_in(storm_schedule_))
    say(rooms_[storm_schedule_.take()].first_place, *due);
  while (const auto due = due_in(bystander_schedule_)) {
    room& in = rooms_[first_bystanders_ + bystander_schedule_.take()];
    say(in.first_place + in.next_speaker, *due);
    in.next_speaker = (in.next_speaker + 1) % in.members;
  }
}

} // namespace parley::load
