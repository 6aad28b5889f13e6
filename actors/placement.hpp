// The placement: which room is live, started by whoever asks for it first, ended when nobody needs it.
#pragma once

#include "actors/interfaces/database.hpp"
#include "actors/interfaces/placement.hpp"
#include "actors/pinned.hpp"
#include "storage/ports.hpp"

#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

namespace parley {

/// Starts the actor of a room on the thread that its id hashes to.
using room_starter = std::function<room_actor(storage::room_state)>;

/// Nobody is in any room: at the start of a node, however its last run ended, and at its end. Within a transaction.
void vacate_rooms(storage::writer& store);

/// Two actors of one room are never live at once. When it ends, its rooms end.
class placement final : public pinned<placement_actor> {
public:
  static constexpr std::chrono::seconds reap_interval{15};
  static constexpr std::chrono::seconds idle_lifetime{60}; ///< of a room that nobody is in or asked for

  /// `retired`, which may be empty, hears of each room that has ended because nobody was in it, on this actor's thread.
  placement(caf::actor_config& cfg, pin where, std::vector<db_reader_actor> readers, room_starter start,
            time_source now, std::function<void(room_id)> retired = {});

  const char* name() const override { return "placement"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  using room_promise = caf::typed_response_promise<room_actor>;

  struct live_entry {
    std::optional<room_actor> room;    ///< empty while it is being loaded
    std::vector<room_promise> waiting; ///< for it to be loaded, or for its retirement to be decided
    occupancy live;
    moment last_use{};
    bool retiring = false;
  };

  room_promise find(room_id id);
  void load(room_id id);
  void end(std::vector<room_actor>& rooms);
  void reap();

  std::vector<db_reader_actor> readers_;
  room_starter start_;
  time_source now_;
  std::function<void(room_id)> retired_;
  std::unordered_map<room_id, live_entry> rooms_;
  std::int64_t rooms_active_ = 0;
  std::vector<room_actor> dissolved_; ///< they still answer who knows them; since the last but one reaping
  std::vector<room_actor> dissolved_before_;
};

} // namespace parley
