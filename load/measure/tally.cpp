#include "load/measure/tally.hpp"

#include <algorithm>

namespace parley::load {

namespace {

template <class Value>
Value& named(tally::by_name<Value>& in, std::string_view name) {
  const auto found = in.find(name);
  return found != in.end() ? found->second : in.emplace(std::string(name), Value{}).first->second;
}

template <class Value>
const Value* find_named(const tally::by_name<Value>& in, std::string_view name) {
  const auto found = in.find(name);
  return found != in.end() ? &found->second : nullptr;
}

} // namespace

std::uint64_t& tally::count(std::string_view name) {
  return named(counts_, name);
}
std::int64_t& tally::maximum(std::string_view name) {
  return named(maxima_, name);
}
histogram& tally::times(std::string_view name) {
  return named(histograms_, name);
}

void tally::first(std::string_view name, std::string_view text) {
  texts_.emplace(name, text);
}

std::uint64_t tally::count_of(std::string_view name) const {
  const auto* found = find_named(counts_, name);
  return found != nullptr ? *found : 0;
}

std::int64_t tally::maximum_of(std::string_view name) const {
  const auto* found = find_named(maxima_, name);
  return found != nullptr ? *found : 0;
}

const histogram& tally::times_of(std::string_view name) const {
  static const histogram nothing;
  const auto* found = find_named(histograms_, name);
  return found != nullptr ? *found : nothing;
}

std::string_view tally::first_of(std::string_view name) const {
  const auto* found = find_named(texts_, name);
  return found != nullptr ? std::string_view(*found) : std::string_view();
}

void tally::merge(const tally& other) {
  for (const auto& [name, value] : other.counts_)
    count(name) += value;
  for (const auto& [name, value] : other.maxima_)
    maximum(name) = std::max(maximum(name), value);
  for (const auto& [name, values] : other.histograms_)
    times(name).merge(values);
  for (const auto& [name, text] : other.texts_)
    first(name, text);
}

} // namespace parley::load
