#include "load/scenario/journey_part.hpp"

#include "load/measure/clock.hpp"

#include <algorithm>

namespace parley::load {

journey_part::journey_part(const journey_options& options, const part_setup& setup)
  : options_(options), setup_(setup), chance_(options.seed + setup.mine.index) {
  for (const std::uint32_t number : setup.mine.of(options.users))
    seats_.emplace_back(options.script, static_cast<std::uint32_t>(seats_.size()), number);
  requests_.resize(seats_.size());
  for (const std::string& name : options.script.names)
    steps_.push_back({setup.counts.count("step." + name + ".done"), setup.counts.count("step." + name + ".failed"),
                      setup.counts.times("step." + name)});
}

void journey_part::begin(const plan& when) {
  plan_ = when;
}

void journey_part::step(std::int64_t now) {
  if (now < plan_.start)
    return;
  while (begun_ < seats_.size() && sets_out_ns() <= now)
    seats_[begun_++].acts.begin(*this);
  // Not those that they set anew for this very moment: sockets come first.
  for (std::size_t left = alarms_.size(); left > 0 && alarms_.top().first <= now; --left) {
    const std::uint32_t place = alarms_.top().second;
    alarms_.pop();
    seats_[place].acts.on_wake(*this);
  }
  begin_connections();
}

std::int64_t journey_part::next_due() const {
  if (!waiting_.empty())
    return 0;
  std::int64_t due = alarms_.empty() ? never : alarms_.top().first;
  if (begun_ < seats_.size())
    due = std::min(due, sets_out_ns());
  return due;
}

/// When the next user does; all processes together keep the ramp.
std::int64_t journey_part::sets_out_ns() const {
  const double every_ns = options_.ramp > 0 ? ns_per_s / options_.ramp : 0;
  return plan_.start + static_cast<std::int64_t>(seats_[begun_].number * every_ns);
}

void journey_part::finish(std::int64_t) {
  for (seat& each : seats_)
    each.acts.stop();
}

bool journey_part::settled() const {
  return std::ranges::none_of(seats_, [](const seat& each) { return each.acts.busy(); });
}

void journey_part::close() {
  for (seat& each : seats_) {
    hang_up(each.link.place());
    each.requests.close();
  }
}

void journey_part::tell(tally& counts) {
  counts.count("unanswered") =
    static_cast<std::uint64_t>(std::ranges::count_if(seats_, [](const seat& each) { return each.acts.busy(); }));
}

void journey_part::begin_connections() {
  std::vector<std::uint32_t> places;
  places.swap(waiting_);
  for (const std::uint32_t place : places) {
    seat& who = seats_[place];
    if (std::exchange(who.connects, false))
      start(who);
    request_line ask = std::exchange(requests_[place], {});
    if (ask.method.empty())
      continue;
    if (!who.requests.is_open()) {
      if (auto begun = who.requests.connect(setup_.on, *this, server(who), who.number); !begun) {
        who.acts.on_request_broken(*this, begun.error());
        continue;
      }
    }
    who.requests.send(ask.method, ask.target, ask.headers, ask.body);
    note_sent();
  }
}

void journey_part::start(seat& who) {
  const std::uint32_t place = who.link.place();
  hang_up(place);
  who.doors = entry(arrival_wish::greeting);
  who.started_ns = now();
  parley::load::request with{
    handshake_target(setup_.speaks, server(who).url.path, server(who).url.query, about(place)),
    {},
    static_cast<std::uint32_t>(who.number + attempts_++ / std::max<std::size_t>(seats_.size(), 1)),
    0};
  for (const text_template& line : setup_.speaks.headers) {
    line.append_to(with.headers, about(place));
    with.headers.append("\r\n");
  }
  if (!setup_.speaks.subprotocol.empty())
    with.headers.append("Sec-WebSocket-Protocol: ").append(setup_.speaks.subprotocol).append("\r\n");
  if (auto begun = who.link.connect(setup_.on, *this, server(who), with); !begun)
    return who.acts.on_broken(*this, begun.error());
  who.alive = true;
}

void journey_part::left(seat& who) {
  if (std::exchange(who.alive, false) && who.doors.inside())
    --setup_.counts.count("connections");
  who.doors = entry(arrival_wish::greeting);
}

void journey_part::on_open(client& from, std::int64_t received_ns) {
  seat& who = seats_[from.place()];
  if (who.doors.begin(from, setup_.speaks, about(from.place())))
    inside(who, received_ns);
}

void journey_part::on_text(client& from, std::string_view text, std::int64_t received_ns) {
  seat& who = seats_[from.place()];
  if (!setup_.speaks.lines)
    return one_text(who, text, received_ns);
  while (!text.empty() && from.is_open()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    one_text(who, text.substr(0, end), received_ns);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void journey_part::one_text(seat& who, std::string_view text, std::int64_t received_ns) {
  const dialect& speaks = setup_.speaks;
  if (speaks.is_heartbeat(text)) {
    if (!speaks.beat.answer.empty())
      who.link.send(speaks.beat.answer);
    return;
  }
  const bool refuses = speaks.is_error(text);
  if (who.doors.inside()) {
    if (who.acts.on_text(*this, text, refuses, received_ns))
      return;
    ++setup_.counts.count(refuses ? "errors" : "other_frames");
    if (refuses)
      setup_.counts.first("error", speaks.error_shown(text));
    return;
  }
  const auto came = who.doors.advance(who.link, speaks, about(who.link.place()), text);
  if (!came)
    who.acts.on_broken(*this, came.error());
  else if (*came)
    inside(who, received_ns);
}

void journey_part::inside(seat& who, std::int64_t received_ns) {
  ++setup_.counts.count("connections");
  ++setup_.counts.count("handshakes");
  setup_.counts.times("handshake").record(received_ns - who.started_ns);
  who.acts.on_inside(*this, received_ns);
}

void journey_part::on_closed(client& from, const closing& why) {
  seat& who = seats_[from.place()];
  if (who.doors.inside()) {
    ++setup_.counts.count("closes");
    setup_.counts.first("close", said_of(server(who), why.reason));
  }
  left(who);
  who.acts.on_broken(*this, why.reason);
}

void journey_part::on_answer(http_client& from, unsigned status, std::string_view body, std::int64_t received_ns) {
  seats_[from.tag()].acts.on_answer(*this, status, body, received_ns);
}

/// A server may close a connection on which nothing is under way; the next request takes a new one.
void journey_part::on_http_closed(http_client& from, const std::string& why) {
  seats_[from.tag()].acts.on_request_broken(*this, why);
}

void journey_part::connect(std::uint32_t place, std::string_view token) {
  seats_[place].token = token;
  seats_[place].connects = true;
  waiting_.push_back(place);
}

std::string_view journey_part::join(std::uint32_t place) {
  return exchanged(place, setup_.speaks.join);
}

std::string_view journey_part::leave(std::uint32_t place) {
  return exchanged(place, setup_.speaks.leave);
}

std::string_view journey_part::exchanged(std::uint32_t place, const exchange& how) {
  if (!how.send.empty()) {
    frame_.clear();
    how.send.append_to(frame_, about(place));
    send(place, frame_);
  }
  return how.expect;
}

void journey_part::hang_up(std::uint32_t place) {
  seat& who = seats_[place];
  who.connects = false;
  if (who.alive)
    who.link.close();
  left(who);
  requests_[place] = {};
  if (who.requests.under_way() > 0) // its answer would be taken for that of the next request
    who.requests.close();
}

bool journey_part::send(std::uint32_t place, std::string_view text) {
  seat& who = seats_[place];
  if (!who.link.is_open())
    return false;
  who.link.send(text);
  note_sent();
  return true;
}

void journey_part::request(std::uint32_t place, const journey_step& what, const fillings& with) {
  request_line& to = requests_[place];
  to = {.method = what.method, .target = what.target.fill(with), .headers = {}, .body = what.text.fill(with)};
  for (const text_template& line : what.headers) {
    line.append_to(to.headers, with);
    to.headers.append("\r\n");
  }
  waiting_.push_back(place);
}

void journey_part::note_sent() {
  ++setup_.counts.count("sent");
  if (plan_.measures(now()))
    ++setup_.counts.count("measured_sent");
}

void journey_part::done(std::size_t name, std::int64_t ns) {
  ++steps_[name].done;
  ++setup_.counts.count("steps_done");
  if (!plan_.measures(now()))
    return;
  ++setup_.counts.count("measured_steps");
  steps_[name].times.record(ns);
  setup_.counts.times("step").record(ns);
}

void journey_part::failed(std::size_t name, const std::string& why) {
  ++steps_[name].failed;
  ++setup_.counts.count("steps_failed");
  setup_.counts.first("step." + options_.script.names[name], why);
}

void journey_part::ended(bool whole, std::int64_t ns) {
  ++setup_.counts.count(whole ? "journeys" : "journeys_failed");
  if (!whole || !plan_.measures(now()))
    return;
  ++setup_.counts.count("measured_journeys");
  setup_.counts.times("journey").record(ns);
}

std::int64_t journey_part::now() const {
  return now_ns();
}

double journey_part::chance() {
  return std::uniform_real_distribution<double>(0, 1)(chance_);
}

fillings journey_part::about(std::uint32_t place) {
  const seat& who = seats_[place];
  std::string_view token = who.token;
  if (token.empty() && !setup_.tokens.empty())
    token = setup_.tokens[who.number];
  return {.room = 1 + who.number % options_.rooms, .member = who.number, .token = token};
}

} // namespace parley::load
