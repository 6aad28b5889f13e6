#include "load/dialect/entry.hpp"

#include "load/measure/clock.hpp"

namespace parley::load {

bool entry::begin(client& link, const dialect& speaks, const fillings& with) {
  if (speaks.beat.every_s > 0)
    link.beat_every(speaks.beat.every_s * ns_per_s, speaks.beat.send.fill(with));
  return go_on(link, speaks, with);
}

tl::expected<bool, std::string> entry::advance(client& link, const dialect& speaks, const fillings& with,
                                               std::string_view text) {
  const exchange* const waits = current(speaks);
  if (waits != nullptr && text.find(waits->expect) != std::string_view::npos) {
    ++step_;
    return go_on(link, speaks, with);
  }
  if (speaks.is_error(text))
    return tl::unexpected("the server answered " + speaks.error_shown(text));
  return inside_;
}

/// Sends what comes next, past exchanges that wait for nothing.
bool entry::go_on(client& link, const dialect& speaks, const fillings& with) {
  for (const exchange* next = current(speaks); next != nullptr; next = current(speaks)) {
    if (!next->send.empty())
      link.send(next->send.fill(with));
    if (!next->expect.empty())
      return false;
    ++step_;
  }
  inside_ = true;
  return true;
}

const exchange* entry::current(const dialect& speaks) const {
  if (step_ < speaks.first.size())
    return &speaks.first[step_];
  if (step_ > speaks.first.size() || wish_ == arrival_wish::greeting)
    return nullptr;
  const exchange& room = wish_ == arrival_wish::resume && speaks.resume.there() ? speaks.resume : speaks.join;
  return room.there() ? &room : nullptr;
}

} // namespace parley::load
