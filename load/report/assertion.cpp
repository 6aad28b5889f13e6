#include "load/report/assertion.hpp"

#include "load/measure/tag.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace parley::load {

namespace {

using relation = assertion::relation;

/// The longer ones first: `<=` begins with `<`.
constexpr std::array<std::pair<std::string_view, relation>, 5> relations{{{"<=", relation::less_or_equal},
                                                                          {">=", relation::greater_or_equal},
                                                                          {"==", relation::equal},
                                                                          {"<", relation::less},
                                                                          {">", relation::greater}}};

constexpr std::string_view operation = "op";

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

/// `NAME{KEY=VALUE}` as figures have it, whatever blanks are in it; `NAME{op=VALUE}` is the family `VALUE_NAME`. Empty
/// where it is neither that nor a plain name.
std::string name_of(std::string_view text) {
  const std::size_t open = text.find('{');
  if (open == std::string_view::npos)
    return std::string(text);
  const auto parts = tag_of(text);
  if (!parts)
    return {};
  const std::string_view name = trimmed(text.substr(0, open));
  const tag of{trimmed(parts->key), trimmed(parts->value)};
  if (name.empty() || of.key.empty() || of.value.empty() || of.value.find_first_of("{}=") != std::string_view::npos)
    return {};
  return of.key == operation ? std::string(of.value).append("_").append(name) : tagged(name, of);
}

bool holds(double value, relation how, double bound) {
  switch (how) {
  case relation::less:
    return value < bound;
  case relation::less_or_equal:
    return value <= bound;
  case relation::greater:
    return value > bound;
  case relation::greater_or_equal:
    return value >= bound;
  case relation::equal:
    return value == bound;
  }
  return false;
}

} // namespace

tl::expected<assertion, std::string> parse_assertion(std::string_view text) {
  const auto bad = [text] {
    return tl::unexpected("'" + std::string(text) +
                          "' is not NAME<NUMBER or NAME{KEY=VALUE}<NUMBER, or with <=, >, >= or ==");
  };
  const std::size_t open = text.find('{');
  const std::size_t close = open == std::string_view::npos ? 0 : text.find('}', open);
  if (close == std::string_view::npos)
    return bad();
  const std::size_t at = text.find_first_of("<>=", close);
  if (at == std::string_view::npos)
    return bad();
  for (const auto& [sign, how] : relations) {
    if (!text.substr(at).starts_with(sign))
      continue;
    assertion out{std::string(text), name_of(trimmed(text.substr(0, at))), how, 0};
    const std::string_view number = trimmed(text.substr(at + sign.size()));
    const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), out.bound);
    if (out.name.empty() || fault != std::errc{} || end != number.data() + number.size() || !std::isfinite(out.bound))
      return bad();
    return out;
  }
  return bad();
}

checked check(const assertion& what, const figures& values) {
  checked out{what, {}, false};
  if (const figure* found = values.find(what.name))
    out.value = *found;
  if (const auto number = as_number(out.value))
    out.held = holds(*number, what.how, what.bound);
  return out;
}

} // namespace parley::load
