// What every scenario does before and after its run.
#pragma once

#include "load/client.hpp"
#include "load/options.hpp"
#include "load/proc.hpp"
#include "load/report.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::load {

/// CPU share of a client thread above which the client, not the server, sets the figures.
inline constexpr double saturated_above = 0.9;

struct prepared_run {
  dial to;
  std::vector<std::string> tokens; ///< one a connection
};

/// Reads tokens, resolves the host, looks for the server's process and makes room for open files.
tl::expected<prepared_run, early_exit> prepare(const common_options& options, std::uint64_t connections);

/// Prints one line on standard error.
exit_code stop_with(const early_exit& why);

/// Prints the report and what is wrong, if anything (`fault`), and picks the exit code. `busiest_thread` is the CPU
/// share, 0..1, of the client's busiest thread.
exit_code conclude(report& out, bool as_json, const std::string& fault, double busiest_thread);

/// What the server uses between two moments; knows nothing where there is no process to ask.
class server_use {
public:
  explicit server_use(std::optional<pid_t> pid) : pid_(pid) {}

  void begin() { before_ = sample(); }
  void end() { after_ = sample(); }

  /// Both samples are there.
  [[nodiscard]] bool known() const { return before_ && after_; }
  /// Only where `known`.
  [[nodiscard]] std::int64_t cpu_ns() const { return after_->cpu_ns - before_->cpu_ns; }
  /// Resident memory at either moment. Only where `known`.
  [[nodiscard]] std::int64_t rss_before() const { return before_->rss_bytes; }
  [[nodiscard]] std::int64_t rss_after() const { return after_->rss_bytes; }

  /// CPU share of a core over `wall_ns`, whole and by thread, and resident memory at the end. Nothing where not
  /// `known`.
  void add_to(report& out, std::int64_t wall_ns) const;

private:
  [[nodiscard]] std::optional<proc_sample> sample() const;

  std::optional<pid_t> pid_;
  std::optional<proc_sample> before_;
  std::optional<proc_sample> after_;
};

} // namespace parley::load
