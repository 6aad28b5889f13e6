// The outgoing queue of one connection: shared frames, bounded in bytes, and a replay that waits outside the bound.
#pragma once

#include "actors/frame.hpp"
#include "net/frame_packer.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <sys/uio.h>
#include <vector>

namespace parley::net {

/// Not thread-safe. The owner writes what `gather` shows to the socket and reports with `sent`.
class outbox {
public:
  /// `byte_limit`: of frames that wait to be written, a replay apart; below 2 GiB. Where the client's window is open,
  /// `packer` outlives the outbox, and what is queued is compressed by it.
  explicit outbox(std::size_t byte_limit, frame_packer* packer = nullptr, peer_window window = {})
    : packer_(packer), window_(window), limit_(static_cast<std::uint32_t>(byte_limit)) {}

  /// The client may be told, and may say, what is compressed.
  bool compresses() const { return window_.is_open(); }

  /// Queues a frame, behind the replay where there is one.
  void push(frame_ptr frame);

  /// Begins a replay, or lengthens the one that is under way.
  void push_paced(std::vector<frame_ptr> frames);

  /// Fills `out` with the next bytes to write and returns how many entries were used.
  std::size_t gather(std::span<iovec> out) const;

  /// `bytes` of what `gather` showed were written; moves replayed frames in where there is room now.
  void sent(std::size_t bytes);

  /// Drops everything but the rest of a frame that is already partly on the wire, and puts `last` behind it.
  void finish_with(frame_ptr last);

  bool empty() const { return bytes_ == 0; }
  /// Past its bound: live frames that the client has not read, in the queue or behind the replay.
  bool over() const { return replay_ ? replay_->live_bytes > limit_ : bytes_ > limit_; }
  /// Bytes in the queue itself.
  std::size_t bytes() const { return bytes_; }

private:
  struct paced {
    std::vector<frame_ptr> frames;
    frame_ptr before;           ///< the replayed frame that was compressed last; null if another one was
    std::size_t next = 0;       ///< of `frames`
    std::size_t live_from = 0;  ///< index in `frames` where what came after the replay began
    std::size_t live_bytes = 0; ///< bytes from there on
  };

  void append(frame_ptr frame);
  /// Keeps the queue about half full of what is replayed.
  void move_in();
  /// The next one of the replay, or of what came behind it, as it goes to the client.
  frame_ptr take_next(paced& from);

  frame_packer* packer_;
  peer_window window_;
  // These have 32 bits each, so that an idle connection is no larger for what it agreed on.
  std::uint32_t limit_;
  std::uint32_t bytes_ = 0;
  std::uint32_t head_ = 0;        ///< of `frames_`
  std::uint32_t head_offset_ = 0; ///< bytes of the head that were written
  std::vector<frame_ptr> frames_;
  std::unique_ptr<paced> replay_;
};

} // namespace parley::net
