#include "cluster/rounds.hpp"

#include <utility>
#include <vector>

namespace parley::cluster {

std::uint64_t rounds::begin(std::set<std::int64_t> asked, moment until, conclusion then) {
  open_.emplace(++last_, round{std::move(asked), until, std::move(then)});
  return last_;
}

void rounds::hear(std::uint64_t number, std::int64_t node, std::int64_t answer) {
  const auto it = open_.find(number);
  if (it == open_.end() || it->second.waits_for.erase(node) == 0)
    return;
  it->second.sum += answer;
  if (it->second.waits_for.empty())
    end(it);
}

template <class Gone>
void rounds::strike(Gone is_gone) {
  std::vector<std::uint64_t> ended;
  for (auto& [number, one] : open_) {
    std::erase_if(one.waits_for, [&one = one, &is_gone](std::int64_t node) { return is_gone(one, node); });
    if (one.waits_for.empty())
      ended.push_back(number);
  }
  for (const auto number : ended) // a conclusion may begin another round
    end(open_.find(number));
}

void rounds::lose(std::int64_t node) {
  strike([node](const round&, std::int64_t asked) { return asked == node; });
}

void rounds::expire(moment now) {
  strike([now](const round& one, std::int64_t asked) { return one.until <= now && asked != here; });
}

void rounds::end(place it) {
  auto ended = open_.extract(it);
  ended.mapped().then(ended.mapped().sum);
}

} // namespace parley::cluster
