#include "load/scenario/http_part.hpp"

#include "load/measure/clock.hpp"
#include "load/measure/marker.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>

namespace parley::load {

namespace {

/// The users from `window` on, so many that each room has `listen` of them.
std::vector<crowd::seat> seats_of(const http_options& options, const share& mine) {
  std::vector<crowd::seat> seats;
  for (std::uint32_t r = mine.index; r < options.rooms; r += mine.count) {
    const std::uint32_t first = options.window + (options.rooms + r - options.window % options.rooms) % options.rooms;
    for (std::uint32_t i = 0; i < options.listen; ++i)
      seats.push_back({first + i * options.rooms, r + 1, 0});
  }
  return seats;
}

std::vector<std::uint32_t> posters_of(const http_options& options, const share& mine) {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t k = 0; k < options.window; ++k)
    if (mine.has(k % options.rooms))
      numbers.push_back(k);
  return numbers;
}

} // namespace

http_part::http_part(const http_options& options, const part_setup& setup)
  : crowd(setup, seats_of(options, setup.mine), 0), options_(options), counts_(setup.counts),
    answered_(setup.counts.count("answered")), measured_answers_(setup.counts.count("measured_answers")),
    heard_(setup.counts.times("heard")),
    schedule_(options.pace.plan(), options.window, posters_of(options, setup.mine)),
    stages_(setup.counts, options.pace.plan()), content_(marker_size) {
  auto what = request_of(options, setup.speaks);
  assert(what); // `conflict` saw it
  what_ = std::move(*what);
  if (what_.path.uses(text_template::place::content) || what_.body.uses(text_template::place::content))
    content_ = marked_text(options.size);
  const bool with_ids = !setup.speaks.id_key.empty();
  for (std::uint32_t r = setup.mine.index; r < options.rooms; r += setup.mine.count) {
    rooms_.push_back({r + 1, rooms_.size() * options.listen, room_ledger(options.listen, with_ids, counts_)});
    for (std::uint32_t listener = 0; listener < options.listen; ++listener)
      rooms_.back().messages.came(listener);
  }
  for (const std::uint32_t k : posters_of(options, setup.mine))
    posters_.emplace_back(k, k % options.rooms / setup.mine.count, static_cast<std::uint32_t>(posters_.size()));
  live_posters_ = posters_.size();
}

void http_part::open(std::int64_t now) {
  crowd::open(now);
  if (connected_ || !crowd::opened())
    return;
  connected_ = true;
  for (poster& each : posters_)
    connect(each);
}

void http_part::connect(poster& who) {
  if (auto begun = who.link.connect(setup().on, *this, setup().to.of(who.number), who.number); !begun)
    give_up(who, begun.error());
}

void http_part::give_up(poster& who, const std::string& why) {
  if (when().start == 0)
    return fail(said_of(setup().to.of(who.number), "connection " + std::to_string(who.number) + ": " + why));
  who.alive = false;
  --live_posters_;
  --setup().counts.count("connections");
}

void http_part::begin(const plan& when) {
  crowd::begin(when);
  stages_.begin(when);
  setup().counts.count("connections") += posters_.size();
}

void http_part::close() {
  crowd::close();
  for (poster& each : posters_)
    each.link.close();
}

void http_part::step(std::int64_t now) {
  if (now < when().start)
    return;
  if (!begun_ && !open_loop())
    for (poster& each : posters_)
      due(each, now);
  begun_ = true;
  for (std::int64_t at = next_due(); open_loop() && at <= now; at = next_due()) {
    due(posters_[schedule_.take()], at);
    if (at >= when().measure_from)
      counts_.send_lag.record(now_ns() - at);
  }
}

std::int64_t http_part::next_due() const {
  if (open_loop())
    return schedule_.next_due(when());
  return begun_ ? never : when().start;
}

bool http_part::settled() const {
  const auto idle = [](const poster& each) { return !each.alive || (each.under_way.empty() && each.waiting.empty()); };
  return std::all_of(posters_.begin(), posters_.end(), idle) &&
         std::all_of(rooms_.begin(), rooms_.end(), [](const room& each) { return each.messages.owed() == 0; });
}

void http_part::tell(tally& counts) {
  std::uint64_t open = 0;
  for (const poster& each : posters_)
    open += each.under_way.size() + each.waiting.size();
  counts.count("unanswered") = unanswered_ + open;
}

void http_part::due(poster& who, std::int64_t intended_ns) {
  if (intended_ns >= when().measure_to)
    return;
  if (when().measures(intended_ns))
    ++counts_.measured_sent;
  who.waiting.push_back(intended_ns);
  go_on(who);
}

/// Sends what waits, one request at a time.
void http_part::go_on(poster& who) {
  if (!who.under_way.empty() || who.waiting.empty() || !who.alive)
    return;
  if (!who.link.is_open()) {
    ++setup().counts.count("reconnects");
    connect(who);
    if (!who.alive)
      return;
  }
  const std::int64_t intended_ns = who.waiting.front();
  who.waiting.pop_front();
  post(who, intended_ns);
}

void http_part::post(poster& who, std::int64_t intended_ns) {
  room& in = rooms_[who.room_index];
  const std::uint32_t number = in.messages.start(who.number, audience::everyone);
  content_.mark({setup().run, in.id, number, intended_ns});
  const auto& tokens = setup().tokens;
  const fillings with{.room = in.id,
                      .member = who.number,
                      .token = tokens.empty() ? std::string_view() : std::string_view(tokens[who.number]),
                      .content = content_.content(),
                      .marker = content_.marker_alone(),
                      .n = number};
  headers_.clear();
  for (const text_template& line : what_.headers) {
    line.append_to(headers_, with);
    headers_.append("\r\n");
  }
  target_.clear();
  what_.path.append_to(target_, with);
  body_.clear();
  what_.body.append_to(body_, with);
  who.link.send(what_.method, target_, headers_, body_);
  who.under_way.push_back({number, intended_ns});
  ++counts_.sent;
  stages_.sent(now_ns());
}

void http_part::on_answer(http_client& from, unsigned status, std::string_view body, std::int64_t received_ns) {
  poster& who = posters_[from.tag()];
  assert(!who.under_way.empty());
  const sent what = who.under_way.front();
  who.under_way.pop_front();
  note_status(status, body);
  if (status < 200 || status >= 300)
    rooms_[who.room_index].messages.withdraw(what.number);
  if (when().measures(what.intended_ns)) {
    counts_.latency.record(received_ns - what.intended_ns);
    stages_.heard(what.intended_ns, received_ns - what.intended_ns);
  }
  if (when().measures(received_ns))
    ++measured_answers_;
  if (!open_loop())
    due(who, now_ns());
  else
    go_on(who);
}

void http_part::note_status(unsigned status, std::string_view body) {
  constexpr std::array<std::string_view, 6> names{"status_other", "status_other", "status_2xx",
                                                  "status_3xx",   "status_4xx",   "status_5xx"};
  tally& counts = setup().counts;
  ++answered_;
  ++counts.count(names[status / 100 < names.size() ? status / 100 : 0]);
  if (status >= 200 && status < 300) {
    ++counts_.acknowledged;
    return;
  }
  ++counts.count("errors");
  counts.first("error", "HTTP " + std::to_string(status) + " " + setup().speaks.error_shown(body));
}

/// A server may close a connection on which nothing is under way; the next request takes a new one.
void http_part::on_http_closed(http_client& from, const std::string& why) {
  poster& who = posters_[from.tag()];
  const bool broke = !from.reached() || !who.under_way.empty();
  for (const sent& each : who.under_way)
    rooms_[who.room_index].messages.withdraw(each.number);
  unanswered_ += who.under_way.size();
  who.under_way.clear();
  if (broke) {
    ++setup().counts.count("closes");
    setup().counts.first("close", why);
  }
  if (!from.reached())
    return give_up(who, why);
  if (broke && !open_loop())
    due(who, now_ns());
  else
    go_on(who);
}

void http_part::on_message(std::size_t place, std::string_view text, std::int64_t received_ns) {
  const auto mark = mark_of(text);
  if (!mark)
    return note_other(text);
  room& in = rooms_[place / options_.listen];
  if (mark->room != in.id) {
    ++counts_.strays;
    return;
  }
  const std::string& id_key = setup().speaks.id_key;
  const auto id = id_key.empty() ? std::nullopt : find_number(text, id_key);
  const auto listener = static_cast<std::uint32_t>(place - in.first_place);
  if (in.messages.note(listener, mark->number, id) != room_ledger::heard::first_time)
    return;
  if (when().measures(received_ns))
    ++counts_.measured_delivered;
  if (when().measures(mark->sent_ns))
    heard_.record(received_ns - mark->sent_ns);
}

void http_part::on_gone(std::size_t place, const closing&) {
  room& in = rooms_[place / options_.listen];
  in.messages.went(static_cast<std::uint32_t>(place - in.first_place));
}

} // namespace parley::load
