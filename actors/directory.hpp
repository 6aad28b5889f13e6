// The directory: which user has which sessions, which access was revoked, who holds which `client_id`.
#pragma once

#include "actors/client_registry.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/interfaces/hub.hpp"
#include "actors/pinned.hpp"
#include "actors/revocation_list.hpp"

#include <caf/typed_response_promise.hpp>

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley {

class directory final : public pinned<directory_actor> {
public:
  directory(caf::actor_config& cfg, pin where, std::vector<hub_actor> hubs, time_source now)
    : pinned(cfg, where), hubs_(std::move(hubs)), now_(std::move(now)) {}

  const char* name() const override { return "directory"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  struct session_entry {
    session_actor session;
    user_id user;
    std::string family;
    socket_kind kind = socket_kind::rooms;
  };

  void sign_in(const signed_in& x);
  /// Calls `use` with each session of the user on `/ws`.
  template <class Use>
  void each_rooms_session(user_id user, Use use) const;
  void sign_out(connection_id who);
  caf::result<finished> claim(const claim_client& x);
  caf::typed_response_promise<finished> revoke(const revoke_access& x);

  std::vector<hub_actor> hubs_;
  time_source now_;
  std::unordered_map<connection_id, session_entry> sessions_;
  std::unordered_map<user_id, std::vector<connection_id>> users_;
  client_registry clients_;
  revocation_list revoked_; ///< since the start
};

} // namespace parley
