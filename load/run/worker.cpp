#include "load/run/worker.hpp"

#include "load/measure/clock.hpp"
#include "load/measure/proc.hpp"
#include "load/measure/snapshot.hpp"

#include <algorithm>
#include <cstring>

namespace parley::load {

namespace {

constexpr std::int64_t longest_wait = 10 * ns_per_ms;
constexpr std::int64_t listen_every = 2 * ns_per_ms; ///< to the coordinator
constexpr std::int64_t tell_every = 250 * ns_per_ms;
constexpr std::int64_t linger_ns = 500 * ns_per_ms; ///< for copies that nobody awaits any more
constexpr double whole_ppm = 1e6;

class worker {
public:
  worker(const run_setup& setup, const share& mine, channel& coordinator)
    : coordinator_(coordinator),
      part_(setup.what.make_part({mine, loop_, setup.to, setup.speaks, setup.tokens, counts_, setup.run})) {}

  void run() {
    open();
    if (going() && part_->opened())
      coordinator_.send(word::ready);
    while (going() && !plan_)
      turn(never);
    if (going()) {
      part_->begin(*plan_);
      load();
      drain();
      linger();
    }
    counts_.count("left_open") = counts_.count_of("connections");
    part_->close();
    if (!part_->fault().empty())
      coordinator_.send(word::fault, part_->fault());
    send_all();
    tell();
    coordinator_.send(word::done);
    send_all();
  }

private:
  [[nodiscard]] bool going() const { return !stopped_ && able(); }
  /// There is something left to work with, and somebody to tell.
  [[nodiscard]] bool able() const {
    return !coordinator_.closed() && part_->fault().empty() && !(part_->opened() && part_->over());
  }

  void open() {
    const std::int64_t begun = now_ns();
    const thread_sample before = sample_this_thread();
    while (!part_->opened() && going()) {
      const std::int64_t now = now_ns();
      part_->open(now);
      turn(part_->next_open(now));
    }
    if (part_->opened())
      note_share("client_opening_busy_ppm", sample_this_thread().cpu_ns - before.cpu_ns, now_ns() - begun);
  }

  void load() {
    while (going() && now_ns() < plan_->start)
      turn(plan_->start);
    std::optional<thread_sample> before;
    for (std::int64_t now = now_ns(); now < plan_->measure_to && going(); now = now_ns()) {
      if (!before && now >= plan_->measure_from) {
        before = sample_this_thread();
        loop_.read_lag = &counts_.times("read_lag");
        loop_.received_bytes = &counts_.count("received_bytes");
      }
      part_->step(now);
      turn(std::min({part_->next_due(), plan_->measure_to, before ? never : plan_->measure_from}));
    }
    loop_.read_lag = nullptr;
    loop_.received_bytes = nullptr;
    if (going())
      part_->step(plan_->measure_to - 1); // what was due and still waits for this process leaves late, but it leaves
    if (stopped_)
      part_->end_at(now_ns());
    if (able())
      part_->finish(now_ns());
    if (!before)
      return;
    const thread_sample after = sample_this_thread();
    const std::int64_t measured_ns = now_ns() - plan_->measure_from;
    counts_.count("client_cpu_ns") = static_cast<std::uint64_t>(after.cpu_ns - before->cpu_ns);
    note_share("client_busy_ppm", after.cpu_ns - before->cpu_ns, measured_ns);
    const std::int64_t waited_ns = after.run_delay_ns - before->run_delay_ns;
    note_share("client_run_delay_ppm", waited_ns, measured_ns);
    note_share("client_wait_ppm", waited_ns, waited_ns + after.cpu_ns - before->cpu_ns);
  }

  /// Also where the run was stopped: what is on its way then is not lost.
  void drain() {
    const std::int64_t until = stopped_ ? now_ns() + (plan_->drain_to - plan_->measure_to) : plan_->drain_to;
    while (able() && !part_->settled() && now_ns() < until)
      turn(until);
  }

  /// Second copies may come behind the last delivery that was awaited.
  void linger() {
    const std::int64_t until = now_ns() + (counts_.count_of("expected") > 0 ? linger_ns : 0);
    while (able() && now_ns() < until)
      turn(until);
  }

  /// Serves sockets until `until`, at most ten milliseconds, and the coordinator where it is time.
  void turn(std::int64_t until) {
    const std::int64_t now = now_ns();
    loop_.poll(std::min(until, now + longest_wait) - now);
    if (now >= listened_ns_ + listen_every) {
      listened_ns_ = now;
      listen();
    }
    if (now >= told_ns_ + tell_every) {
      told_ns_ = now;
      tell();
    }
  }

  void listen() {
    coordinator_.flush();
    while (const auto heard = coordinator_.receive()) {
      if (heard->what == word::stop)
        stopped_ = true;
      if (heard->what == word::go && heard->content.size() == sizeof(plan))
        std::memcpy(&plan_.emplace(), heard->content.data(), sizeof(plan));
    }
    stopped_ = stopped_ || coordinator_.closed();
  }

  void tell() {
    // A coordinator that is behind gets what it missed with the next one.
    if (coordinator_.sends())
      return;
    counts_.count("client_total_cpu_ns") = static_cast<std::uint64_t>(thread_cpu_ns());
    part_->tell(counts_);
    const auto bytes = snapshots_.write(counts_);
    coordinator_.send(word::snapshot, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }

  void send_all() {
    while (!coordinator_.flush())
      loop_.poll(ns_per_ms);
  }

  void note_share(std::string_view name, std::int64_t used, std::int64_t of) {
    counts_.maximum(name) = static_cast<std::int64_t>(static_cast<double>(used) /
                                                      static_cast<double>(std::max<std::int64_t>(of, 1)) * whole_ppm);
  }

  channel& coordinator_;
  loop loop_;
  tally counts_;
  snapshot_writer snapshots_;
  std::unique_ptr<part> part_;
  std::optional<plan> plan_;
  bool stopped_ = false;
  std::int64_t listened_ns_ = 0;
  std::int64_t told_ns_ = 0;
};

} // namespace

void run_worker(const run_setup& setup, const share& mine, channel& to_coordinator) {
  worker(setup, mine, to_coordinator).run();
}

} // namespace parley::load
