// What all rooms of a node have in common, but for the actors that they turn to.
#pragma once

#include "auth/password.hpp"
#include "protocol/ids.hpp"
#include "protocol/time.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace parley {

struct room_options {
  time_source now;
  /// How long who lost its last connection may stay away before the room is told that it is gone; 0 = not at all.
  std::chrono::milliseconds presence_grace{0};
  /// Names this run of the node, unlike any other: connections are numbered anew in each.
  std::string run = auth::random_token(9);
  /// A secret that nobody can guess, for one notification.
  std::function<std::string()> new_token = [] { return auth::random_token(24); };
  /// The address of a file's bytes, good without a token for some hours. Null: files are shown without one.
  std::function<std::string(video_id)> sign_video = nullptr;
  /// Takes films that have no row any more out of their folder, by name; nobody waits for it. Null: they stay.
  std::function<void(const std::vector<std::string>& films)> bury = nullptr;
};

} // namespace parley
