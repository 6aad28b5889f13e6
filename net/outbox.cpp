#include "net/outbox.hpp"

#include <algorithm>

namespace parley::net {

namespace {

/// Frames that an empty queue keeps room for.
constexpr std::size_t kept_capacity = 16;

} // namespace

void outbox::push(frame_ptr frame) {
  if (!replay_) {
    append(compresses() ? packer_->pack(frame, window_) : std::move(frame));
    return;
  }
  replay_->live_bytes += frame->wire().size();
  replay_->frames.push_back(std::move(frame));
}

void outbox::push_paced(std::vector<frame_ptr> frames) {
  if (frames.empty())
    return;
  if (!replay_)
    replay_ = std::make_unique<paced>();
  // A second replay waits behind what came after the first; all of that is replay again.
  auto& all = replay_->frames;
  all.insert(all.end(), std::make_move_iterator(frames.begin()), std::make_move_iterator(frames.end()));
  replay_->live_from = all.size();
  replay_->live_bytes = 0;
  move_in();
}

void outbox::append(frame_ptr frame) {
  bytes_ += static_cast<std::uint32_t>(frame->wire().size());
  frames_.push_back(std::move(frame));
}

frame_ptr outbox::take_next(paced& from) {
  const bool live = from.next >= from.live_from;
  auto plain = std::move(from.frames[from.next++]);
  if (live)
    from.live_bytes -= plain->wire().size();
  if (!compresses())
    return plain;
  auto out = live ? packer_->pack(plain, window_) : packer_->pack_alone(plain, from.before, window_);
  if (out != plain)
    from.before = live ? nullptr : std::move(plain);
  return out;
}

void outbox::move_in() {
  auto& r = *replay_;
  while (r.next < r.frames.size() && bytes_ < limit_ / 2)
    append(take_next(r));
  // What is left of the replay in the queue counts as live from here on: let that be at most half of the bound.
  if (r.next == r.frames.size() && bytes_ <= limit_ / 2) {
    replay_.reset();
  } else if (r.next > r.frames.size() / 2) {
    r.frames.erase(r.frames.begin(), r.frames.begin() + static_cast<std::ptrdiff_t>(r.next));
    r.live_from -= std::min(r.live_from, r.next);
    r.next = 0;
  }
}

std::size_t outbox::gather(std::span<iovec> out) const {
  std::size_t used = 0;
  auto offset = head_offset_;
  for (auto i = head_; i < frames_.size() && used < out.size(); ++i) {
    auto wire = frames_[i]->wire().substr(offset);
    offset = 0;
    out[used++] = {const_cast<char*>(wire.data()), wire.size()};
  }
  return used;
}

void outbox::sent(std::size_t bytes) {
  bytes_ -= static_cast<std::uint32_t>(bytes);
  bytes += head_offset_;
  while (head_ < frames_.size() && bytes >= frames_[head_]->wire().size()) {
    bytes -= frames_[head_]->wire().size();
    frames_[head_++].reset();
  }
  head_offset_ = static_cast<std::uint32_t>(bytes);
  if (head_ == frames_.size()) {
    head_ = 0;
    if (frames_.capacity() > kept_capacity)
      frames_ = {};
    else
      frames_.clear();
  } else if (head_ > frames_.size() / 2) {
    frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  if (replay_)
    move_in();
}

void outbox::finish_with(frame_ptr last) {
  replay_.reset();
  const std::size_t keep = head_ + (head_offset_ > 0 ? 1 : 0);
  frames_.resize(std::min(keep, frames_.size()));
  bytes_ = frames_.size() > head_ ? static_cast<std::uint32_t>(frames_[head_]->wire().size()) - head_offset_
                                  : std::uint32_t{0};
  append(std::move(last));
}

} // namespace parley::net
