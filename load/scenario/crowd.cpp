#include "load/scenario/crowd.hpp"

#include "load/measure/clock.hpp"

#include <algorithm>
#include <utility>

namespace parley::load {

namespace {

arrival_wish wish_of(const crowd::seat& seat, bool resuming) {
  if (seat.room == 0)
    return arrival_wish::greeting;
  return resuming ? arrival_wish::resume : arrival_wish::join;
}

} // namespace

std::vector<crowd::seat> crowd::seats_in_rooms(std::uint32_t rooms, std::uint32_t members, const share& mine) {
  std::vector<seat> seats;
  for (const std::uint32_t r : mine.of(rooms))
    for (std::uint32_t m = 0; m < members; ++m)
      seats.push_back({m * rooms + r, r + 1, 0});
  return seats;
}

crowd::crowd(const part_setup& setup, std::vector<seat> seats, double ramp_per_s)
  : setup_(setup), seats_(std::move(seats)),
    opener_(seats_.size(), ramp_per_s,
            [this](std::size_t place) { start(place, now_ns(), entry(wish_of(seats_[place], false))); }),
    connections_(setup.counts.count("connections")), handshakes_(setup.counts.count("handshakes")),
    errors_(setup.counts.count("errors")), acknowledged_(setup.counts.count("acknowledged")),
    closes_(setup.counts.count("closes")), other_frames_(setup.counts.count("other_frames")),
    damaged_(setup.counts.count("damaged")), handshake_(setup.counts.times("handshake")),
    upgrade_(setup.counts.times("phase.upgrade")), greeting_(setup.counts.times("phase.greeting")),
    join_(setup.counts.times("phase.join")) {
  for (std::size_t i = 0; i < seats_.size(); ++i)
    links_.emplace_back(seats_[i].number, static_cast<std::uint32_t>(i));
}

void crowd::open(std::int64_t now) {
  if (begun_ns_ == 0)
    begun_ns_ = now;
  if (const auto late = opener_.step(now))
    fail_at(*late, "was not ready after 10 s");
}

void crowd::close() {
  for (std::size_t i = 0; i < links_.size(); ++i)
    drop(i);
}

void crowd::on_inside(std::size_t, std::int64_t) {}

void crowd::on_gone(std::size_t, const closing&) {}

fillings crowd::about(std::size_t place) const {
  const std::uint32_t number = seats_[place].number;
  const std::string_view token = setup_.tokens.empty() ? std::string_view() : std::string_view(setup_.tokens[number]);
  return {.room = seats_[place].room, .member = number, .token = token};
}

fillings crowd::knocking(std::size_t place) const {
  fillings with = about(place);
  with.last_id = links_[place].last_id;
  return with;
}

void crowd::drop(std::size_t place) {
  member& leaving = links_[place];
  if (!leaving.alive)
    return;
  leaving.link.close();
  left(leaving);
}

void crowd::reopen(std::size_t place, std::int64_t now, std::optional<std::uint64_t> last_id) {
  links_[place].last_id = last_id.value_or(0);
  start(place, now, entry(wish_of(seats_[place], last_id.has_value())));
}

std::optional<marker> crowd::mark_of(std::string_view text) {
  const auto found = find_marker(text);
  const bool ours = found && found->run == setup_.run;
  if (setup_.speaks.is_ignored(text))
    return std::nullopt;
  if (ours ? !found->intact : !found && has_marker_opening(text))
    ++damaged_;
  return ours ? found : std::nullopt;
}

void crowd::note_other(std::string_view text) {
  if (setup_.speaks.is_ack(text)) {
    ++acknowledged_;
  } else if (setup_.speaks.is_error(text)) {
    ++errors_;
    setup_.counts.first("error", setup_.speaks.error_shown(text));
  } else {
    ++other_frames_;
  }
}

void crowd::on_open(client& from, std::int64_t received_ns) {
  const std::size_t place = from.place();
  links_[place].phase_ns = received_ns;
  upgrade_.record(received_ns - links_[place].started_ns);
  if (links_[place].doors.begin(from, setup_.speaks, knocking(place)))
    came_inside(place, received_ns);
}

void crowd::on_text(client& from, std::string_view text, std::int64_t received_ns) {
  if (!setup_.speaks.lines)
    return on_one_text(from, text, received_ns);
  while (!text.empty() && from.is_open()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    on_one_text(from, text.substr(0, end), received_ns);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void crowd::on_one_text(client& from, std::string_view text, std::int64_t received_ns) {
  const std::size_t place = from.place();
  member& to = links_[place];
  if (setup_.speaks.is_heartbeat(text)) {
    if (!setup_.speaks.beat.answer.empty())
      from.send(setup_.speaks.beat.answer);
    return;
  }
  if (to.doors.inside()) {
    if (!may_hold_several(text))
      return on_message(place, text, received_ns);
    for (const std::string_view piece : split_messages(text))
      on_message(place, piece, received_ns);
    return;
  }
  const bool greeted_before = to.doors.greeted(setup_.speaks);
  const auto came = to.doors.advance(from, setup_.speaks, knocking(place), text);
  if (!came)
    return refused(place, came.error());
  if (!greeted_before && to.doors.greeted(setup_.speaks))
    greeting_.record(received_ns - std::exchange(to.phase_ns, received_ns));
  if (*came)
    came_inside(place, received_ns);
}

void crowd::on_closed(client& from, const closing& why) {
  const std::size_t place = from.place();
  left(links_[place]);
  if (!opened())
    return fail_at(place, why.reason);
  if (!may_go(place)) {
    ++closes_;
    setup_.counts.first("close", setup_.to.count() > 1 ? said_of(server(place), why.reason) : why.reason);
  }
  on_gone(place, why);
}

void crowd::start(std::size_t place, std::int64_t now, entry doors) {
  member& starting = links_[place];
  starting.doors = doors;
  starting.started_ns = now;
  starting.alive = true;
  ++live_;
  request ask{handshake_target(setup_.speaks, server(place).url.path, server(place).url.query, about(place)),
              {},
              static_cast<std::uint32_t>(seats_[place].number + attempts_++ / seats_.size()),
              seats_[place].receive_bytes};
  for (const text_template& line : setup_.speaks.headers) {
    line.append_to(ask.headers, about(place));
    ask.headers.append("\r\n");
  }
  if (!setup_.speaks.subprotocol.empty())
    ask.headers.append("Sec-WebSocket-Protocol: ").append(setup_.speaks.subprotocol).append("\r\n");
  if (auto begun = starting.link.connect(setup_.on, *this, server(place), ask); !begun) {
    left(starting);
    fail_at(place, begun.error());
  }
}

void crowd::came_inside(std::size_t place, std::int64_t received_ns) {
  member& arrived = links_[place];
  ++connections_;
  ++handshakes_;
  handshake_.record(received_ns - arrived.started_ns);
  if (seats_[place].room != 0 && setup_.speaks.join.there())
    join_.record(received_ns - arrived.phase_ns);
  if (!std::exchange(arrived.was_inside, true)) {
    opener_.ready(place);
    if (opener_.done())
      setup_.counts.maximum("opening_ns") = received_ns - begun_ns_;
  }
  on_inside(place, received_ns);
}

/// A refusal before all were in place ends the run; one that comes later, as after a return, is an error among others.
void crowd::refused(std::size_t place, const std::string& why) {
  if (!opened())
    return fail_at(place, why);
  ++errors_;
  setup_.counts.first("error", why);
  drop(place);
  on_gone(place, {0, why});
}

void crowd::left(member& leaving) {
  if (!std::exchange(leaving.alive, false))
    return;
  --live_;
  if (leaving.doors.inside())
    --connections_;
  leaving.doors = entry();
}

void crowd::fail_at(std::size_t place, std::string_view why) {
  fail(said_of(server(place), "connection " + std::to_string(seats_[place].number) + ": " + std::string(why)));
}

} // namespace parley::load
