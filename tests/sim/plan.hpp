// What the seed lets happen in one world, and what is broken in it on purpose.
#pragma once

#include "tests/sim/lot.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::sim {

/// A fault of the server that is put in from outside, so that it can be seen to be found.
enum class plant : std::uint8_t {
  none,
  early_answer,      ///< the disk says that it is stored before it is
  swapped_messages,  ///< two messages of one transaction get each other's ids
  forgotten_name,    ///< the lookup of `client_msg_id` finds nothing
  resume_off_by_one, ///< a resume begins one message too late
  silent_break,      ///< nobody tells the session that its connection broke
  stale_activity,    ///< `is_active` is not written after a failure
  deaf_hub,          ///< the hub goes on telling a removed member
  lost_answer,       ///< every fourth `message_ack` does not arrive
  shut_writer,       ///< after a failure, every message is refused for ever
  hoarded_frame,     ///< somebody keeps a frame
  lost_presence,     ///< flat connections do not hear who comes and goes
  no_fence,          ///< a node that another one has followed can still store
  read_ahead_ids,    ///< each second node takes its ids from a block of before
  acked_twice,       ///< a commit whose answer was lost is taken for one that was not made
};

inline constexpr std::array<std::string_view, 15> plant_names{
  "none",          "early-answer",   "swapped-messages", "forgotten-name", "resume-off-by-one",
  "silent-break",  "stale-activity", "deaf-hub",         "lost-answer",    "shut-writer",
  "hoarded-frame", "lost-presence",  "no-fence",         "read-ahead-ids", "acked-twice"};

std::optional<plant> plant_named(std::string_view name);

/// Not everything happens in each world: what is rare where all may happen is common where little else does.
struct plan {
  int users = 2;
  int rooms = 1;
  int devices = 2;
  int acts = 30;
  std::size_t spread = 8; ///< steps of actors and network between two acts, at most

  // -- percent of the calls that fail or take their time --
  unsigned failing_begins = 0;
  unsigned failing_commits = 0;
  unsigned failing_jobs = 0;
  unsigned failing_reads = 0;
  unsigned ghosts = 0; ///< a commit that is told to have failed and has not
  unsigned slow_calls = 0;
  unsigned lost_answers = 0; ///< of commits, or the questions: the store is on another machine

  // -- of a hundred acts --
  unsigned holds = 0;
  unsigned crashes = 0;
  unsigned drains = 0;
  unsigned doubts = 0;    ///< nobody knows for a while whether the node's place is still its own
  unsigned takeovers = 0; ///< another node takes the place of one that goes on for a while
  unsigned breaks = 0;
  unsigned silent_breaks = 0;
  unsigned stalls = 0;
  unsigned http = 0;
  unsigned moderation = 0;
  unsigned access = 0; ///< tokens end, are revoked, renewed
  unsigned waits = 0;
  unsigned long_waits = 0; ///< in which rooms that nobody is in are put away

  bool small_buffers = false;
  bool long_contents = false; ///< few of which are all that a room remembers
  bool long_log = false;      ///< a room begins with about as many messages as a resume brings at most
  bool dissolves = false;
  std::chrono::milliseconds presence_grace{0};

  static plan draw(lot& fate);
};

} // namespace parley::sim
