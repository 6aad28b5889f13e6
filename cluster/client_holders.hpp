// Who holds which `client_id`, on this node and on the others: the rule by which one holder of an id is left.
#pragma once

#include "actors/interfaces/directory.hpp"
#include "cluster/peer_items.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace parley::cluster {

/// A claim is decided by what is known, and gets a count higher than all that are known. Of two claims of one
/// id that did not know of each other the one with the lower count goes; of equal counts that of the node with the
/// lower number. Not thread-safe.
class client_holders {
public:
  explicit client_holders(std::int64_t self) : self_(self) {}

  /// A connection of this node claims the id; what the others are to know. `client_id_taken` where somebody else has it
  /// on any node; nothing changes then.
  tl::expected<client_claim, error_code> claim(const claim_client& x);

  /// The id that is free again; nullopt where the connection holds nothing (any more).
  std::optional<std::string> release(connection_id who);

  bool holds(connection_id who) const { return ids_.contains(who); }

  struct news {
    std::vector<evict_client> gone; ///< connections of this node that have to go, and hold nothing any more
    bool is_taken = false;          ///< one of the ids is somebody else's here, and stays so
  };
  /// What another node tells.
  news hear(std::int64_t node, client_claims& x);

  /// The node is dead.
  void forget(std::int64_t node) { far_.erase(node); }

  /// What a node hears that knows nothing of this one.
  client_claims all() const;

  struct far_client {
    std::int64_t node = 0;
    client_claim what;
  };
  /// What the user has on other nodes.
  std::vector<far_client> list(user_id user) const;

private:
  struct near_client {
    connection_id connection;
    client_claim what;
  };

  std::int64_t self_;
  std::unordered_map<std::string, near_client> near_;
  std::unordered_map<connection_id, std::string> ids_;
  std::unordered_map<std::int64_t, std::unordered_map<std::string, client_claim>> far_; ///< by node
};

} // namespace parley::cluster
