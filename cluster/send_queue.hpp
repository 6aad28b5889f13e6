// What one link has for its peer: items become batches, batches wait for the window, and stay known until acknowledged.
#pragma once

#include "cluster/peer_items.hpp"
#include "protocol/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace parley::cluster {

/// It serves one session and is not thread-safe. A peer that takes nothing costs `queue_bytes` and `window_bytes`.
class send_queue {
public:
  static constexpr std::size_t window_bytes = std::size_t{4} << 20;  ///< sent and not acknowledged
  static constexpr std::size_t queue_bytes = std::size_t{32} << 20;  ///< not sent yet
  static constexpr std::size_t crowded_bytes = std::size_t{1} << 20; ///< from here on requests are refused

  struct batch {
    std::uint64_t number = 0;
    std::string items;
  };

  /// False, and nothing was added, where the queue is full or the item too long: the session has to end.
  [[nodiscard]] bool add(peer_item& item);
  /// The next batch, if the window lets it out. With `sign_of_life` an empty one where there is none.
  std::optional<batch> next(moment now, bool sign_of_life = false);
  /// The peer has taken all batches up to `number`. False where it cannot have.
  [[nodiscard]] bool acknowledge(std::uint64_t number);

  /// When the oldest batch that is not acknowledged was sent; `moment::max()` for none.
  moment oldest() const { return sent_.empty() ? moment::max() : sent_.front().at; }
  bool is_crowded() const { return queued_ > crowded_bytes; }
  std::size_t queued() const { return queued_; }
  std::size_t unacknowledged() const { return flying_; }

private:
  struct sent {
    std::uint64_t number;
    std::size_t bytes;
    moment at;
  };

  std::deque<std::string> waiting_; ///< the last takes items until it is long enough
  std::deque<sent> sent_;
  std::size_t queued_ = 0;
  std::size_t flying_ = 0;
  std::uint64_t last_ = 0; ///< number of the last batch
};

} // namespace parley::cluster
