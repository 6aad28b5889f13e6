// `parley-load selftest` and `parley-load lie`: the harness held to what it claims to find.
#include "load/execute.hpp"
#include "load/lie/liar.hpp"
#include "load/measure/clock.hpp"
#include "load/run/perform.hpp"

#include <cmath>
#include <csignal>
#include <deque>
#include <fcntl.h>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace parley::load {

namespace {

constexpr std::int64_t turn_ns = 10 * ns_per_ms;
constexpr double quantile_fault_most = 0.002;

/// The lying server in a process of its own, for as long as this lives.
class liar_process {
public:
  static tl::expected<std::unique_ptr<liar_process>, std::string> start(fault what) {
    auto server = liar::listen(what, 0);
    if (!server)
      return tl::unexpected(server.error());
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0)
      return tl::unexpected(std::string("no process for the lying server"));
    if (pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      while (::getppid() == parent)
        (*server)->turn(turn_ns);
      ::_exit(0);
    }
    return std::unique_ptr<liar_process>(new liar_process(pid, (*server)->port()));
  }
  ~liar_process() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  liar_process(const liar_process&) = delete;
  liar_process& operator=(const liar_process&) = delete;

  [[nodiscard]] std::string url() const { return "ws://127.0.0.1:" + std::to_string(port_); }

private:
  liar_process(pid_t pid, std::uint16_t port) : pid_(pid), port_(port) {}

  pid_t pid_;
  std::uint16_t port_;
};

constexpr std::array<std::string_view, 7> counted{"lost",    "doubled",      "out_of_order", "strays",
                                                  "damaged", "id_conflicts", "errors"};

double count_in(const run_report& of, std::string_view name) {
  const figure* found = of.values.find(name);
  return found != nullptr ? as_number(*found).value_or(-1) : -1;
}

/// Empty where the run found just this fault, else what it said instead.
std::string wrong_with(const run_report& of, const fault_row& row) {
  std::ostringstream out;
  for (const std::string_view name : counted) {
    // A copy that goes astray may also be out of order where it lands.
    const bool wanted = name == row.figure;
    if (wanted != (count_in(of, name) > 0))
      out << name << " is " << count_in(of, name) << "; ";
  }
  if (row.figure == "unacknowledged" && count_in(of, "acknowledged") >= count_in(of, "sent"))
    out << "all seem to be acknowledged; ";
  const bool failed = of.code == exit_code::failed;
  if (failed == row.figure.empty())
    out << "exit code " << static_cast<int>(of.code) << "; ";
  if (row.what == fault::slow && count_in(of, "p50_ms") < static_cast<double>(slow_ns) / ns_per_ms)
    out << "p50_ms is " << count_in(of, "p50_ms") << "; ";
  return out.str();
}

/// A fault in both kinds of loop; empty where both found it.
std::string test_fault(const fault_row& row) {
  std::string wrong;
  for (const std::string pace : {"--rate=400", "--window=8"}) {
    const auto server = liar_process::start(row.what);
    if (!server)
      return server.error();
    auto parsed = parse_options({"fanout", "--dialect=liar", "--url=" + (*server)->url(), "--rooms=2", "--members=4",
                                 "--senders-per-room=2", "--size=100", "--warmup=0", "--duration=0.3", pace});
    if (!parsed)
      return parsed.error().text;
    const auto report = perform(std::get<run_command>(*parsed), {});
    if (!report)
      return report.error().text;
    if (const std::string of = wrong_with(*report, row); !of.empty())
      wrong.append(pace).append(": ").append(of);
  }
  return wrong;
}

/// Quantiles of values that are known: an exponential's, from its inverse.
std::string test_quantiles() {
  constexpr int values = 1'000'000;
  constexpr double mean_ns = 7e6;
  const auto at = [](double share) { return -mean_ns * std::log1p(-share); };
  histogram of;
  for (int i = 0; i < values; ++i)
    of.record(std::llround(at((i + 0.5) / values)));
  std::ostringstream out;
  for (const double share : {0.5, 0.9, 0.95, 0.99, 0.999}) {
    const double off = static_cast<double>(of.quantile(share)) / at(share) - 1;
    if (std::abs(off) > quantile_fault_most)
      out << "the quantile " << share << " is off by " << off * 100 << " %; ";
  }
  return out.str();
}

/// A fault tested in a process of its own, so that several can wait at the same time.
class trial {
public:
  explicit trial(const fault_row& row) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0)
      return;
    pid_ = ::fork();
    if (pid_ == 0) {
      const std::string wrong = test_fault(row);
      const bool told = ::write(ends[1], wrong.data(), wrong.size()) == static_cast<ssize_t>(wrong.size());
      ::_exit(told ? 0 : 1);
    }
    ::close(ends[1]);
    result_ = ends[0];
  }
  ~trial() { ::close(result_); }
  trial(const trial&) = delete;
  trial& operator=(const trial&) = delete;

  /// Waits for the end. Empty where the fault was found.
  std::string outcome() {
    std::string wrong;
    std::array<char, 1024> some{};
    for (ssize_t got = 0; (got = ::read(result_, some.data(), some.size())) > 0;)
      wrong.append(some.data(), static_cast<std::size_t>(got));
    int status = 0;
    const bool ended = pid_ > 0 && ::waitpid(pid_, &status, 0) == pid_ && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return ended ? wrong : "the trial broke off";
  }

private:
  pid_t pid_ = -1;
  int result_ = -1;
};

constexpr std::size_t trials_at_once = 5;

} // namespace

exit_code execute(const test_itself&, const std::vector<std::string>&) {
  bool good = true;
  const auto tell = [&good](std::string_view name, std::string_view about, const std::string& wrong) {
    std::cout << (wrong.empty() ? "found   " : "MISSED  ") << std::left << std::setw(16) << name << about;
    if (!wrong.empty())
      std::cout << ": " << wrong;
    std::cout << std::endl;
    good = good && wrong.empty();
  };
  std::deque<std::unique_ptr<trial>> under_way;
  std::size_t begun = 0;
  for (const fault_row& each : all_faults) {
    while (begun < all_faults.size() && under_way.size() < trials_at_once)
      under_way.push_back(std::make_unique<trial>(all_faults[begun++]));
    tell(each.name, each.about, under_way.front()->outcome());
    under_way.pop_front();
  }
  tell("quantiles", "are those of known values, within 0.2 %", test_quantiles());
  return good ? exit_code::good : exit_code::failed;
}

exit_code execute(const serve_lies& asked, const std::vector<std::string>&) {
  const auto server = liar::listen(*fault_named(asked.fault), asked.port);
  if (!server) {
    say(server.error());
    return exit_code::failed;
  }
  std::cerr << "lying (" << asked.fault << ") on ws://127.0.0.1:" << (*server)->port() << std::endl;
  for (;;)
    (*server)->turn(turn_ns);
}

} // namespace parley::load
