#include "load/run/coordinator.hpp"

#include "load/measure/clock.hpp"
#include "load/measure/proc.hpp"
#include "load/measure/snapshot.hpp"
#include "load/scenario/schedule.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace parley::load {

namespace {

constexpr std::int64_t lead_ns = 20 * ns_per_ms; ///< from the word `go` to the first message: all workers have read it
constexpr std::int64_t drain_ns = 5 * ns_per_s;
constexpr std::int64_t stop_ns = drain_ns + 2 * ns_per_s; ///< for a worker to end when it is told to

volatile std::sig_atomic_t signalled = 0;

void on_signal(int) {
  signalled = 1;
}

/// SIGINT and SIGTERM end the run while this lives.
class signal_watch {
public:
  signal_watch() {
    signalled = 0;
    struct sigaction action {};
    action.sa_handler = on_signal;
    ::sigaction(SIGINT, &action, &old_int_);
    ::sigaction(SIGTERM, &action, &old_term_);
  }
  ~signal_watch() {
    ::sigaction(SIGINT, &old_int_, nullptr);
    ::sigaction(SIGTERM, &old_term_, nullptr);
  }
  signal_watch(const signal_watch&) = delete;
  signal_watch& operator=(const signal_watch&) = delete;

private:
  struct sigaction old_int_ {};
  struct sigaction old_term_ {};
};

std::int64_t from_seconds(double seconds) {
  return static_cast<std::int64_t>(seconds * ns_per_s);
}

class coordinator {
public:
  coordinator(const run_request& request, const on_progress& progress)
    : request_(request), progress_(progress), begun_ns_(now_ns()), watch_(request.server_pids),
      before_(sample(memory_count::exact)),
      series_(request.common.what.work(), request.common.what.main_latency(), begun_ns_, cpu(before_)) {}

  run_result run() {
    out_.facts.rss_before = rss(before_);
    next_second_ = begun_ns_ + ns_per_s;
    start_workers();
    while (std::any_of(workers_.begin(), workers_.end(), [](const process& each) { return !each.ended; }))
      turn();
    end_measuring(now_ns());
    out_.total = total();
    // The last moment comes when all have left: a fraction of a second that says nothing of the load.
    if (series_.all().empty() && out_.total.count_of("handshakes") > 0)
      add_moment(now_ns());
    out_.moments = series_.all();
    return std::move(out_);
  }

private:
  struct process {
    pid_t pid;
    channel link;
    snapshot_reader told{};
    bool ready = false;
    bool done = false;
    bool ended = false;
  };

  void start_workers() {
    for (std::uint32_t i = 0; i < request_.processes; ++i) {
      int ends[2] = {-1, -1};
      if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return stop(std::string("no socket for a worker process: ") + std::strerror(errno));
      const pid_t parent = ::getpid();
      const pid_t pid = ::fork();
      if (pid == 0) {
        ::close(ends[0]);
        be_worker(i, ends[1], parent);
      }
      ::close(ends[1]);
      if (pid < 0) {
        ::close(ends[0]);
        return stop(std::string("no worker process: ") + std::strerror(errno));
      }
      workers_.push_back({pid, channel(ends[0])});
    }
  }

  [[noreturn]] void be_worker(std::uint32_t index, int fd, pid_t parent) {
    // A terminal's ^C goes to all processes of the group, but it is the coordinator who says when to stop.
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, SIG_DFL);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::prctl(PR_SET_TIMERSLACK, 1); // else every message of an open loop leaves 50 µs late
    if (::getppid() != parent)
      ::_exit(1);
    workers_.clear();
    {
      channel link(fd);
      run_worker(request_.common, {index, request_.processes}, link);
    }
    ::_exit(0);
  }

  void turn() {
    std::vector<pollfd> waits;
    for (const process& each : workers_)
      waits.push_back(
        {each.ended ? -1 : each.link.fd(), static_cast<short>(POLLIN | (each.link.sends() ? POLLOUT : 0)), 0});
    const std::int64_t wait_ns = std::clamp<std::int64_t>(next_due() - now_ns(), 0, ns_per_s);
    const timespec timeout{wait_ns / ns_per_s, wait_ns % ns_per_s};
    ::ppoll(waits.data(), waits.size(), &timeout, nullptr);
    for (process& each : workers_)
      if (!each.ended)
        listen(each);
    if (signalled != 0 && !stopped_ns_)
      stop("interrupted");
    if (!plan_ && !stopped_ns_ &&
        std::all_of(workers_.begin(), workers_.end(), [](const process& p) { return p.ready; }))
      go();
    watch_time(now_ns());
  }

  [[nodiscard]] std::int64_t next_due() const {
    std::int64_t due = next_second_;
    if (plan_ && !cpu_from_)
      due = std::min(due, plan_->measure_from);
    else if (plan_ && !measured_)
      due = std::min(due, plan_->measure_to);
    return due;
  }

  void listen(process& to) {
    to.link.flush();
    while (const auto heard = to.link.receive()) {
      switch (heard->what) {
      case word::ready:
        to.ready = true;
        break;
      case word::snapshot:
        if (auto read = to.told.read(heard->content); !read)
          stop(read.error());
        break;
      case word::fault:
        stop(heard->content);
        break;
      case word::done:
        to.done = true;
        break;
      case word::go:
      case word::stop:
        break;
      }
    }
    if (to.link.closed())
      bury(to);
  }

  /// The socket is closed: the process has ended, or is about to.
  void bury(process& of) {
    int status = 0;
    while (::waitpid(of.pid, &status, 0) < 0 && errno == EINTR) {
    }
    of.ended = true;
    const std::string number = std::to_string(&of - workers_.data());
    if (!of.done && WIFSIGNALED(status))
      stop("worker process " + number + " was ended by signal " + std::to_string(WTERMSIG(status)));
    else if (!of.done)
      stop("worker process " + number + " ended with status " + std::to_string(WEXITSTATUS(status)));
    else if (!plan_)
      stop_workers(); // it lost its connections before the others had theirs
  }

  void go() {
    const auto opened = sample(memory_count::exact);
    out_.facts.rss_opened = rss(opened);
    if (before_ && opened)
      out_.facts.opening_cpu_ns = opened->cpu_ns - before_->cpu_ns;
    plan& set = plan_.emplace();
    set.start = now_ns() + lead_ns;
    set.measure_from = set.start + from_seconds(request_.warmup_s);
    set.measure_to = set.measure_from + from_seconds(request_.duration_s);
    set.drain_to = set.measure_to + drain_ns;
    for (process& each : workers_)
      each.link.send(word::go, {reinterpret_cast<const char*>(&set), sizeof set});
  }

  void watch_time(std::int64_t now) {
    if (plan_ && !cpu_from_ && now >= plan_->measure_from) {
      cpu_from_ = cpu(sample(memory_count::quick)).value_or(-1);
      machine_from_ = sample_machine();
      own_cpu_from_ns_ = thread_cpu_ns();
    }
    if (plan_ && cpu_from_ && now >= plan_->measure_to)
      end_measuring(now);
    if (now >= next_second_) {
      next_second_ += std::max(ns_per_s, (now - next_second_) / ns_per_s * ns_per_s);
      add_moment(now);
      if (progress_)
        progress_(series_.all().back());
    }
    if (stopped_ns_ && now > *stopped_ns_ + stop_ns)
      for (const process& each : workers_)
        if (!each.ended)
          ::kill(each.pid, SIGKILL);
  }

  /// The first call counts: at the end of the measured time, or when all have ended before it.
  void end_measuring(std::int64_t now) {
    if (measured_ || !plan_ || now < plan_->measure_from)
      return;
    measured_ = true;
    const machine_sample machine = sample_machine();
    out_.facts.throttled_ns = machine.throttled_ns - machine_from_.throttled_ns;
    out_.facts.steal_ns = machine.steal_ns - machine_from_.steal_ns;
    out_.facts.sampling_ns = thread_cpu_ns() - own_cpu_from_ns_;
    const auto after = sample(memory_count::exact);
    out_.facts.measured_s = static_cast<double>(std::min(now, plan_->measure_to) - plan_->measure_from) / ns_per_s;
    out_.facts.rss_after = rss(after);
    note_peak(out_.facts.rss_after);
    if (after && cpu_from_.value_or(-1) >= 0)
      out_.facts.measured_cpu_ns = after->cpu_ns - *cpu_from_;
  }

  void add_moment(std::int64_t now) {
    out_.total = total();
    const auto server = sample(memory_count::quick);
    series_.add(now, out_.total, cpu(server), rss(server), intended_by(now));
    note_peak(rss(server));
  }

  /// What was to be begun so far.
  [[nodiscard]] std::optional<double> intended_by(std::int64_t now) const {
    const rate_plan rates = request_.common.what.rates();
    if (!rates.there())
      return std::nullopt;
    return plan_ ? rates.begun_by(now, span_of(*plan_)) : 0;
  }

  void note_peak(std::optional<std::int64_t> seen) {
    auto& peak = out_.facts.rss_peak;
    if (seen && plan_ && now_ns() >= plan_->measure_from)
      peak = std::max(peak.value_or(*seen), *seen);
  }

  [[nodiscard]] tally total() const {
    tally sum;
    for (const process& each : workers_)
      sum.merge(each.told.latest());
    return sum;
  }

  void stop(std::string why) {
    out_.faults.push_back(std::move(why));
    stop_workers();
  }

  void stop_workers() {
    if (stopped_ns_)
      return;
    stopped_ns_ = now_ns();
    for (process& each : workers_)
      each.link.send(word::stop);
  }

  [[nodiscard]] std::optional<proc_sample> sample(memory_count how) {
    if (request_.server_pids.empty())
      return std::nullopt;
    auto taken = watch_.sample(how);
    return taken ? std::optional(*taken) : std::nullopt;
  }
  static std::optional<std::int64_t> cpu(const std::optional<proc_sample>& of) {
    return of ? std::optional(of->cpu_ns) : std::nullopt;
  }
  static std::optional<std::int64_t> rss(const std::optional<proc_sample>& of) {
    return of ? std::optional(of->rss_bytes) : std::nullopt;
  }

  const run_request& request_;
  const on_progress& progress_;
  std::int64_t begun_ns_;
  process_watch watch_;               ///< the server
  std::optional<proc_sample> before_; ///< the server
  series series_;
  std::vector<process> workers_;
  std::optional<plan> plan_;
  std::optional<std::int64_t> cpu_from_; ///< of the server at the beginning of the measured time; below 0: not known
  machine_sample machine_from_;          ///< at the beginning of the measured time
  std::int64_t own_cpu_from_ns_ = 0;     ///< the same of this process
  std::optional<std::int64_t> stopped_ns_;
  std::int64_t next_second_ = 0;
  bool measured_ = false;
  run_result out_;
};

} // namespace

run_result carry_out(const run_request& request, const on_progress& progress) {
  const signal_watch signals;
  return coordinator(request, progress).run();
}

} // namespace parley::load
