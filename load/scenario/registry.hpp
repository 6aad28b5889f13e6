// The scenarios that parley-load knows, and what each of them tells the rest of the program.
#pragma once

#include "load/measure/figures.hpp"
#include "load/scenario/part.hpp"
#include "load/scenario/rate_plan.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI { // NOLINT(readability-identifier-naming): the name that the library chose
class App;
}

namespace parley::load {

/// What is known of a run beside its tally.
struct run_facts {
  double measured_s = 0; ///< less than the duration where the run ended early; 0 where it never came to measuring
  std::int64_t throttled_ns = 0; ///< a CPU quota of a cgroup held this client, in the measured time, summed over cores
  std::int64_t steal_ns = 0;     ///< the host took from this machine, in the measured time, summed over cores
  std::int64_t sampling_ns = 0;  ///< CPU that looking at the server and gathering figures took in the measured time
  std::optional<std::int64_t> opening_cpu_ns;  ///< the server's CPU until all were connected
  std::optional<std::int64_t> measured_cpu_ns; ///< the server's CPU in the measured time
  std::optional<std::int64_t> rss_before;      ///< the server's resident bytes before the first connection
  std::optional<std::int64_t> rss_opened;      ///< when all were connected, at the beginning of the measured time
  std::optional<std::int64_t> rss_after;       ///< at the end of the measured time
  std::optional<std::int64_t> rss_peak;        ///< the most that was seen from the beginning of the measured time on
};

/// What a run comes to.
struct conclusion {
  figures values;
  std::vector<std::string> faults; ///< one line for people each; the first one is shown, any one fails the run
};

/// What `--duration` means to a scenario.
struct timing {
  std::string flags = "--duration"; ///< may add an alias, `--duration,--hold`
  double duration_s = 10;           ///< default
  double warmup_s = 1;              ///< default
  bool may_be_zero = false;         ///< a run may end as soon as all are connected
};

/// One object a scenario: it holds its own options from the command line on, and every worker process has a copy of it
/// by fork. Nothing in it changes once a run began.
class scenario {
public:
  virtual ~scenario() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;    ///< the subcommand
  [[nodiscard]] virtual std::string_view summary() const = 0; ///< one line, no full stop

  /// Registers the scenario's own flags, bound to its members, with their validators. `--duration`, `--warmup` and
  /// what all scenarios take is there already. The same names are the keys of a TOML file.
  virtual void add_flags(CLI::App& to) = 0;
  [[nodiscard]] virtual timing times() const { return {}; }

  /// One line for people about what no single flag can know, as a dialect that cannot do this; empty where all is
  /// well. Called once all flags are read.
  [[nodiscard]] virtual std::string conflict(const dialect& speaks, const share& processes) const = 0;

  /// How many connections the whole run has; that many files and ports are needed.
  [[nodiscard]] virtual std::uint64_t connections() const = 0;
  /// Connection k belongs to room 1 + k mod this, at least 1; with several servers each room has members on all.
  [[nodiscard]] virtual std::uint32_t rooms() const = 0;
  /// Whether `--tokens` is needed.
  [[nodiscard]] virtual bool uses_tokens(const dialect& speaks) const { return speaks.uses_tokens(); }
  /// Lines of the token file that are read: one more than the greatest number of a connection.
  [[nodiscard]] virtual std::uint64_t tokens_wanted() const { return connections(); }
  /// Source addresses that this scenario would like beside one for every 20,000 connections.
  [[nodiscard]] virtual std::uint32_t sources_wanted() const { return 1; }
  /// Messages leave on a schedule, so that a late client is told from a late server.
  [[nodiscard]] virtual bool open_loop() const { return false; }
  /// By which plan an open loop begins things, to set beside what it achieved; not there where nobody says.
  [[nodiscard]] virtual rate_plan rates() const { return {}; }
  /// Connecting is what is measured: a client that is busy while connections come in is the limit.
  [[nodiscard]] virtual bool measures_opening() const { return false; }
  /// The counter that the progress line and the series `delivered_per_s` show as work done.
  [[nodiscard]] virtual std::string_view work() const { return "delivered"; }
  /// The histogram whose quantiles are `p50_ms` and so on, in the progress line, the series and the curve too.
  [[nodiscard]] virtual std::string_view main_latency() const { return "latency"; }

  /// One a process, in that process.
  [[nodiscard]] virtual std::unique_ptr<part> make_part(const part_setup& setup) const = 0;

  /// Turns the tally of all processes into figures and faults. It adds the same names for any tally, also for an empty
  /// one (null where it cannot tell): that is how `--assert` knows the names before the run. The figures that
  /// `add_common_figures` adds are there already.
  virtual void conclude(const tally& total, const run_facts& facts, conclusion& out) const = 0;
};

/// All of them, in the order in which they are listed.
std::vector<std::unique_ptr<scenario>> all_scenarios();

// -- for `conclude` -----------------------------------------------------------

/// `connections`, `errors`, `closes`, handshake quantiles, the server's CPU and memory.
/// Faults: the server is gone, connections ended, errors were answered. For the program, before `conclude`.
void add_common_figures(const tally& total, const run_facts& facts, std::uint64_t connections, conclusion& out);

/// In milliseconds; nothing where nothing was recorded.
std::optional<double> quantile_ms(const histogram& of, double share);

/// Things a second; nothing where no time passed.
std::optional<double> per_second(double things, double seconds);

/// What a closed loop does about messages that it waits for in vain: `given_up`, and a fault where some were lost.
void add_given_up(const tally& total, conclusion& out);

/// `sent`, `delivered`, `expected`, `lost` … and the main latency's quantiles, from the names of `delivery_counts`.
/// Fault: deliveries were lost, doubled, out of order or astray.
void add_delivery_figures(const tally& total, const run_facts& facts, conclusion& out);

} // namespace parley::load
