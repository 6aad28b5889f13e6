#include "load/scenario/send.hpp"

#include "load/measure/clock.hpp"
#include "load/measure/deliveries.hpp"
#include "load/measure/marker.hpp"
#include "load/scenario/ack_file.hpp"
#include "load/scenario/crowd.hpp"
#include "load/scenario/limits.hpp"
#include "load/scenario/schedule.hpp"
#include "load/scenario/stage_meter.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace parley::load {

namespace {

/// An answer of a closed loop that a later one overtook, or whose sender hears nothing any more, is most likely lost
/// when it is so late.
constexpr std::int64_t answer_patience_ns = ns_per_s;
constexpr std::int64_t look_every_ns = 100 * ns_per_ms;

/// Membership is all that sending to Parley asks for: who stays out of the room is acknowledged and reads nothing else.
bool must_join(const dialect& speaks) {
  return speaks.ack.empty() || speaks.tracked.empty() || speaks.room_from_start();
}

std::vector<crowd::seat> seats_of(const send_options& options, const part_setup& setup) {
  std::vector<crowd::seat> seats;
  for (std::uint32_t k = setup.mine.index; k < options.senders; k += setup.mine.count)
    seats.push_back({k, must_join(setup.speaks) ? 1 + k % options.rooms : 0});
  return seats;
}

class senders final : public crowd {
public:
  senders(const send_options& options, const part_setup& setup)
    : crowd(setup, seats_of(options, setup), 0), options_(options), counts_(setup.counts), acks_(options.acks),
      tracked_(!setup.speaks.tracked.empty()), given_up_(setup.counts.count("given_up")), states_(size()),
      schedule_(options.pace.plan(), options.senders, setup.mine.of(options.senders)),
      stages_(setup.counts, options.pace.plan()), filler_(options.size, 'x'),
      content_(tracked_ ? marker_size : setup.speaks.carried(options.size)) {
    if (acks_.failed())
      fail("--acks: cannot open " + options.acks);
  }

  void begin(const plan& when) override {
    crowd::begin(when);
    stages_.begin(when);
  }

  void step(std::int64_t now) override {
    if (now < when().start)
      return;
    for (std::int64_t due = next_due(); open_loop() && due <= now; due = next_due())
      send_next(schedule_.take(), due);
    if (open_loop())
      return;
    for (std::size_t place = 0; !begun_ && place < size(); ++place)
      for (std::uint32_t i = 0; i < options_.window; ++i)
        send_next(place, now);
    begun_ = true;
    if (now < next_look_ns_)
      return;
    next_look_ns_ = now + look_every_ns;
    for (std::size_t place = 0; place < size(); ++place)
      refill(place, now);
  }

  [[nodiscard]] std::int64_t next_due() const override {
    if (open_loop())
      return schedule_.next_due(when());
    return begun_ ? never : when().start;
  }
  [[nodiscard]] bool settled() const override {
    return resting_ == size() || counts_.delivered + lost_ >= counts_.sent;
  }

private:
  struct waiting {
    std::uint32_t number;
    std::int64_t due_ns;
    bool given_up = false; ///< another one was sent in its place
  };

  struct state {
    bool resting = false; ///< sends no next message
    std::uint32_t next = 0;
    std::uint32_t passed = 0;       ///< the greatest number that was answered
    std::int64_t last_heard_ns = 0; ///< an answer
    std::uint64_t last_id = 0;      ///< the greatest that was answered; without ids, one more than the number
    std::vector<waiting> waits;     ///< without an answer, in a closed loop as many as the window and what was given up
  };

  [[nodiscard]] bool open_loop() const { return options_.pace.open_loop(); }

  void on_message(std::size_t place, std::string_view text, std::int64_t received_ns) override {
    if (!tracked_ && setup().speaks.is_ignored(text))
      return;
    const auto mark = find_marker(text);
    if (mark && mark->run == setup().run && (!tracked_ || setup().speaks.ack.empty() || setup().speaks.is_ack(text))) {
      if (!mark->intact)
        ++setup().counts.count("damaged");
      if (mark->room == at(place).number)
        on_ack(place, *mark, text, received_ns);
      return;
    }
    note_other(text);
    // An error does not say how long it lasts, and asking again at once would only make more of them.
    if (setup().speaks.is_error(text))
      rest(place);
  }

  void on_ack(std::size_t place, const marker& mark, std::string_view text, std::int64_t received_ns) {
    state& to = states_[place];
    const auto found = std::ranges::find(to.waits, mark.number, &waiting::number);
    if (found == to.waits.end()) {
      ++(mark.number < to.next ? counts_.doubled : counts_.strays);
      return;
    }
    const bool given_up = found->given_up;
    to.waits.erase(found);
    to.passed = std::max(to.passed, mark.number);
    to.last_heard_ns = received_ns;
    note_id(to, mark, text);
    if (tracked_)
      ++counts_.acknowledged;
    ++counts_.delivered;
    if (when().measures(received_ns))
      ++counts_.measured_delivered;
    if (when().measures(mark.sent_ns)) {
      counts_.latency.record(received_ns - mark.sent_ns);
      counts_.ack.record(received_ns - mark.sent_ns);
      stages_.heard(mark.sent_ns, received_ns - mark.sent_ns);
    }
    if (!open_loop() && !given_up)
      send_next(place, received_ns);
  }

  /// Sends on in place of messages whose answers are most likely lost.
  void refill(std::size_t place, std::int64_t now) {
    state& of = states_[place];
    const bool silent = now - of.last_heard_ns > answer_patience_ns;
    for (std::size_t i = 0; i < of.waits.size() && !of.resting; ++i) {
      waiting& each = of.waits[i];
      if (each.given_up || now - each.due_ns < answer_patience_ns || !(silent || each.number < of.passed))
        continue;
      each.given_up = true; // before the list grows
      ++given_up_;
      send_next(place, now);
    }
  }

  void note_id(state& to, const marker& mark, std::string_view text) {
    // What comes back is an acknowledgement, or the sender's own message.
    const std::string& key = tracked_ ? setup().speaks.ack_id_key : setup().speaks.id_key;
    if (key.empty())
      return note_order(to, mark.number + std::uint64_t{1});
    const auto id = find_number(text, key);
    if (!id) {
      ++counts_.strays;
      return;
    }
    note_order(to, *id);
    content_.mark(mark);
    acks_.append(*id, content_.marker_alone());
    if (acks_.failed())
      fail("--acks: cannot write " + options_.acks);
  }

  /// Who was passed over is lost or late, but those behind it are in order.
  void note_order(state& to, std::uint64_t id) {
    counts_.out_of_order += id <= to.last_id ? 1 : 0;
    to.last_id = std::max(to.last_id, id);
  }

  void on_gone(std::size_t place, const closing&) override { rest(place); }

  void rest(std::size_t place) {
    state& of = states_[place];
    if (of.resting)
      return;
    of.resting = true;
    ++resting_;
    lost_ += of.waits.size();
  }

  void send_next(std::size_t place, std::int64_t due_ns) {
    state& from = states_[place];
    if (from.resting || due_ns >= when().measure_to)
      return;
    const std::uint32_t number = from.next++;
    fillings with = about(place);
    with.room = 1 + with.member % options_.rooms;
    content_.mark({setup().run, with.member, number, due_ns});
    with.content = tracked_ ? std::string_view(filler_) : content_.content();
    with.marker = content_.marker_alone();
    with.n = number;
    frame_.clear();
    (tracked_ ? setup().speaks.tracked : setup().speaks.publish).append_to(frame_, with);
    send(place, frame_);
    from.waits.push_back({number, due_ns});
    ++counts_.sent;
    ++counts_.expected;
    if (due_ns < when().measure_from)
      return;
    ++counts_.measured_sent;
    if (!open_loop())
      return;
    const std::int64_t now = now_ns();
    counts_.send_lag.record(now - due_ns);
    stages_.sent(now);
  }

  const send_options& options_;
  delivery_counts counts_;
  ack_file acks_;
  bool tracked_;
  std::uint64_t& given_up_;
  bool begun_ = false;
  std::int64_t next_look_ns_ = 0;
  std::vector<state> states_;
  schedule schedule_;
  stage_meter stages_;
  std::string filler_; ///< the content where the marker travels beside it
  marked_text content_;
  std::string frame_;
  std::size_t resting_ = 0;
  std::uint64_t lost_ = 0; ///< without an answer when their sender came to rest
};

} // namespace

void send_scenario::add_flags(CLI::App& to) {
  to.add_option("--rooms", options_.rooms, "sender k writes to room 1 + k mod this")
    ->required()
    ->check(CLI::Range(1U, connections_max));
  to.add_option("--senders", options_.senders, "connections")->required()->check(CLI::Range(1U, connections_max));
  auto* window = to.add_option("--window", options_.window, "unacknowledged messages a sender, in a closed loop");
  window->capture_default_str()->check(CLI::Range(1U, window_max));
  add_rate_flags(to, options_.pace, "messages a second of all senders, in an open loop", window);
  to.add_option("--size", options_.size, "bytes of a message's content")
    ->capture_default_str()
    ->check(CLI::Range(1U, content_max));
  to.add_option("--acks", options_.acks,
                "file to append `message_id client_msg_id` to, a line an acknowledged message");
}

std::string send_scenario::conflict(const dialect& speaks, const share& processes) const {
  if (speaks.tracked.empty() && (speaks.publish.empty() || !speaks.echo_to_sender))
    return "dialect " + speaks.name + " neither acknowledges a message nor returns it to its sender";
  if (!options_.acks.empty() && speaks.ack_id_key.empty())
    return "--acks: dialect " + speaks.name + " does not say where an acknowledgement holds the id";
  if (options_.senders < processes.count)
    return "--processes must not exceed --senders";
  return {};
}

std::unique_ptr<part> send_scenario::make_part(const part_setup& setup) const {
  return std::make_unique<senders>(options_, setup);
}

void send_scenario::conclude(const tally& total, const run_facts& facts, conclusion& out) const {
  add_delivery_figures(total, facts, out);
  add_given_up(total, out);
  if (facts.measured_s > 0 && total.count_of("measured_delivered") == 0)
    out.faults.emplace_back("nothing was answered in the measured time");
}

} // namespace parley::load
