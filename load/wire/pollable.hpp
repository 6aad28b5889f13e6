// What an epoll loop serves.
#pragma once

#include <cstdint>
#include <string>

namespace parley::load {

/// One socket's owner. Its address must not change while it is watched.
class pollable {
public:
  virtual ~pollable() = default;

  /// `epoll_events` as epoll_wait(2) tells them.
  virtual void on_ready(std::uint32_t epoll_events) = 0;
  /// Writes what was queued; called before the loop waits, once for each `loop::flush_later`.
  virtual void flush() = 0;
  /// It is time for what `loop::beat_every` was told of.
  virtual void on_beat(const std::string&) {}
};

} // namespace parley::load
