#include "load/measure/proc.hpp"

#include "load/measure/clock.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>

namespace parley::load {

namespace {

constexpr std::uint64_t other_files = 32; ///< standard streams, epoll, the way to the coordinator and the like
constexpr std::int64_t counted_exactly = 256LL << 20; ///< bytes up to which pages are counted: 10 ms of work

/// A file of /proc in one read; empty where it cannot be read. A stream costs ten times as much.
std::string content_of(const std::string& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return {};
  std::string content;
  std::array<char, 4096> some{};
  for (ssize_t got = 0; (got = ::read(fd, some.data(), some.size())) > 0;)
    content.append(some.data(), static_cast<std::size_t>(got));
  ::close(fd);
  return content;
}

/// The words of a text, one after the other.
class words_in {
public:
  explicit words_in(std::string_view text) : rest_(text) {}

  std::string_view next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n"), rest_.size()));
    const std::string_view word = rest_.substr(0, rest_.find_first_of(" \t\n"));
    rest_.remove_prefix(word.size());
    return word;
  }

  std::int64_t number() {
    std::int64_t value = 0;
    const std::string_view word = next();
    std::from_chars(word.data(), word.data() + word.size(), value);
    return value;
  }

private:
  std::string_view rest_;
};

/// The number behind the first word `key`; 0 where there is none.
std::int64_t number_behind(std::string_view text, std::string_view key) {
  words_in words(text);
  for (std::string_view word = words.next(); !word.empty(); word = words.next())
    if (word == key)
      return words.number();
  return 0;
}

std::int64_t tick_ns() {
  return ns_per_s / ::sysconf(_SC_CLK_TCK);
}

struct stat_line {
  std::int64_t own_ns = 0;
  std::int64_t children_ns = 0;
  std::uint64_t started = 0;
  std::int64_t rss_bytes = 0;
};

/// proc(5): `pid (comm) state ppid …`; utime to cstime are fields 14 to 17, starttime 22, rss 24. The name may itself
/// hold brackets.
std::optional<stat_line> read_stat(const std::string& process) {
  const std::string line = content_of(process + "/stat");
  const std::size_t close = line.rfind(')');
  if (close == std::string::npos)
    return std::nullopt;
  words_in fields(std::string_view(line).substr(close + 1));
  for (int field = 3; field < 14; ++field)
    fields.next();
  stat_line out;
  out.own_ns = fields.number() * tick_ns();
  out.own_ns += fields.number() * tick_ns();
  out.children_ns = fields.number() * tick_ns();
  out.children_ns += fields.number() * tick_ns();
  for (int field = 18; field < 22; ++field)
    fields.next();
  out.started = static_cast<std::uint64_t>(fields.number());
  fields.next();
  out.rss_bytes = fields.number() * ::sysconf(_SC_PAGESIZE);
  return out;
}

/// The kernel keeps a clock of each process, in nanoseconds; /proc shows it in ticks of 10 ms.
std::optional<std::int64_t> cpu_clock_of(pid_t pid) {
  clockid_t clock = 0;
  timespec t{};
  if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &t) != 0)
    return std::nullopt;
  return t.tv_sec * ns_per_s + t.tv_nsec;
}

std::int64_t exact_rss(const std::string& process, std::int64_t quick) {
  if (quick > counted_exactly)
    return quick;
  const std::int64_t kib = number_behind(content_of(process + "/smaps_rollup"), "Rss:");
  return kib > 0 ? kib * 1024 : quick;
}

/// This process's folder in the hierarchy that has CPU quotas, and where that hierarchy is mounted.
std::pair<std::string, std::string> cpu_cgroup() {
  const std::string all = content_of("/proc/self/cgroup"); // lines of `ID:CONTROLLERS:/PATH`
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\n', at), all.size());
    const std::string line = all.substr(at, end - at);
    at = end + 1;
    const std::size_t path = line.find(":/");
    if (path == std::string::npos)
      continue;
    if (line.starts_with("0::"))
      return {"/sys/fs/cgroup", line.substr(path + 1)};
    if (line.find("cpu,cpuacct") != std::string::npos)
      return {"/sys/fs/cgroup/cpu,cpuacct", line.substr(path + 1)};
  }
  return {};
}

} // namespace

/// False where the process itself is not there; children may go at any moment.
bool process_watch::add_tree(pid_t pid, memory_count how, usages& to, std::int64_t& rss_bytes) {
  const std::string process = "/proc/" + std::to_string(pid);
  const auto stat = read_stat(process);
  if (!stat)
    return false;
  to[{pid, stat->started}] = {cpu_clock_of(pid).value_or(stat->own_ns), stat->children_ns};
  rss_bytes += how == memory_count::exact ? exact_rss(process, stat->rss_bytes) : stat->rss_bytes;
  std::error_code gone;
  for (std::filesystem::directory_iterator i(process + "/task", gone), end; !gone && i != end; i.increment(gone)) {
    const std::string children = content_of(i->path().string() + "/children");
    words_in pids(children);
    for (std::int64_t child = pids.number(); child > 0; child = pids.number())
      add_tree(static_cast<pid_t>(child), how, to, rss_bytes);
  }
  return true;
}

tl::expected<proc_sample, std::string> process_watch::sample(memory_count how) {
  usages now;
  proc_sample sum;
  for (const pid_t pid : pids_)
    if (!add_tree(pid, how, now, sum.rss_bytes))
      return tl::unexpected("there is no process " + std::to_string(pid));
  std::int64_t ended_ns = 0;
  std::int64_t waited_for_ns = 0;
  for (const auto& [who, before] : seen_)
    if (const auto still = now.find(who); still != now.end())
      waited_for_ns += still->second.children_ns - before.children_ns;
    else
      ended_ns += before.own_ns + before.children_ns;
  // A parent that waits takes over what its child had used; of one that does not, it would be gone.
  ended_ns_ += std::max<std::int64_t>(ended_ns - waited_for_ns, 0);
  sum.cpu_ns = ended_ns_;
  for (const auto& [who, usage] : now)
    sum.cpu_ns += usage.own_ns + usage.children_ns;
  seen_ = std::move(now);
  return sum;
}

thread_sample sample_this_thread() {
  thread_sample taken{thread_cpu_ns(), 0};
  const std::string content = content_of("/proc/thread-self/schedstat");
  words_in fields(content);
  fields.next(); // on a core: less exact than the thread's own clock
  taken.run_delay_ns = fields.number();
  return taken;
}

machine_sample sample_machine() {
  machine_sample taken;
  const auto [mount, own] = cpu_cgroup();
  // A quota may stand on any folder above.
  for (std::string folder = own; !mount.empty() && folder.size() > 1; folder.resize(folder.rfind('/'))) {
    const std::string counters = content_of(mount + folder + "/cpu.stat");
    const std::int64_t throttled_ns =
      number_behind(counters, "throttled_usec") * 1000 + number_behind(counters, "throttled_time");
    taken.throttled_ns = std::max(taken.throttled_ns, throttled_ns);
  }
  const std::string stat = content_of("/proc/stat"); // cpu user nice system idle iowait irq softirq steal
  words_in fields(stat);
  for (int field = 0; field < 8; ++field)
    fields.next();
  taken.steal_ns = fields.number() * tick_ns();
  return taken;
}

tl::expected<void, std::string> allow_connections(std::uint64_t connections) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < connections + other_files)
    return tl::unexpected(std::to_string(connections) + " connections do not fit into a process, which may open " +
                          std::to_string(limit.rlim_max) + " files (ulimit -Hn); more --processes hold more");
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    return tl::unexpected("cannot raise the limit of open files to " + std::to_string(limit.rlim_max));
  return {};
}

} // namespace parley::load
