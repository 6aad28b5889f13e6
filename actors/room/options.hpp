// What all rooms of a node have in common, but for the actors that they turn to.
#pragma once

#include "auth/password.hpp"
#include "protocol/model.hpp"
#include "storage/ports/files.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace parley {

struct room_options {
  time_source now;
  /// How long who lost its last connection may stay away before the room is told that it is gone; 0 = not at all.
  std::chrono::milliseconds presence_grace{0};
  /// Whether the node's place on its database is in doubt, so that the room may be served elsewhere by now. Null:
  /// never.
  std::function<bool()> suspended = nullptr;
  /// Names this run of the node, unlike any other: connections are numbered anew in each.
  std::string run = auth::random_token(9);
  /// A secret that nobody can guess, for one notification.
  std::function<std::string()> new_token = [] { return auth::random_token(24); };
  /// The address of a file's bytes, good without a token for some hours. Null: files are shown without one.
  std::function<std::string(video_id)> sign_video = nullptr;
  /// The same for a file of a message, which gets its addresses.
  std::function<void(attachment&)> sign_file = nullptr;
  /// Takes files whose rows are gone out of their folders; nobody waits for it. Null: they stay.
  std::function<void(const storage::lost_files&)> bury = nullptr;

  /// Before a message is shown: what is kept of it has no addresses.
  void sign(message& x) const {
    if (sign_file)
      for (auto& file : x.attachments)
        sign_file(file);
  }
  void take_away(const storage::lost_files& x) const {
    if (bury && !x.empty())
      bury(x);
  }
};

} // namespace parley
