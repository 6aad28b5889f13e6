#include "net/answer_deadlines.hpp"

#include <utility>

namespace parley::net {

answer_deadlines::place answer_deadlines::add(clock::time_point due, std::shared_ptr<waiting_asker> who) {
  // Most are due later than all before them.
  const auto at = waiting_.emplace_hint(waiting_.end(), due, std::move(who));
  if (!is_watching_ || due < timer_.expiry())
    watch();
  return at;
}

void answer_deadlines::clear() {
  timer_.cancel();
  const auto gone = std::exchange(waiting_, {});
  // Whoever else holds on to one of them may still come with an answer.
  for (const auto& [due, who] : gone)
    who->forget_place();
}

void answer_deadlines::watch() {
  is_watching_ = true;
  timer_.expires_at(waiting_.begin()->first);
  timer_.async_wait([this](const boost::system::error_code& moved) {
    if (!moved)
      ring();
  });
}

void answer_deadlines::ring() {
  is_watching_ = false;
  const auto now = clock::now();
  while (!waiting_.empty() && waiting_.begin()->first <= now)
    waiting_.extract(waiting_.begin()).mapped()->expire();
  if (!waiting_.empty() && !is_watching_)
    watch();
}

} // namespace parley::net
