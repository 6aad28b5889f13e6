// What the server and this client have used, from the kernel, and what this process may use.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace parley::load {

/// Processes at one moment.
struct proc_sample {
  std::int64_t cpu_ns = 0;    ///< user and system, all threads, those that ended too
  std::int64_t rss_bytes = 0; ///< resident memory
};

/// How well memory is counted.
enum class memory_count : std::uint8_t {
  quick, ///< the kernel's counters, which may lag behind by some pages a thread
  exact, ///< page by page where the process is small enough for that (up to 256 MiB); above, as `quick`
};

/// Processes and all that descend from them, looked at again and again. The CPU of one never falls, also where children
/// end, waited for or not: what they had used when they were seen last stays in it.
class process_watch {
public:
  explicit process_watch(std::vector<pid_t> pids) : pids_(std::move(pids)) {}

  /// The sum over all. The error is one line for people: no such process, or not ours to read.
  tl::expected<proc_sample, std::string> sample(memory_count how);

private:
  /// A process id may be given again: its start tells the two apart.
  using identity = std::pair<pid_t, std::uint64_t>;
  struct usage {
    std::int64_t own_ns = 0;      ///< of itself, in nanoseconds
    std::int64_t children_ns = 0; ///< of children that it has waited for, in 10 ms steps
  };
  using usages = std::map<identity, usage>;

  static bool add_tree(pid_t pid, memory_count how, usages& to, std::int64_t& rss_bytes);

  std::vector<pid_t> pids_;
  usages seen_;               ///< at the last sample
  std::int64_t ended_ns_ = 0; ///< of processes that ended and that nobody waited for
};

/// What the calling thread has used and wanted, nanoseconds since it began.
struct thread_sample {
  std::int64_t cpu_ns = 0;
  std::int64_t run_delay_ns = 0; ///< ready to run, but without a core; 0 where the kernel does not tell
};

thread_sample sample_this_thread();

/// What kept cores from all that runs here, since some time in the past: only differences mean something.
struct machine_sample {
  std::int64_t throttled_ns = 0; ///< by a CPU quota of a cgroup that this process is in, summed over cores
  std::int64_t steal_ns = 0;     ///< by the host of this virtual machine, summed over cores
};

machine_sample sample_machine();

/// Raises the soft limit of open files to the hard one. The error, one line for people, says that `connections` do not
/// fit into one process even so.
tl::expected<void, std::string> allow_connections(std::uint64_t connections);

} // namespace parley::load
