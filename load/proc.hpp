// What the server has used, from /proc, and what this process may use.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <sys/types.h>

namespace parley::load {

/// A process at one moment.
struct proc_sample {
  std::int64_t cpu_ns = 0;                     ///< user and system, all threads, those that ended too; 10 ms steps
  std::int64_t rss_bytes = 0;                  ///< resident memory
  std::map<std::string, std::int64_t> threads; ///< CPU nanoseconds by thread, `name/tid`; live ones only
};

/// The error is one line for people: no such process, or not ours to read.
tl::expected<proc_sample, std::string> sample_process(pid_t pid);

/// Raises the soft limit of open files so that `connections` fit beside what is open. The error is one line for people.
tl::expected<void, std::string> allow_connections(std::uint64_t connections);

} // namespace parley::load
