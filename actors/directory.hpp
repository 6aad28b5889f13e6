// The directory: which room is live where, which user has which sessions.
#pragma once

#include "actors/client_registry.hpp"
#include "actors/interfaces.hpp"
#include "actors/pinned.hpp"
#include "actors/revocation_list.hpp"

#include <caf/typed_response_promise.hpp>

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace parley {

/// Starts the actor of a room on the thread that its id hashes to.
using room_starter = std::function<room_actor(storage::room_state)>;

/// When it ends, its rooms end.
class directory final : public pinned<directory_actor> {
public:
  static constexpr std::chrono::seconds reap_interval{15};
  static constexpr std::chrono::seconds idle_lifetime{60}; ///< of a room that nobody is in or asked for

  directory(caf::actor_config& cfg, pin where, std::vector<hub_actor> hubs, std::vector<db_reader_actor> readers,
            room_starter start, time_source now);

  const char* name() const override { return "directory"; }

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
  struct session_entry {
    session_actor session;
    user_id user;
    std::string family;
    socket_kind kind = socket_kind::rooms;
  };

  caf::typed_response_promise<room_actor> find(room_id id);
  void load(room_id id);
  void end(std::vector<room_actor>& rooms);
  void reap();
  void sign_in(const signed_in& x);
  void sign_out(connection_id who);
  caf::result<finished> claim(const claim_client& x);
  caf::typed_response_promise<finished> revoke(const revoke_access& x);

  std::vector<hub_actor> hubs_;
  std::vector<db_reader_actor> readers_;
  room_starter start_;
  time_source now_;
  std::unordered_map<room_id, live_entry> rooms_;
  std::unordered_map<connection_id, session_entry> sessions_;
  std::unordered_map<user_id, std::vector<connection_id>> users_;
  client_registry clients_;
  revocation_list revoked_; ///< since the start
  std::int64_t rooms_active_ = 0;
  std::vector<room_actor> dissolved_; ///< they still answer who knows them; since the last but one reaping
  std::vector<room_actor> dissolved_before_;
};

} // namespace parley
