// The parent of a run: starts the worker processes, gives them one plan, watches the server, gathers what they tell.
#pragma once

#include "load/measure/series.hpp"
#include "load/run/worker.hpp"

#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace parley::load {

struct run_request {
  const run_setup& common;
  std::uint32_t processes = 1;
  double warmup_s = 1;
  double duration_s = 10;
  std::vector<pid_t> server_pids; ///< none: the server's use is not known
};

/// How a run went, whether it came to its end or not.
struct run_result {
  tally total;
  run_facts facts;
  std::vector<moment> moments;
  std::vector<std::string> faults; ///< one line each: a part's fault, a worker that died, an interruption
};

/// Called about once a second while the run goes on.
using on_progress = std::function<void(const moment&)>;

/// Blocks until all workers have ended, at most a few seconds after the plan. SIGINT and SIGTERM end the run early;
/// what came before is kept and `interrupted` is a fault. One run at a time in a process, which must have no other
/// threads.
run_result carry_out(const run_request& request, const on_progress& progress);

} // namespace parley::load
