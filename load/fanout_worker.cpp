#include "load/fanout_worker.hpp"

#include "load/clock.hpp"
#include "load/marker.hpp"

#include <algorithm>
#include <utility>

namespace parley::load {

namespace {

constexpr std::int64_t longest_wait = 10 * ns_per_ms; ///< between two looks at what other threads say

std::uint32_t rooms_of(const fanout_options& options, std::uint32_t number) {
  return (options.rooms - number + options.threads - 1) / options.threads;
}

} // namespace

void fanout_counts::merge(const fanout_counts& other) {
  sent += other.sent;
  acknowledged += other.acknowledged;
  expected += other.expected;
  delivered += other.delivered;
  doubled += other.doubled;
  out_of_order += other.out_of_order;
  strays += other.strays;
  errors += other.errors;
  closes += other.closes;
  other_frames += other.other_frames;
  measured_sent += other.measured_sent;
  measured_delivered += other.measured_delivered;
  measured_ns = std::max(measured_ns, other.measured_ns);
  measured_cpu_ns += other.measured_cpu_ns;
  busiest_thread = std::max(busiest_thread, other.busiest_thread);
  if (first_error.empty())
    first_error = other.first_error;
  if (first_close.empty())
    first_close = other.first_close;
  latency.merge(other.latency);
  send_lag.merge(other.send_lag);
}

fanout_worker::fanout_worker(const fanout_options& options, const dial& to, const std::vector<std::string>& tokens,
                             std::uint32_t number, std::uint32_t run, fanout_shared& shared)
  : options_(options), dial_(to), tokens_(tokens), number_(number), run_(run), shared_(shared),
    arrivals_(std::size_t{rooms_of(options, number)} * options.members * options.senders_per_room),
    opener_(std::size_t{rooms_of(options, number)} * options.members, 0, [this](std::size_t place) { start(place); }) {
  for (std::uint32_t i = 0; i < rooms_of(options, number); ++i) {
    const std::uint32_t global = number + i * options.threads;
    rooms_.push_back({global + 1, i * options.members, options.members, false, {}});
    for (std::uint32_t m = 0; m < options.members; ++m)
      members_.emplace_back(m * options.rooms + global, i);
  }
}

void fanout_worker::run() {
  open_all();
  if (!fault_) {
    ++shared_.ready;
    await_plan();
    if (!shared_.stop) {
      load();
      drain();
    }
  }
  for (member& each : members_)
    each.link.close();
  ++shared_.finished;
}

std::size_t fanout_worker::place_of(const client& link) const {
  const std::uint32_t room_index = (link.index() % options_.rooms - number_) / options_.threads;
  return std::size_t{room_index} * options_.members + link.index() / options_.rooms;
}

void fanout_worker::start(std::size_t place) {
  member& starting = members_[place];
  const std::uint32_t id = rooms_[starting.room_index].id;
  const std::string target = entry_target(dial_.url, options_.path, id, tokens_[starting.link.index()]);
  if (auto begun = starting.link.connect(loop_, *this, dial_, target); !begun)
    fail("connection " + std::to_string(starting.link.index()) + ": " + begun.error());
  ++connected_;
}

void fanout_worker::open_all() {
  while (!opener_.done() && !fault_ && !shared_.stop) {
    const std::int64_t now = now_ns();
    if (auto late = opener_.step(now))
      return fail(std::move(*late));
    loop_.poll(opener_.wait_ns(now));
  }
}

/// Keeps reading: those who are inside already hear the others come, and the server pings.
void fanout_worker::await_plan() {
  const fanout_plan* plan = nullptr;
  while ((plan = shared_.plan.load(std::memory_order_acquire)) == nullptr && !shared_.stop)
    loop_.poll(ns_per_ms);
  if (plan != nullptr)
    plan_ = *plan;
}

void fanout_worker::load() {
  while (now_ns() < plan_.start)
    loop_.poll(plan_.start - now_ns());
  if (options_.rate == 0)
    for (room& each : rooms_)
      for (std::uint32_t i = 0; i < options_.window; ++i)
        publish(each, now_ns());
  std::optional<std::int64_t> cpu_before;
  for (std::int64_t now = now_ns(); now < plan_.measure_to; now = now_ns()) {
    if (shared_.stop || connected_ == 0)
      break;
    if (!cpu_before && now >= plan_.measure_from)
      cpu_before = thread_cpu_ns();
    publish_due(now);
    const std::int64_t wake = std::min({plan_.measure_to, next_due(), now + longest_wait});
    loop_.poll(wake - now_ns());
  }
  if (!cpu_before)
    return;
  counts_.measured_ns = std::min(now_ns(), plan_.measure_to) - plan_.measure_from;
  counts_.measured_cpu_ns = thread_cpu_ns() - *cpu_before;
  if (counts_.measured_ns > 0)
    counts_.busiest_thread = static_cast<double>(counts_.measured_cpu_ns) / static_cast<double>(counts_.measured_ns);
}

void fanout_worker::drain() {
  while (in_flight() && connected_ != 0 && !shared_.stop && now_ns() < plan_.drain_to)
    loop_.poll(longest_wait);
}

bool fanout_worker::in_flight() const {
  return (options_.path == wire_path::envelope && counts_.acknowledged + counts_.errors < counts_.sent) ||
         std::any_of(rooms_.begin(), rooms_.end(), [](const room& each) { return each.messages.open() != 0; });
}

void fanout_worker::on_text(client& from, std::string_view text, std::int64_t received_ns) {
  const std::size_t place = place_of(from);
  member& to = members_[place];
  if (to.entry != entry_state::inside) {
    auto next = advance_entry(from, to.entry, options_.path, rooms_[to.room_index].id, text);
    if (!next)
      return fail("connection " + std::to_string(from.index()) + ": " + next.error());
    to.entry = *next;
    if (to.entry == entry_state::inside)
      opener_.ready(place, received_ns);
    return;
  }
  const auto mark = find_marker(text);
  if (!mark || mark->run != run_)
    return on_other(text);
  const room& in = rooms_[to.room_index];
  if (mark->room != in.id || mark->number >= in.messages.end()) {
    ++counts_.strays;
    return;
  }
  on_delivery(place, mark->number, mark->sent_ns, text, received_ns);
}

void fanout_worker::on_delivery(std::size_t place, std::uint32_t number, std::int64_t sent_ns, std::string_view text,
                                std::int64_t received_ns) {
  member& to = members_[place];
  const std::uint32_t senders = options_.senders_per_room;
  const arrival how = arrivals_.note(place * senders + number % senders, number / senders);
  if (how == arrival::doubled) {
    ++counts_.doubled;
    return;
  }
  const auto id = find_number(text, "\"id\":");
  if (!id)
    ++counts_.strays;
  else if (how == arrival::late || *id <= to.last_id)
    ++counts_.out_of_order;
  to.last_id = std::max(to.last_id, id.value_or(0));
  ++counts_.delivered;
  if (received_ns >= plan_.measure_from && received_ns < plan_.measure_to)
    ++counts_.measured_delivered;
  if (sent_ns >= plan_.measure_from && sent_ns < plan_.measure_to)
    counts_.latency.record(received_ns - sent_ns);
  room& in = rooms_[to.room_index];
  if (in.messages.arrived(number) && options_.rate == 0)
    publish(in, now_ns());
}

void fanout_worker::on_other(std::string_view text) {
  const std::string_view type = type_of(text);
  if (type == "message_ack") {
    ++counts_.acknowledged;
  } else if (type == "error") {
    ++counts_.errors;
    if (counts_.first_error.empty())
      counts_.first_error = code_of(text);
  } else {
    ++counts_.other_frames;
  }
}

void fanout_worker::publish(room& in, std::int64_t intended_ns) {
  if (in.silent || intended_ns >= plan_.measure_to)
    return;
  const std::uint32_t number = in.messages.start(in.present);
  if (options_.path == wire_path::envelope)
    frame_.assign(R"({"type":"send_message","payload":{"room_id":)")
      .append(std::to_string(in.id))
      .append(R"(,"content":")");
  else
    frame_.assign(R"({"type":"chat_message","content":")");
  const std::size_t mark_at = frame_.size();
  frame_.append(options_.size, 'x');
  write_marker(frame_.data() + mark_at, {run_, in.id, number, intended_ns});
  frame_.append(options_.path == wire_path::envelope ? R"("}})" : R"("})");
  members_[in.first_member + number % options_.senders_per_room].link.send(frame_);
  ++counts_.sent;
  counts_.expected += in.present;
  if (intended_ns >= plan_.measure_from) {
    ++counts_.measured_sent;
    counts_.send_lag.record(now_ns() - intended_ns);
  }
}

/// Message i of all rooms is due `i / rate` after the start, in room `i mod rooms`.
std::int64_t fanout_worker::next_due() const {
  if (options_.rate == 0)
    return plan_.measure_to;
  const std::uint64_t turn = scheduled_ / rooms_.size();
  const std::uint64_t global = turn * options_.rooms + rooms_[scheduled_ % rooms_.size()].id - 1;
  return plan_.start + static_cast<std::int64_t>(static_cast<double>(global) / options_.rate * ns_per_s);
}

void fanout_worker::publish_due(std::int64_t now) {
  for (std::int64_t due = next_due(); options_.rate > 0 && due <= now; due = next_due()) {
    publish(rooms_[scheduled_ % rooms_.size()], due);
    ++scheduled_;
  }
}

void fanout_worker::on_closed(client& from, const closing& why) {
  --connected_;
  const std::size_t place = place_of(from);
  member& gone = members_[place];
  if (plan_.start == 0)
    return fail("connection " + std::to_string(from.index()) + ": " + why.reason);
  ++counts_.closes;
  if (counts_.first_close.empty())
    counts_.first_close = why.reason;
  // The others go on: nobody waits for its copies any more, but they stay expected and so count as lost.
  room& in = rooms_[gone.room_index];
  const std::uint32_t senders = options_.senders_per_room;
  --in.present;
  in.silent = in.silent || place - in.first_member < senders;
  const std::uint32_t end = in.messages.end();
  for (std::uint32_t i = in.messages.begin(); i != end; ++i)
    if (!arrivals_.has(place * senders + i % senders, i / senders) && in.messages.arrived(i) && options_.rate == 0)
      publish(in, now_ns());
}

void fanout_worker::fail(std::string why) {
  if (!fault_)
    fault_ = std::move(why);
  shared_.stop = true;
}

} // namespace parley::load
