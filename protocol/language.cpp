#include "protocol/language.hpp"

#include "protocol/ascii.hpp"
#include "protocol/weights.hpp"

#include <algorithm>
#include <cstddef>

namespace parley {

namespace {

constexpr std::array<std::string_view, all_languages.size()> names{"zh", "en", "ru"};

} // namespace

std::string_view name(language x) {
  return names[static_cast<std::size_t>(x)];
}

std::optional<language> parse_language(std::string_view tag) {
  if (tag.size() < 2 || (tag.size() > 2 && tag[2] != '-'))
    return std::nullopt;
  for (language x : all_languages) {
    if (to_lower(tag[0]) == name(x)[0] && to_lower(tag[1]) == name(x)[1])
      return x;
  }
  return std::nullopt;
}

language pick_language(std::string_view accept_language, language fallback) {
  std::array<std::optional<int>, all_languages.size()> weights;
  std::optional<int> any_other;
  language best = fallback;
  int best_weight = 0;
  while (!accept_language.empty()) {
    auto element = take_until(accept_language, ',');
    const auto tag = take_until(element, ';');
    const auto weight = weight_of(element);
    if (!weight)
      continue;
    if (tag == "*") {
      any_other = std::max(any_other.value_or(0), *weight);
      continue;
    }
    const auto wanted = parse_language(tag);
    if (!wanted)
      continue;
    auto& known = weights[static_cast<std::size_t>(*wanted)];
    known = std::max(known.value_or(0), *weight);
    if (*weight > best_weight) { // of equal ones, the first stays
      best = *wanted;
      best_weight = *weight;
    }
  }
  if (any_other.value_or(0) <= best_weight)
    return best;
  if (!weights[static_cast<std::size_t>(fallback)])
    return fallback;
  for (language x : all_languages) {
    if (!weights[static_cast<std::size_t>(x)])
      return x;
  }
  return best;
}

} // namespace parley
