// What the server and this client have used, from /proc, and what this process may use.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace parley::load {

/// Processes at one moment.
struct proc_sample {
  std::int64_t cpu_ns = 0;    ///< user and system, all threads, those that ended too; 10 ms steps
  std::int64_t rss_bytes = 0; ///< resident memory
};

/// The sum over these processes and all that descend from them. The error is one line for people: no such process, or
/// not ours to read.
tl::expected<proc_sample, std::string> sample_processes(const std::vector<pid_t>& pids);

/// What the calling thread has used and wanted, nanoseconds since it began.
struct thread_sample {
  std::int64_t cpu_ns = 0;
  std::int64_t run_delay_ns = 0; ///< ready to run, but without a core; 0 where the kernel does not tell
};

thread_sample sample_this_thread();

/// Raises the soft limit of open files to the hard one. The error, one line for people, says that `connections` do not
/// fit into one process even so.
tl::expected<void, std::string> allow_connections(std::uint64_t connections);

} // namespace parley::load
