#include "load/measure/proc.hpp"

#include "load/measure/clock.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>

namespace parley::load {

namespace {

constexpr std::uint64_t other_files = 32; ///< standard streams, epoll, the way to the coordinator and the like

/// proc(5): `pid (comm) state ppid …`; utime and stime are fields 14 and 15. The name may itself hold brackets.
std::optional<std::int64_t> read_cpu(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line))
    return std::nullopt;
  const std::size_t close = line.rfind(')');
  if (close == std::string::npos)
    return std::nullopt;
  std::istringstream rest(line.substr(close + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field)
    rest >> skipped;
  std::int64_t user = 0;
  std::int64_t system = 0;
  rest >> user >> system;
  const std::int64_t tick_ns = 1'000'000'000 / ::sysconf(_SC_CLK_TCK);
  return (user + system) * tick_ns;
}

/// `smaps_rollup` counts pages one by one; the counters of `status` lag behind where threads cache them.
std::int64_t read_rss(const std::filesystem::path& process) {
  const std::pair<const char*, std::string_view> sources[] = {{"smaps_rollup", "Rss:"}, {"status", "VmRSS:"}};
  for (const auto& [file, key] : sources) {
    std::ifstream in(process / file);
    for (std::string word; in >> word;)
      if (std::int64_t kib = 0; word == key && in >> kib)
        return kib * 1024;
  }
  return 0;
}

/// Adds a process and its descendants. False where the process itself is not there; children may go at any moment.
bool add_tree(pid_t pid, proc_sample& to) {
  const std::filesystem::path process = "/proc/" + std::to_string(pid);
  const auto cpu_ns = read_cpu(process / "stat");
  if (!cpu_ns)
    return false;
  to.cpu_ns += *cpu_ns;
  to.rss_bytes += read_rss(process);
  std::error_code gone;
  for (std::filesystem::directory_iterator i(process / "task", gone), end; !gone && i != end; i.increment(gone)) {
    std::ifstream children(i->path() / "children");
    for (pid_t child = 0; children >> child;)
      add_tree(child, to);
  }
  return true;
}

} // namespace

tl::expected<proc_sample, std::string> sample_processes(const std::vector<pid_t>& pids) {
  proc_sample sum;
  for (const pid_t pid : pids)
    if (!add_tree(pid, sum))
      return tl::unexpected("there is no process " + std::to_string(pid));
  return sum;
}

thread_sample sample_this_thread() {
  thread_sample taken{thread_cpu_ns(), 0};
  std::ifstream in("/proc/thread-self/schedstat");
  std::int64_t on_cpu = 0;
  in >> on_cpu >> taken.run_delay_ns;
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
