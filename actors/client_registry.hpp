// Who holds which `client_id` of `/ws/{client_id}`, and which of them each user has. A part of the directory.
#pragma once

#include "actors/interfaces/directory.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace parley {

/// One entry a connection at most. Not thread-safe.
class client_registry {
public:
  /// Gives the id to the connection, and the session that held it until now, if any. `client_id_taken` if that one
  /// is somebody else's; nothing changes then.
  tl::expected<std::optional<session_actor>, error_code> claim(const claim_client& x);

  /// Frees what the connection holds; without effect where it holds nothing (any more).
  void release(connection_id who);

  /// As `release`; the session that held the id, if it was that connection's.
  std::optional<session_actor> evict(const std::string& client, connection_id who);

  /// The user's ids, oldest first.
  client_list list(user_id user) const;

  std::optional<session_actor> holder(const std::string& client) const;
  std::vector<session_actor> holders(user_id user) const;

  std::size_t size() const { return clients_.size(); }

private:
  struct entry {
    connection_id connection;
    session_actor session;
    std::optional<user_id> user;
    timestamp connected_at{};
  };

  std::unordered_map<std::string, entry> clients_;
  std::unordered_map<connection_id, std::string> ids_;
  std::unordered_map<user_id, std::vector<std::string>> users_;
};

} // namespace parley
