// What goes of a user who is no more, and the row that stays.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/query.hpp"
#include "storage/sql/users.hpp"

#include <array>

namespace parley::storage::sql {

struct sent_row {
  integer id = 0;
  integer room_id = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(id);
    visit(room_id);
  }
};

class account_changes final : public account_writer {
public:
  account_changes(connection& link, user_queries& users);

  std::optional<user_id> find_successor(room_id room) override;
  sent_messages find_sent(user_id sender, message_id after, std::int64_t span) override;
  result<retired_user> retire(user_id id) override;

private:
  connection& link_;
  user_queries& users_;
  query<scalar<integer>, integer, integer> successor_;
  query<sent_row, integer, integer, integer> sent_;
  query<scalar<integer>> last_;
  query<scalar<integer>, integer> membership_;
  query<scalar<std::string>, integer> uploads_;
  query<scalar<std::string>, integer> unused_files_;
  std::array<change<integer>, 7> deletions_;
  change<std::string, std::string, integer> rename_;
};

} // namespace parley::storage::sql
