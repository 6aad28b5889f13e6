// Messages of one room that are being committed.
#pragma once

#include "protocol/ids.hpp"
#include "protocol/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace parley {

/// Each post has a ticket; tickets rise. `Asker` is whoever is told what became of it.
template <class Asker>
class post_pipeline {
public:
  /// Posts on their way; past it `is_full`.
  static constexpr std::size_t limit = 1024;

  struct post {
    std::uint64_t ticket = 0;
    user_id sender;
    std::optional<std::string> client_msg_id;
    std::optional<Asker> asker; ///< none once it was told
    std::chrono::steady_clock::time_point accepted;
    moment until{}; ///< when its asker is told that it takes too long
    std::string guest_name = {};
  };

  bool empty() const { return posts_.empty(); }
  bool is_full() const { return posts_.size() >= limit; }
  /// The ticket of the post that waits longest; none if nothing is on its way.
  std::optional<std::uint64_t> oldest() const {
    return posts_.empty() ? std::nullopt : std::optional(posts_.front().ticket);
  }
  /// The ticket that the next post will get.
  std::uint64_t next_ticket() const { return next_ticket_; }

  /// Gives the post its ticket.
  std::uint64_t add(post x) {
    x.ticket = next_ticket_++;
    posts_.push_back(std::move(x));
    return posts_.back().ticket;
  }

  /// Takes the post out; none if there is none with this ticket.
  std::optional<post> take(std::uint64_t ticket) {
    // In order but for what was refused at once, because too much waited for the writer.
    const auto at = std::find_if(posts_.begin(), posts_.end(), [&](const post& x) { return x.ticket == ticket; });
    if (at == posts_.end())
      return std::nullopt;
    auto out = std::optional(std::move(*at));
    posts_.erase(at);
    return out;
  }

  /// Calls `tell` with each asker whose post takes too long, once. The post stays: it may still be committed. Returns
  /// when to call again; `moment::max()` for never.
  template <class Tell>
  moment expire(moment now, Tell tell) {
    auto next = moment::max();
    for (auto& x : posts_) {
      if (!x.asker)
        continue;
      if (x.until > now) {
        next = std::min(next, x.until);
        continue;
      }
      tell(*x.asker);
      x.asker.reset();
    }
    return next;
  }

private:
  std::deque<post> posts_;
  std::uint64_t next_ticket_ = 1;
};

} // namespace parley
