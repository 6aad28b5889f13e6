// When the database's files are rid of what was deleted, edited or dissolved.
#pragma once

#include "storage/ports.hpp"

#include <chrono>
#include <optional>

namespace parley {

/// What the database writer owes to deleted content, on its thread. It says when to come again; who asks sees to that.
class erasure_duty {
public:
  using duration = std::chrono::milliseconds;
  using time_point = std::chrono::steady_clock::time_point;

  /// From a change that removes something to its erasure: what is removed meanwhile goes along.
  static constexpr duration default_pause{10'000};
  static constexpr duration unfinished_pause{20};
  static constexpr duration hindered_pause{1'000};
  static constexpr duration failed_pause{10'000};
  /// How long readers are waited for, while nobody can write: doubled from the first to the second.
  static constexpr duration patience_min{100};
  static constexpr duration patience_max{1'600};
  /// What was removed so long ago and is still there is worth a line in the log.
  static constexpr std::chrono::seconds promised{60};
  /// How long the end of the process is held up.
  static constexpr std::chrono::seconds last_patience{1};

  explicit erasure_duty(duration pause) : pause_(pause) {}

  /// After a commit, and at the start: how long until `work`, if nobody waits for that yet and there is any.
  std::optional<duration> due(const storage::writer& store, time_point now);

  /// Erases. How long until it has to be called again; none if nothing is left.
  std::optional<duration> work(storage::writer& store, time_point now);

  /// Before the store closes: erases, and leaves the database's one file. Takes `last_patience` at most.
  void finish(storage::writer& store);

private:
  void tell_hindered(time_point now);
  void end(time_point now);

  duration pause_;
  bool awaited_ = false; ///< `work`
  bool told_ = false;    ///< the log, that it takes longer
  time_point since_{};   ///< of what is to be erased
  duration patience_ = patience_min;
};

} // namespace parley
