#include "cluster/send_queue.hpp"

#include <utility>

namespace parley::cluster {

bool send_queue::add(peer_item& item) {
  if (waiting_.empty() || waiting_.back().size() >= batch_bytes)
    waiting_.emplace_back();
  auto& last = waiting_.back();
  const auto before = last.size();
  pack_item(last, item);
  const auto bytes = last.size() - before;
  if (bytes > item_bytes_max || queued_ + bytes > queue_bytes) {
    last.resize(before);
    if (before == 0)
      waiting_.pop_back();
    return false;
  }
  queued_ += bytes;
  return true;
}

std::optional<send_queue::batch> send_queue::next(moment now, bool sign_of_life) {
  if (flying_ >= window_bytes || (waiting_.empty() && !sign_of_life))
    return std::nullopt;
  batch out{++last_, {}};
  if (!waiting_.empty()) {
    out.items = std::move(waiting_.front());
    waiting_.pop_front();
  }
  queued_ -= out.items.size();
  flying_ += out.items.size();
  sent_.push_back({out.number, out.items.size(), now});
  return out;
}

bool send_queue::acknowledge(std::uint64_t number) {
  if (number > last_)
    return false;
  while (!sent_.empty() && sent_.front().number <= number) {
    flying_ -= sent_.front().bytes;
    sent_.pop_front();
  }
  return true;
}

} // namespace parley::cluster
