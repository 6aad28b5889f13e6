// The directory of all nodes: in front of that of this node, whose sessions are its own.
#pragma once

#include "actors/interfaces/hub.hpp"
#include "actors/pinned.hpp"
#include "cluster/client_holders.hpp"
#include "cluster/interfaces.hpp"
#include "cluster/rounds.hpp"

#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace parley::cluster {

/// Who is online is told to the others by the node that has the session. A revocation is answered once every node with
/// a link has confirmed it; one without reads it from the database within a second, or stores nothing any more.
///
/// What is pushed to a `client_id` or a user's clients goes to all nodes. A node decides who holds an id by what it
/// knows of all of them, and answers once every node with a link has heard of it and does not know better; of two who
/// did not know of each other one is left (`client_holders`).
class wide_directory final : public pinned<wide_directory_actor> {
public:
  /// What a node may take to confirm a revocation, to hear of a `client_id` that is claimed, and to say to how many
  /// sockets it gave a push.
  static constexpr std::chrono::seconds revocation_limit{2};
  static constexpr std::chrono::seconds claim_limit{1};
  static constexpr std::chrono::seconds push_limit{1};

  wide_directory(caf::actor_config& cfg, pin where, directory_actor local, std::vector<hub_actor> hubs, mesh_actor mesh,
                 time_source now, std::int64_t self)
    : pinned(cfg, where), local_(std::move(local)), hubs_(std::move(hubs)), mesh_(std::move(mesh)),
      now_(std::move(now)), clients_(self) {}

  const char* name() const override { return "wide_directory"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  struct far_node {
    std::unordered_set<user_id> online;
    bool has_link = false;
    std::string name;
  };
  void sign_in(const signed_in& x);
  void sign_out(const signed_out& x);
  bool is_online(user_id user) const;
  std::int64_t count_online() const;
  caf::typed_response_promise<absent_users> list_absent(find_absent& x);
  caf::typed_response_promise<finished> revoke(revoke_access& x);
  caf::typed_response_promise<finished> claim(claim_client& x);
  /// All other nodes have heard of it.
  void settle(claim_client& x, bool is_taken, caf::typed_response_promise<finished> promise);
  void free(connection_id who);
  caf::typed_response_promise<client_list> list_clients(const get_clients& x);
  caf::typed_response_promise<std::int64_t> push(std::string client, user_id user, frame_ptr frame);
  void push_here(std::string client, user_id user, frame_ptr frame, std::function<void(std::int64_t)> given);
  void hear(std::int64_t node, online_users& x);
  void hear(std::int64_t node, notify_there& x);
  void hear(std::int64_t node, tell_there& x);
  void hear(std::int64_t node, renamed_there& x);
  void hear(std::int64_t node, revoke_there& x);
  void hear(std::int64_t node, const revoked_there& x);
  void hear(std::int64_t node, client_claims& x);
  void hear(std::int64_t node, const claims_heard& x);
  void hear(std::int64_t node, push_there& x);
  void hear(std::int64_t node, const pushed_there& x);
  template <class Item>
  void tell_all(Item item);
  /// Asks all nodes with a link, to which `question(number)` goes, and this one if `with_here`; `then` hears the sum of
  /// their answers. A round without anybody ends at once.
  template <class Question>
  std::uint64_t ask_all(bool with_here, std::chrono::milliseconds limit, Question question,
                        std::function<void(std::int64_t)> then);
  void add(std::uint64_t number, std::int64_t node, std::int64_t answer);

  directory_actor local_;
  std::vector<hub_actor> hubs_;
  mesh_actor mesh_;
  time_source now_;
  std::unordered_map<connection_id, user_id> connections_;
  std::unordered_map<user_id, std::uint32_t> users_; ///< of this node, and how many sessions each has
  std::unordered_map<std::int64_t, far_node> nodes_;
  client_holders clients_;
  rounds<std::int64_t> rounds_;
};

} // namespace parley::cluster
