// What a process counted: named sums, maxima, histograms and first texts, which add up to those of the whole run.
#pragma once

#include "load/measure/histogram.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace parley::load {

/// A name that was never asked for reads as nothing (0, an empty histogram, an empty text). References that the
/// members give out stay valid as long as the tally does, so a hot path takes its reference once and only adds to it.
/// One thread at a time.
class tally {
public:
  /// A sum over all processes. It may also go down (connections that are open now).
  std::uint64_t& count(std::string_view name);
  /// The greatest of all processes. Begins at 0.
  std::int64_t& maximum(std::string_view name);
  /// Durations in nanoseconds, recorded as they come.
  histogram& times(std::string_view name);
  /// Keeps the first text under this name, as the code of the first error; later ones are dropped.
  void first(std::string_view name, std::string_view text);

  [[nodiscard]] std::uint64_t count_of(std::string_view name) const;
  [[nodiscard]] std::int64_t maximum_of(std::string_view name) const;
  [[nodiscard]] const histogram& times_of(std::string_view name) const;
  [[nodiscard]] std::string_view first_of(std::string_view name) const;

  /// Adds what another process counted.
  void merge(const tally& other);

  // -- for the snapshots that go from process to process -------------------

  template <class Value>
  using by_name = std::map<std::string, Value, std::less<>>;

  [[nodiscard]] const by_name<std::uint64_t>& counts() const { return counts_; }
  [[nodiscard]] const by_name<std::int64_t>& maxima() const { return maxima_; }
  [[nodiscard]] const by_name<histogram>& histograms() const { return histograms_; }
  [[nodiscard]] const by_name<std::string>& texts() const { return texts_; }

private:
  by_name<std::uint64_t> counts_;
  by_name<std::int64_t> maxima_;
  by_name<histogram> histograms_;
  by_name<std::string> texts_;
};

} // namespace parley::load
