// Watching together: who may steer the player, who hears of it, and how it is kept over restarts.
#pragma once

#include "actors/player.hpp"
#include "actors/room/core.hpp"
#include "actors/room/playback_keeper.hpp"
#include "actors/room/video_lookups.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace parley {

class watching {
public:
  /// Between two looks whether the room may tell again.
  static constexpr std::chrono::milliseconds doubt{250};

  watching(room_core& room, const std::optional<storage::playback>& kept);

  // -- what is asked --
  void carry_out(const steer& x);
  void carry_out(const set_buffering& x);
  void carry_out(const request_sync& x);
  void carry_out(const video_removed& x);

  // -- what happens --
  /// A connection leaves: nobody waits for it.
  void forget(user_id user, connection_id which);
  /// The last one left: where the player is then is worth more than where it was five seconds ago.
  void room_emptied();
  void expire();

  /// What `room_joined` shows; none if nobody steers or nothing was loaded yet.
  std::optional<sync_state> shown_to_joiner() const;

  // -- keeping --
  /// Stores the player if that is due, else sees to it that it will be.
  void save();
  /// Stores the player as it is now, whatever is due.
  void save_now(std::function<void()> then, std::function<void()> failed);
  /// What has changed is stored; where it runs on is not.
  bool is_settled() const { return keeper_.is_settled(); }
  bool is_running() const { return player_.is_running(); }

private:
  /// True if it was refused, and the session told so.
  bool refuse_steering(const steer& x, const right& access);
  bool refuse_sync(const origin& from);
  void load(const steer& x, const right& access, video_id what, moment until);
  void apply(const steer& x, std::optional<video> loaded);
  /// After each change of the player: it is stored, and the room hears it. Whoever asked with an id gets it as the
  /// answer instead.
  void moved(const origin* asker = nullptr);
  /// The same where nothing has to be stored.
  void tell_all(const origin* asker = nullptr);
  sync_state now() const;
  void tell(const origin& to, const sync_state& state);

  room_core& room_;
  player player_;
  playback_keeper keeper_;
  video_lookups lookups_;
  bool untold_ = false; ///< it moved while the room could not tell
};

} // namespace parley
