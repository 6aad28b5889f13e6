// Watches what the server says on each connection, frame by frame as it says it, and holds it against the ledger.
#pragma once

#include "tests/sim/ledger.hpp"
#include "tests/sim/link.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

namespace parley::sim {

class witness final : public frame_watcher {
public:
  /// Both must outlive it.
  witness(const test::memory_store& disk, ledger& truth) : disk_(disk), truth_(truth) {}

  void on_frame(link& to, const heard& what) override;

  /// A post was acknowledged with this id, over whatever road. `content`: what was posted, needed where it has no name.
  /// `guest`: the connection of a sender who came in as a guest; a name belongs to it alone.
  void acknowledged(room_id room, user_id sender, const std::string& client_msg_id, message_id id,
                    const std::string& content = {}, connection_id guest = {});
  bool has_acknowledged(room_id room, user_id sender, const std::string& client_msg_id) const {
    return acknowledged_.contains({room, sender, {}, client_msg_id});
  }
  /// So that what was acknowledged can be compared with what was said.
  void posted(room_id room, user_id sender, const std::string& client_msg_id, const std::string& content) {
    posts_.insert_or_assign({room, sender, client_msg_id}, content);
  }
  /// The user was taken out of the room, or asked to be, at some time.
  void left_once(room_id room, user_id who) { left_.insert({room, who}); }
  bool has_left_once(room_id room, user_id who) const { return left_.contains({room, who}); }
  /// Somebody asked for another role of the user.
  void ranked_once(room_id room, user_id who) { ranked_.insert({room, who}); }

  /// What was acknowledged, or told to anybody, is still there. Also after a crash.
  void check_acknowledged();

  const std::optional<broken_promise>& broken() const { return broken_; }
  /// The first one counts.
  void fail(std::string promise, std::string detail);

private:
  void on_activity(link& to, const heard& what);
  void on_message(link& to, room_id room, const heard& what);
  void on_room_joined(link& to, const heard& what);
  void on_presence(link& to, room_id room, const heard& what, bool online);
  void enter(link& to, room_id room);
  /// After which message a resume must bring everything: where that is sure.
  std::optional<message_id> replay_begins(const link& to, const heard& what, message_id resume) const;
  void check_content(const ledger::entry& entry, const heard& what);
  void check_member(const link& to, room_id room, const ledger::entry& entry, const heard& what);
  /// The place, where the connection may hear of the room now.
  place* hearing_place(link& to, room_id room, const heard& what);

  const test::memory_store& disk_;
  ledger& truth_;
  std::map<std::tuple<room_id, user_id, connection_id, std::string>, message_id> acknowledged_;
  std::map<std::tuple<room_id, user_id, std::string>, std::string> posts_;
  std::set<std::pair<room_id, message_id>> told_;
  std::set<std::pair<room_id, user_id>> left_;
  std::set<std::pair<room_id, user_id>> ranked_;
  std::optional<broken_promise> broken_;
};

} // namespace parley::sim
