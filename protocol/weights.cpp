#include "protocol/weights.hpp"

#include "protocol/ascii.hpp"

#include <algorithm>
#include <cstddef>

namespace parley {

namespace {

std::string_view without_spaces(std::string_view x) {
  const auto from = x.find_first_not_of(" \t");
  if (from == std::string_view::npos)
    return {};
  return x.substr(from, x.find_last_not_of(" \t") - from + 1);
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

} // namespace

std::string_view take_until(std::string_view& rest, char mark) {
  const auto at = std::min(rest.find(mark), rest.size());
  const auto out = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return without_spaces(out);
}

std::optional<int> weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto parameter = take_until(parameters, ';');
    if (parameter.size() >= 2 && to_lower(parameter[0]) == 'q' && parameter[1] == '=')
      return parse_quality(parameter.substr(2));
  }
  return 1000;
}

std::optional<int> weight_of_type(std::string_view accept, std::string_view type) {
  std::optional<int> out;
  while (!accept.empty()) {
    auto element = take_until(accept, ',');
    const bool named = same_letters(take_until(element, ';'), type);
    if (const auto weight = weight_of(element); named && weight)
      out = std::max(out.value_or(0), *weight);
  }
  return out;
}

} // namespace parley
