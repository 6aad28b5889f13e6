// What a room watches, as a clock that is anchored at a moment and numbered by its changes.
#pragma once

#include "protocol/commands.hpp"
#include "protocol/model.hpp"
#include "storage/ports.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <vector>

namespace parley {

/// The player of one room. It knows no time but what it is told.
///
/// While anybody buffers the clock stands, whatever is pressed; `playing` stays what was last asked for.
class player {
public:
  /// How long one buffering user holds the others up, until it is ready again and begins anew.
  static constexpr std::chrono::seconds buffering_lifetime{15};

  explicit player(room_id room) { now_.room = room; }

  /// Paused where it stood, under a version of its own: it may have been playing.
  player(room_id room, const storage::playback& kept);

  std::int64_t version() const { return now_.version; }
  bool shows_video() const { return now_.watched.has_value(); }
  /// True while the position moves.
  bool is_running() const { return now_.playing && now_.waiting_for.empty(); }

  /// As it is at `now`. `at` is `now`.
  sync_state state(moment now) const;
  /// What is to be stored of it.
  storage::playback kept(moment now) const;

  // -- changes; each raises the version by one --

  /// Paused at 0, at the normal rate. Whoever used up its time to buffer has it anew.
  void load(std::optional<video> what, user_id by, moment now);
  void play(double position_s, user_id by, moment now);
  void pause(double position_s, user_id by, moment now);
  void seek(double position_s, user_id by, moment now);
  /// The position goes on from where it is.
  void set_rate(double rate, user_id by, moment now);

  // -- changes that may be none; true if the version was raised --

  /// The video is gone: where it was watched, nothing is.
  bool remove(video_id what, moment now);
  /// The user buffers on this connection. Saying it again does not give it more time.
  bool begin_buffering(user_id who, connection_id where, moment now);
  /// It is ready, or gone.
  bool end_buffering(user_id who, connection_id where, moment now);
  /// Waits no longer for whoever buffered its time.
  bool expire_buffering(moment now);

  /// When `expire_buffering` has something to do.
  std::optional<moment> next_expiry() const;

private:
  /// From a user's first buffering connection until its last one is ready.
  struct episode {
    moment until{};
    bool is_over = false; ///< its time was up: nobody waits for it any more
    std::vector<connection_id> connections;
  };

  void anchor(moment now);
  void raise(user_id by);
  /// True if `waiting_for` is another one now.
  bool count_waiting(moment now);

  sync_state now_; ///< as at its `at`
  std::map<user_id, episode> buffering_;
};

} // namespace parley
