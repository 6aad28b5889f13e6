// A scenario's share of the work in one process: the hooks that the process's loop drives.
#pragma once

#include "load/dialect/dialect.hpp"
#include "load/measure/tally.hpp"
#include "load/scenario/servers.hpp"
#include "load/wire/loop.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace parley::load {

/// Which of the run's processes this is.
struct share {
  std::uint32_t index = 0; ///< from 0
  std::uint32_t count = 1;

  /// Thing `number` of the whole run (a room, a connection) belongs to this process.
  [[nodiscard]] bool has(std::uint32_t number) const { return number % count == index; }

  /// Those of `things` that belong to this process, in order.
  [[nodiscard]] std::vector<std::uint32_t> of(std::uint32_t things) const {
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = index; i < things; i += count)
      out.push_back(i);
    return out;
  }
};

/// When what happens, as `now_ns()`, which is the same clock in all processes.
struct plan {
  std::int64_t start = 0;        ///< first message
  std::int64_t measure_from = 0; ///< after the warm-up
  std::int64_t measure_to = 0;   ///< nothing is sent from here on
  std::int64_t drain_to = 0;     ///< at the latest: what has not come by now is lost

  [[nodiscard]] bool measures(std::int64_t t) const { return t >= measure_from && t < measure_to; }
};

/// What a part is made from. Everything outlives it.
struct part_setup {
  share mine;
  loop& on;
  const servers& to;
  const dialect& speaks;
  const std::vector<std::string>& tokens; ///< connection k of the whole run has the k-th; empty where none are used
  tally& counts;                          ///< of this process, told to the coordinator four times a second
  std::uint32_t run = 0;                  ///< told by chance at each start; goes into every marker
};

/// No time at all: nothing is due.
inline constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

/// The order of the calls, all on one thread, sockets being served between any two of them:
/// `open` until `opened`; when all processes are: `begin`; `step` until `plan::measure_to`; `finish`; then only sockets
/// until `settled` or `plan::drain_to`; `close`. A stop leads to `end_at` and `finish`, a `fault` to `close` at once.
class part {
public:
  part() = default;
  part(const part&) = delete;
  part& operator=(const part&) = delete;
  virtual ~part() = default;

  /// Starts the connections that are due.
  virtual void open(std::int64_t now) = 0;
  /// All is in place to begin.
  [[nodiscard]] virtual bool opened() const = 0;
  /// When `open` wants to be called next, as `now_ns()`; it is called within 10 ms in any case.
  [[nodiscard]] virtual std::int64_t next_open(std::int64_t now) const = 0;

  /// All processes are in place. Work may begin at `when.start`, a few milliseconds ahead; `step` comes from then on.
  virtual void begin(const plan& when) = 0;
  /// Does what is due.
  virtual void step(std::int64_t now) = 0;
  /// When `step` wants to be called next, or `never`; it is called within 10 ms in any case.
  [[nodiscard]] virtual std::int64_t next_due() const { return never; }
  /// The run is stopped early: nothing is sent from here on. `finish` follows.
  virtual void end_at(std::int64_t now) { static_cast<void>(now); }
  /// The measured time is over, `step` comes no more. Once, unless the run was stopped before it began.
  virtual void finish(std::int64_t now) { static_cast<void>(now); }
  /// Nothing is on its way any more: the run may end.
  [[nodiscard]] virtual bool settled() const { return true; }
  /// Nothing is left to work with (all connections are gone): the run ends early, its figures are kept.
  [[nodiscard]] virtual bool over() const { return false; }
  /// Says goodbye on all connections.
  virtual void close() = 0;

  /// Before each snapshot: brings `counts` up to date where a figure is not kept as it happens.
  virtual void tell(tally& counts) { static_cast<void>(counts); }
  /// One line for people where the part cannot go on (a connection that was refused); empty else.
  [[nodiscard]] const std::string& fault() const { return fault_; }

protected:
  /// The first one counts.
  void fail(std::string why) {
    if (fault_.empty())
      fault_ = std::move(why);
  }

private:
  std::string fault_;
};

} // namespace parley::load
