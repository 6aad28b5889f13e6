#include "load/report/statistics.hpp"

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace parley::load {

namespace {

constexpr std::size_t rounds_least = 3;
constexpr std::size_t rounds_most = 10'000;
constexpr std::size_t resamples = 2000;
constexpr double found_share = 0.9; ///< of true changes

double student(std::size_t degrees, double share) {
  return boost::math::quantile(boost::math::students_t(static_cast<double>(degrees)), share);
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double each : values)
    sum += (each - mean) * (each - mean);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

/// The mean's interval, by drawing as many values anew, again and again; always the same ones, so that a comparison
/// that is repeated from kept figures says the same.
std::pair<double, double> bootstrap(const std::vector<double>& values) {
  std::mt19937_64 chance(1); // NOLINT(cert-msc51-cpp): on purpose
  std::vector<double> means(resamples);
  for (double& each : means) {
    for (std::size_t i = 0; i < values.size(); ++i)
      each += values[chance() % values.size()];
    each /= static_cast<double>(values.size());
  }
  std::ranges::sort(means);
  const auto left_out = static_cast<std::size_t>(false_verdicts / 2 * resamples);
  return {means[left_out], means[resamples - 1 - left_out]};
}

bool are_usable(const std::vector<double>& values) {
  return values.size() >= rounds_least && std::ranges::all_of(values, [](double each) { return each > 0; });
}

} // namespace

std::optional<ratio_estimate> estimate_ratio(const std::vector<double>& a, const std::vector<double>& b) {
  if (!are_usable(a) || !are_usable(b) || a.size() != b.size())
    return std::nullopt;
  std::vector<double> logs(a.size());
  std::ranges::transform(b, a, logs.begin(), [](double of_b, double of_a) { return std::log(of_b / of_a); });
  const double mean = mean_of(logs);
  const double deviation = deviation_of(logs);
  const auto rounds = static_cast<double>(logs.size());
  const double reach = student(logs.size() - 1, 1 - false_verdicts / 2) * deviation / std::sqrt(rounds);
  const auto [low, high] = bootstrap(logs);
  return ratio_estimate{.ratio = std::exp(mean),
                        .low = std::exp(std::min(mean - reach, low)),
                        .high = std::exp(std::max(mean + reach, high)),
                        .deviation = deviation,
                        .rounds = logs.size()};
}

std::size_t rounds_needed(double deviation, double change) {
  const double wanted = std::log1p(change);
  for (std::size_t rounds = rounds_least; rounds < rounds_most; ++rounds) {
    const double reach = student(rounds - 1, 1 - false_verdicts / 2) + student(rounds - 1, found_share);
    if (reach * deviation / std::sqrt(static_cast<double>(rounds)) <= wanted)
      return rounds;
  }
  return rounds_most;
}

std::optional<prediction> predict(const std::vector<double>& runs) {
  if (!are_usable(runs))
    return std::nullopt;
  std::vector<double> logs(runs.size());
  std::ranges::transform(runs, logs.begin(), [](double each) { return std::log(each); });
  const auto count = static_cast<double>(runs.size());
  const double reach = student(runs.size() - 1, 1 - false_verdicts / 2) * deviation_of(logs) * std::sqrt(1 + 1 / count);
  return prediction{std::exp(mean_of(logs) - reach), std::exp(mean_of(logs) + reach)};
}

} // namespace parley::load
