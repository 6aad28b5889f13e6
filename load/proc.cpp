#include "load/proc.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>

namespace parley::load {

namespace {

constexpr std::uint64_t other_files = 32; ///< standard streams, epoll, token file and the like

struct stat_line {
  std::string name;
  std::int64_t cpu_ns = 0;
};

/// proc(5): `pid (comm) state ppid …`; utime and stime are fields 14 and 15. The name may itself hold brackets.
std::optional<stat_line> read_stat(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line))
    return std::nullopt;
  const std::size_t open = line.find('(');
  const std::size_t close = line.rfind(')');
  if (open == std::string::npos || close == std::string::npos)
    return std::nullopt;
  std::istringstream rest(line.substr(close + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field)
    rest >> skipped;
  std::int64_t user = 0;
  std::int64_t system = 0;
  rest >> user >> system;
  const std::int64_t tick_ns = 1'000'000'000 / ::sysconf(_SC_CLK_TCK);
  return stat_line{line.substr(open + 1, close - open - 1), (user + system) * tick_ns};
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

} // namespace

tl::expected<proc_sample, std::string> sample_process(pid_t pid) {
  const std::filesystem::path process = "/proc/" + std::to_string(pid);
  const auto whole = read_stat(process / "stat");
  if (!whole)
    return tl::unexpected("there is no process " + std::to_string(pid));
  proc_sample sample;
  sample.cpu_ns = whole->cpu_ns;
  std::error_code gone;
  for (std::filesystem::directory_iterator i(process / "task", gone), end; !gone && i != end; i.increment(gone))
    if (const auto thread = read_stat(i->path() / "stat"))
      sample.threads[thread->name + "/" + i->path().filename().string()] = thread->cpu_ns;
  sample.rss_bytes = read_rss(process);
  return sample;
}

tl::expected<void, std::string> allow_connections(std::uint64_t connections) {
  const std::uint64_t needed = connections + other_files;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= needed)
    return {};
  if (limit.rlim_max < needed)
    return tl::unexpected(std::to_string(connections) + " connections do not fit: this process may open " +
                          std::to_string(limit.rlim_max) + " files (ulimit -Hn)");
  limit.rlim_cur = needed;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    return tl::unexpected("cannot raise the limit of open files to " + std::to_string(needed));
  return {};
}

} // namespace parley::load
