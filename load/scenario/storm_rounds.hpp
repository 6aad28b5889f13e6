// When the rounds of a storm begin and end.
#pragma once

#include "load/scenario/part.hpp"

#include <cstdint>
#include <vector>

namespace parley::load {

/// The measured time in `rounds` + 1 equal pieces: a calm, then one for each round, which begins with the drop. All
/// processes drop at the same instants.
class storm_rounds {
public:
  explicit storm_rounds(std::uint32_t rounds) : rounds_(rounds) {}

  void begin(const plan& when);

  /// When the next round is to begin; `never` after the last.
  [[nodiscard]] std::int64_t next() const;
  /// The round begins, as `next` said, with `dropped` clients on their way.
  void drop(std::uint32_t dropped);
  /// One of them is back. Answers how long the round took where it was the last one, else 0.
  std::int64_t back(std::int64_t now);

  [[nodiscard]] std::uint32_t away() const { return away_; } ///< dropped and not back
  [[nodiscard]] std::uint32_t begun() const { return static_cast<std::uint32_t>(storms_.size()); }
  /// When the round that began last dropped its connections.
  [[nodiscard]] std::int64_t dropped_at() const { return storms_.back().from; }

  /// Somebody of this process was away at that time, which is not in the future.
  [[nodiscard]] bool storms_at(std::int64_t time) const;
  /// Before the first drop.
  [[nodiscard]] bool calm_at(std::int64_t time) const { return storms_.empty() || time < storms_.front().from; }

private:
  struct storm {
    std::int64_t from;
    std::int64_t to; ///< `never` while it goes on
  };

  std::uint32_t rounds_;
  plan plan_;
  std::uint32_t away_ = 0;
  std::vector<storm> storms_;
};

} // namespace parley::load
