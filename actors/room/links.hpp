// The world of a room's parts, made of messages between actors.
#pragma once

#include "actors/live_room.hpp"
#include "actors/room/port.hpp"

#include <cstddef>
#include <set>

namespace parley {

class room_links final : public room_port {
public:
  /// Both have to outlive this.
  room_links(live_room& self, const room_environment& env) : self_(self), env_(env) {}

  void to_audience(const audience_actor& outlet, attach_listener what) override;
  void to_audience(const audience_actor& outlet, detach_listener what) override;
  void to_audience(const audience_actor& outlet, deliver what) override;
  void to_audience(const audience_actor& outlet, unicast what) override;
  void to_audience(const audience_actor& outlet, close_connection what) override;
  void to_mirror(const mirror_actor& of, mirror_presence what) override;
  void to_visitor(const visitor_actor& whom, entered_room what) override;
  void to_visitor(const visitor_actor& whom, refused what) override;
  void to_visitor(const visitor_actor& whom, removed_from_room what) override;
  void to_directory(notify_user what) override;
  void to_directory(tell_absent what) override;
  void ask_directory(find_absent what, std::function<void(absent_users&)> then, std::function<void()> failed) override;
  void to_placement(occupancy_changed what) override;
  void to_placement(room_gone what) override;
  void read(moment until, read_job job, std::function<void()> done, std::function<void(error_code)> failed) override;
  void write(write_job job, std::function<void()> done, std::function<void(error_code)> failed) override;
  void append(std::uint64_t ticket, storage::message_draft draft) override;
  void wake_at(moment at) override;

  /// The room has got a tick.
  void ticked() { ticks_.erase(ticks_.begin()); }

private:
  live_room& self_;
  const room_environment& env_;
  std::set<moment> ticks_; ///< that are on their way
  std::size_t next_reader_ = 0;
};

} // namespace parley
