// The world as the parts of a room see it. The actor gives them one that sends messages; a test may give its own.
#pragma once

#include "actors/interfaces/directory.hpp"
#include "actors/interfaces/placement.hpp"
#include "actors/interfaces/room.hpp"
#include "actors/jobs.hpp"

#include <cstdint>
#include <functional>

namespace parley {

/// Every call returns at once. What comes back is called later, on the room's thread.
class room_port {
public:
  virtual ~room_port() = default;

  // -- whoever hears the room for some of its connections --
  virtual void to_audience(const audience_actor& outlet, attach_listener what) = 0;
  virtual void to_audience(const audience_actor& outlet, detach_listener what) = 0;
  virtual void to_audience(const audience_actor& outlet, deliver what) = 0;
  virtual void to_audience(const audience_actor& outlet, unicast what) = 0;
  virtual void to_audience(const audience_actor& outlet, close_connection what) = 0;

  virtual void to_mirror(const mirror_actor& of, mirror_presence what) = 0;

  // -- whoever speaks for a visitor --
  virtual void to_visitor(const visitor_actor& whom, entered_room what) = 0;
  virtual void to_visitor(const visitor_actor& whom, refused what) = 0;
  virtual void to_visitor(const visitor_actor& whom, removed_from_room what) = 0;

  // -- the directory and the placement --
  virtual void to_directory(notify_user what) = 0;
  virtual void to_directory(tell_absent what) = 0;
  /// One of the two is called.
  virtual void ask_directory(find_absent what, std::function<void(absent_users&)> then,
                             std::function<void()> failed) = 0;
  virtual void to_placement(occupancy_changed what) = 0;
  virtual void to_placement(room_gone what) = 0;

  // -- the database --
  /// `done` is called once the job has run, `failed` with a code instead: `rate_limited` at `until`.
  virtual void read(moment until, read_job job, std::function<void()> done, std::function<void(error_code)> failed) = 0;
  /// `done` is called after the commit, however long that takes, `failed` with a code instead.
  virtual void write(write_job job, std::function<void()> done, std::function<void(error_code)> failed) = 0;
  /// The draft's fate comes to the room as `committed`, under its ticket.
  virtual void append(std::uint64_t ticket, storage::message_draft draft) = 0;

  /// Sees to it that the room ticks by then.
  virtual void wake_at(moment at) = 0;
};

} // namespace parley
