#include "protocol/language.hpp"

#include "protocol/ascii.hpp"

#include <algorithm>
#include <cstddef>

namespace parley {

namespace {

constexpr std::array<std::string_view, all_languages.size()> names{"zh", "en", "ru"};

std::string_view trim(std::string_view x) {
  const auto from = x.find_first_not_of(" \t");
  if (from == std::string_view::npos)
    return {};
  return x.substr(from, x.find_last_not_of(" \t") - from + 1);
}

/// Takes what stands before the next `mark` off the front of `rest`.
std::string_view take_until(std::string_view& rest, char mark) {
  const auto at = std::min(rest.find(mark), rest.size());
  const auto out = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return trim(out);
}

/// A quality in thousandths, as in `0.8` or `1.000` (RFC 9110 §12.4.2).
std::optional<int> parse_quality(std::string_view x) {
  if (x.empty() || x.size() > 5 || (x[0] != '0' && x[0] != '1') || (x.size() > 1 && x[1] != '.'))
    return std::nullopt;
  int out = (x[0] - '0') * 1000;
  int scale = 100;
  for (char c : x.substr(std::min<std::size_t>(x.size(), 2))) {
    if (c < '0' || c > '9')
      return std::nullopt;
    out += (c - '0') * scale;
    scale /= 10;
  }
  if (out > 1000)
    return std::nullopt;
  return out;
}

/// The weight of one element's parameters; 1000 where it names none.
std::optional<int> weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto parameter = take_until(parameters, ';');
    if (parameter.size() >= 2 && to_lower(parameter[0]) == 'q' && parameter[1] == '=')
      return parse_quality(parameter.substr(2));
  }
  return 1000;
}

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
