// A database in memory, for tests of actors. It fails when it is told to, and on what actors should not ask.
#pragma once

#include "storage/ports.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace parley::test {

/// Everything that is stored. A transaction works on a copy.
struct memory_state {
  std::map<user_id, user> users;
  std::map<room_id, room> rooms;
  std::map<std::pair<room_id, user_id>, membership> members;
  std::set<std::pair<room_id, user_id>> bans;
  std::vector<message> messages;
  std::vector<std::pair<room_id, bool>> activity; ///< every `set_active`, in order

  message_id last_message(room_id room) const;
};

enum class store_call { begin, append, commit };

class memory_store {
public:
  /// What is committed; tests may change it between transactions.
  memory_state committed;
  int commits = 0;
  std::vector<std::size_t> appended; ///< drafts of each `append`

  /// Run right after a commit, and after a look for missed messages: before anybody can be told of it. Other actors
  /// may run within.
  std::function<void()> after_commit = [] {};
  std::function<void()> after_find_missed = [] {};

  std::unique_ptr<storage::reader> open_reader();
  std::unique_ptr<storage::writer> open_writer();

  /// Lets the n-th such call from now throw `storage_error`, once.
  void fail(store_call what, int nth = 1) { failures_[what] = nth; }
  void count(store_call what);

  // -- contents --
  user_id add_user(const std::string& name);
  room_id add_room(user_id owner, const room_config& config = {});
  void add_member(room_id room, user_id user, member_role role = member_role::member);
  message_id add_message(room_id room, user_id sender, const std::string& content);

private:
  std::map<store_call, int> failures_;
};

} // namespace parley::test
