// The questions of `storage::reader`, for a connection that only reads and for one that writes as well.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/members.hpp"
#include "storage/sql/messages.hpp"
#include "storage/sql/profile.hpp"
#include "storage/sql/rooms.hpp"
#include "storage/sql/tokens.hpp"
#include "storage/sql/users.hpp"

namespace parley::storage::sql {

/// Implements the reading part of `Port` (`reader` or `writer`). Inside a writer's transaction it sees the changes.
template <class Port>
class answers : public Port {
public:
  answers(std::shared_ptr<const dialect> kind, access how) : link_(std::move(kind), how) {}

  std::optional<user> find_user(user_id id) override { return users_.find(id); }
  std::optional<credentials> find_credentials(std::string_view login) override {
    return users_.find_credentials(login);
  }
  std::optional<credentials> find_credentials(user_id id) override { return users_.find_credentials(id); }
  std::optional<own_profile> find_profile(user_id id) override { return profiles_.find(id); }
  revocations find_revocations(timestamp now) override { return tokens_.find_revocations(now); }

  std::optional<room_state> find_room(room_id id) override { return rooms_.find(id); }
  std::optional<room_access> find_access(room_id room, user_id user) override { return rooms_.find_access(room, user); }
  page<room> find_rooms(user_id user, room_scope scope, std::string_view search, page_request at) override {
    return rooms_.list(user, scope, search, at);
  }
  std::vector<member_view> find_members(room_id room) override { return members_.list(room); }

  std::optional<message> find_message(message_id id) override { return messages_.find(id); }
  history_page find_messages(room_id room, message_id visible_after, history_request at) override {
    return messages_.list(room, visible_after, at);
  }
  std::vector<message> find_missed(room_id room, message_id after, std::size_t limit) override {
    return messages_.list_after(room, after, static_cast<integer>(limit));
  }

  void ping() override { ping_.one(); }

protected:
  connection link_; // first: the statements below end before it does
  user_queries users_{link_};
  profile_queries profiles_{link_, users_};
  token_queries tokens_{link_};
  room_queries rooms_{link_};
  member_queries members_{link_};
  message_queries messages_{link_};
  query<scalar<integer>> ping_{link_, "SELECT COUNT(*) FROM schema_migrations", {}};
};

class sql_reader final : public answers<reader> {
public:
  explicit sql_reader(std::shared_ptr<const dialect> kind) : answers(std::move(kind), access::read) {}
};

} // namespace parley::storage::sql
