// The end of users.
#pragma once

#include "storage/ports/files.hpp"

namespace parley::storage {

/// What a user leaves who is no more.
struct retired_user {
  user_brief value;                      ///< as its messages name it from now on
  std::optional<std::string> avatar_url; ///< of a picture that nobody shows any more
  lost_files lost;                       ///< what no message had, and uploads that were not complete
};

/// Messages of one sender among those with ids from one to another.
struct sent_messages {
  std::vector<std::pair<room_id, message_id>> items; ///< by id
  message_id looked_to;
  bool is_all = false; ///< no later id has been given out
};

class account_writer {
public:
  virtual ~account_writer() = default;

  /// Who would own the room after its owner: the moderator who is a member for longest, else the member; none if there
  /// is nobody else. Costs a look at each.
  virtual std::optional<user_id> find_successor(room_id room) = 0;
  /// What the user said and was not deleted, among the next `span` ids after `after`. Costs a look at each of them: for
  /// who asks rarely there is no index.
  virtual sent_messages find_sent(user_id sender, message_id after, std::int64_t span) = 0;
  /// Takes all of a user but its messages, with their files, and videos, and the row that they name, which is called
  /// `deleted-` and the id from now on; no question for a user finds it. Its tokens are for `token_writer`.
  /// `user_not_found`; `already_member` if it is a member of a room.
  virtual result<retired_user> retire(user_id id) = 0;
};

} // namespace parley::storage
