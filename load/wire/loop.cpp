#include "load/wire/loop.hpp"

#include "load/measure/clock.hpp"
#include "load/wire/pollable.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <sys/epoll.h>
#include <unistd.h>
#include <utility>

namespace parley::load {

loop::loop()
  : epoll_(::epoll_create1(EPOLL_CLOEXEC)), random_state_(std::random_device{}()),
    buffer_(new char[max_frame + max_frame_head + read_size]) {}

loop::~loop() {
  ::close(epoll_);
}

void loop::poll(std::int64_t timeout_ns) {
  flush();
  if (!beats_.empty())
    timeout_ns = std::min(timeout_ns, beats_.top().due_ns - now_ns());
  const std::int64_t bounded = std::max<std::int64_t>(timeout_ns, 0);
  const timespec timeout{bounded / ns_per_s, bounded % ns_per_s};
  std::array<epoll_event, 256> events{};
  // Milliseconds, as epoll_wait takes them, are too coarse for a schedule of sends.
  const int count = ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
  if (count > 0)
    compare_clocks();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    static_cast<pollable*>(event.data.ptr)->on_ready(event.events);
    // An answer must not wait until the other ready sockets have been read: that would be the client's own latency.
    flush();
  }
  if (!beats_.empty())
    fire_beats();
}

void loop::beat_every(std::int64_t every_ns, pollable& owner, const std::shared_ptr<const std::string>& text) {
  beats_.push({now_ns() + every_ns, every_ns, &owner, text});
}

void loop::fire_beats() {
  for (const std::int64_t now = now_ns(); !beats_.empty() && beats_.top().due_ns <= now;) {
    beat next = beats_.top();
    beats_.pop();
    const auto text = next.text.lock();
    if (text == nullptr)
      continue;
    next.owner->on_beat(*text);
    next.due_ns = now + next.every_ns;
    beats_.push(std::move(next));
  }
  flush();
}

/// A clock that is slewed moves by less than a microsecond between two turns that follow each other soon, and by
/// 500 µs a second at most: a turn comes at least every ten milliseconds while there is traffic.
void loop::compare_clocks() {
  timespec wall{};
  ::clock_gettime(CLOCK_REALTIME, &wall);
  const std::int64_t offset_ns = wall.tv_sec * ns_per_s + wall.tv_nsec - now_ns();
  const std::int64_t moved_ns = offset_ns - std::exchange(last_offset_ns_, offset_ns);
  wall_offset_ns_ = std::abs(moved_ns) < ns_per_ms ? std::optional(offset_ns) : std::nullopt;
}

void loop::watch(int fd, pollable& owner, bool writing) {
  epoll_event event{};
  event.events = EPOLLIN | (writing ? EPOLLOUT : 0U);
  event.data.ptr = &owner;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

void loop::rewatch(int fd, pollable& owner, bool reading, bool writing) {
  epoll_event event{};
  event.events = (reading ? EPOLLIN : 0U) | (writing ? EPOLLOUT : 0U);
  event.data.ptr = &owner;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

std::uint64_t loop::random() {
  // splitmix64
  random_state_ += 0x9E3779B97F4A7C15;
  std::uint64_t z = random_state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

void loop::flush() {
  for (std::size_t i = 0; i < unflushed_.size(); ++i)
    unflushed_[i]->flush();
  unflushed_.clear();
}

} // namespace parley::load
