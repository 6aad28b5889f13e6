#include "load/scenario/deed_mix.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <numeric>

namespace parley::load {

namespace {

constexpr std::array<std::string_view, deed_count> names{"text", "typing", "history", "leave", "reconnect"};
constexpr std::uint32_t weight_max = 1'000'000;

tl::unexpected<std::string> fault(std::string_view part, std::string_view why) {
  return tl::unexpected(std::string("'").append(part).append("' ").append(why));
}

} // namespace

std::string_view name_of(deed what) {
  return names[static_cast<std::size_t>(what)];
}

tl::expected<deed_mix, std::string> deed_mix::parse(std::string_view text) {
  deed_mix out;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    const std::size_t equals = part.find('=');
    const auto found = std::find(names.begin(), names.end(), part.substr(0, equals));
    if (found == names.end())
      return fault(part, "is none of text, typing, history, leave, reconnect");
    std::uint32_t weight = 0;
    const char* const end = part.data() + part.size();
    const char* const digits = equals == std::string_view::npos ? end : part.data() + equals + 1;
    const auto read = std::from_chars(digits, end, weight);
    if (read.ec != std::errc() || read.ptr != end || weight > weight_max)
      return fault(part, "must have a whole number up to 1000000, as text=70");
    out.weights_[static_cast<std::size_t>(found - names.begin())] = weight;
  }
  if (out.empty())
    return tl::unexpected(std::string("nothing has a weight"));
  return out;
}

deed deed_mix::draw(std::uint64_t random) const {
  const std::uint64_t all = sum();
  assert(all > 0);
  std::uint64_t left = random % all;
  std::size_t at = 0;
  for (; left >= weights_[at]; ++at)
    left -= weights_[at];
  return static_cast<deed>(at);
}

std::uint64_t deed_mix::sum() const {
  return std::accumulate(weights_.begin(), weights_.end(), std::uint64_t{0});
}

} // namespace parley::load
