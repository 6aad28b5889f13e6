// What members hear of a room that they are not in.
#pragma once

#include "actors/room/core.hpp"
#include "actors/room/roster.hpp"

#include <chrono>
#include <set>
#include <span>
#include <vector>

namespace parley {

/// Tells sessions of `/ws` that are not in the room what was said last, and how much of it their user has not read.
/// That something happened is noted, and costs no more than that; what to tell is found out in rounds, each after the
/// pause since the one before, from what is stored then. Whatever happens during a round is told by the next.
class activity {
public:
  /// Between two rounds of a room, and of one with more than `crowd` members.
  static constexpr std::chrono::seconds pause{1};
  static constexpr std::chrono::seconds pause_of_crowd{10};
  static constexpr std::int64_t crowd = 1000;
  /// Users whose places are looked up in one question to the database.
  static constexpr std::size_t piece = 100;

  activity(room_core& room, roster& members) : room_(room), members_(members) {}

  /// A message was posted, or is another one now.
  void happened() {
    if (!for_all_) {
      for_all_ = true;
      expect_round();
    }
  }
  /// The user has read more, wherever.
  void has_read(user_id user);
  /// Begins a round if one is due, else sees to it that it will be.
  void run();
  /// Nothing is to be told.
  bool is_at_rest() const { return !running_ && !is_wanted(); }

private:
  bool is_wanted() const { return for_all_ || !readers_.empty(); }
  void expect_round();
  void find_absent(const std::vector<user_id>& members);
  /// Tells the next `piece` of them, from `from` on.
  void tell(std::vector<user_id> absent, std::size_t from);
  void end_round();

  room_core& room_;
  roster& members_;
  bool for_all_ = false;      ///< what happened concerns all members
  std::set<user_id> readers_; ///< whom alone it concerns
  bool running_ = false;      ///< a round is under way
  moment earliest_{};         ///< of the next one
};

} // namespace parley
