#include "load/scenario/ack_book.hpp"

#include "load/measure/marker.hpp"

#include <algorithm>

namespace parley::load {

std::optional<ack_book::answered> ack_book::heard(std::uint32_t number, std::uint64_t id) {
  if (!by_id(*speaks_) || id == 0)
    return std::nullopt;
  const auto told = std::ranges::find(early_, id, &early::id);
  if (told == early_.end()) {
    const auto own = std::ranges::lower_bound(waiting_, number, {}, &message::number);
    if (own != waiting_.end() && own->number == number)
      own->id = id;
    return std::nullopt;
  }
  const std::int64_t received_ns = told->received_ns;
  early_.erase(told);
  return take(received_ns, [number](const message& each) { return each.number == number; });
}

std::optional<ack_book::answered> ack_book::acknowledged(std::string_view text, std::int64_t received_ns) {
  if (const auto mark = find_marker(text))
    return take(received_ns, [&mark](const message& each) { return each.number == mark->number; });
  if (!by_id(*speaks_))
    return take(received_ns, [](const message&) { return true; });
  const auto id = find_number(text, speaks_->ack_id_key);
  if (!id)
    return std::nullopt;
  auto known = take(received_ns, [&id](const message& each) { return each.id == *id; });
  if (!known)
    append(early_, {*id, received_ns});
  return known;
}

void ack_book::refused() {
  take(0, [](const message&) { return true; });
}

/// The oldest that matches.
template <class Matches>
std::optional<ack_book::answered> ack_book::take(std::int64_t received_ns, Matches&& matches) {
  const auto found = std::ranges::find_if(waiting_, matches);
  if (found == waiting_.end())
    return std::nullopt;
  const answered out{found->intended_ns, received_ns};
  waiting_.erase(found);
  return out;
}

} // namespace parley::load
