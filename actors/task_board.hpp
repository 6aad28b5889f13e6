// The task board: the channels of `/ws/realtime/`, each with the last status of a task and who watches it.
#pragma once

#include "actors/interfaces/database.hpp"
#include "actors/interfaces/task_board.hpp"
#include "actors/pinned.hpp"

#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace parley {

/// What is stored about one id changes and is read one step at a time, in the order of arrival; that is why a watcher
/// misses nothing and hears nothing twice. Of what other nodes store it hears each status that they tell of, in the
/// order of the versions, and in any case the last. Only ids that are watched or under way are kept in memory.
class task_board final : public pinned<task_board_actor> {
public:
  /// Statuses that wait under one id; past it the answer is `rate_limited`.
  static constexpr std::size_t waiting_limit = 1024;
  /// A status that another node stored before one that is known here has so long to come; then the row is read.
  static constexpr std::chrono::milliseconds gap_limit{500};
  /// Statuses that wait for one before them under one id; past it the row is read.
  static constexpr std::size_t ahead_limit = 64;

  task_board(caf::actor_config& cfg, pin where, db_writer_actor writer, std::vector<db_reader_actor> readers,
             time_source now)
    : pinned(cfg, where), writer_(std::move(writer)), readers_(std::move(readers)), now_(std::move(now)) {}

  const char* name() const override { return "task_board"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  using promise = caf::typed_response_promise<published_task>;

  struct watcher {
    connection_id connection;
    session_actor session;
  };
  struct publication {
    user_id by;
    task_status value;
    promise answer;
  };
  struct channel {
    std::vector<watcher> watchers;
    std::deque<publication> waiting;         ///< to be stored; the first one is being so while `busy`
    frame_ptr last;                          ///< the last status; null if there is none
    std::int64_t version = 0;                ///< of `last`, as stored; 0 if there is none
    std::map<std::int64_t, frame_ptr> ahead; ///< by version: stored, and one before them has not come yet
    bool known = false;                      ///< `last` is as stored, and every watcher has heard it
    bool wanted = false;                     ///< a watcher came who waits for `last`
    bool busy = false;                       ///< storage was asked
    bool stale = false;                      ///< storage may have what was not told here
    bool late = false;                       ///< it was `stale`, and could not be read
  };

  promise publish(publish_task& x);
  void watch(watch_task& x);
  void unwatch(const unwatch_task& x);
  /// Takes the next step for the id, or forgets it.
  void proceed(const std::string& task);
  void look_up(const std::string& task, channel& here);
  void store_next(const std::string& task, channel& here);
  void tell(channel& here);
  /// The status has been stored. It is told when all before it were, or are not to come.
  void take(channel& here, std::int64_t version, frame_ptr frame);
  void tell_next(channel& here);
  std::int64_t hear(const task_elsewhere& x);
  void refresh(bool only_late);

  db_writer_actor writer_;
  std::vector<db_reader_actor> readers_;
  time_source now_;
  std::unordered_map<std::string, channel> channels_;
};

} // namespace parley
