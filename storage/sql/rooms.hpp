// Table rooms, and a user's right to one.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/event_book.hpp"
#include "storage/sql/playback.hpp"
#include "storage/sql/query.hpp"

namespace parley::storage::sql {

inline const std::string room_columns = "r.id, r.owner_id, r.name, r.description, r.is_public, r.join_policy, "
                                        "r.history, r.allow_guests, r.sync_mode, r.created_at, r.member_count";

/// The id of the last message of room `r`, or NULL: SQLite finds it for less than `MAX(id)`.
inline const std::string last_message_id =
  "(SELECT x.id FROM messages x WHERE x.room_id = r.id ORDER BY x.id DESC LIMIT 1)";

/// The rooms of `:user`, counted; and those of them that `:pattern` finds.
inline const std::string count_own_rooms = "SELECT COUNT(*) FROM members WHERE user_id = :user";
inline const std::string own_rooms_found = " FROM members m JOIN rooms r ON r.id = m.room_id WHERE m.user_id = :user "
                                           "AND r.name_key LIKE :pattern ESCAPE '!'";

struct room_row {
  integer id = 0;
  integer owner_id = 0;
  std::string name;
  std::string description;
  integer is_public = 0;
  integer join_policy = 0;
  integer history = 0;
  integer allow_guests = 0;
  integer sync_mode = 0;
  integer created_at = 0;
  integer member_count = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(id);
    visit(owner_id);
    visit(name);
    visit(description);
    visit(is_public);
    visit(join_policy);
    visit(history);
    visit(allow_guests);
    visit(sync_mode);
    visit(created_at);
    visit(member_count);
  }
  room take();
};

inline const std::string membership_columns = "m.user_id, m.role, m.muted_until, m.joined_at, m.joined_after";

/// Empty where an outer join found no member.
struct membership_row {
  nullable<integer> user_id;
  nullable<integer> role;
  nullable<integer> muted_until;
  nullable<integer> joined_at;
  nullable<integer> joined_after;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(user_id);
    visit(role);
    visit(muted_until);
    visit(joined_at);
    visit(joined_after);
  }
  std::optional<membership> get() const;
};

struct room_state_row {
  room_row value;
  integer last_message = 0;
  nullable<integer> guests_muted_until;
  integer revision = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    value.columns(visit);
    visit(last_message);
    visit(guests_muted_until);
    visit(revision);
  }
};

struct room_access_row {
  room_row value;
  membership_row who;
  nullable<integer> banned_at;

  template <class Visit>
  void columns(Visit&& visit) {
    value.columns(visit);
    who.columns(visit);
    visit(banned_at);
  }
  room_access take() { return {value.take(), who.get(), !banned_at.is_null()}; }
};

class room_queries : public virtual room_reader {
public:
  room_queries(connection& link, playback_queries& playback);

  std::optional<room_state> find(room_id id) override;
  std::optional<room_access> find_access(room_id room, user_id user) override;
  page<room> list(user_id user, room_scope scope, std::string_view search, page_request at) override;

private:
  connection& link_;
  playback_queries& playback_;
  query<room_state_row, integer> state_;
  query<room_access_row, integer, integer> access_;
  query<room_row, integer, integer, integer> list_mine_;
  query<scalar<integer>, integer> count_mine_;
  query<room_row, integer, integer> list_listed_;
  query<scalar<integer>> count_listed_;
  query<room_row, integer, std::string, integer, integer> search_mine_;
  query<scalar<integer>, integer, std::string> count_found_mine_;
  query<room_row, std::string, integer, integer> search_listed_;
  query<scalar<integer>, std::string> count_found_listed_;
};

class member_changes;
class notification_changes;

class room_changes final : public room_queries, public room_writer {
public:
  room_changes(connection& link, playback_queries& playback, member_changes& members,
               notification_changes& notifications, event_book& book);

  room create(user_id owner, const new_room& x, timestamp now) override;
  result<room> update(room_id id, const room_patch& x) override;
  result<room> update_config(room_id id, const room_config& x) override;
  result<void> remove(room_id id) override;
  void set_active(room_id id, bool is_active) override;
  void clear_active() override;
  result<std::pair<room, std::vector<notification>>> transfer(room_id room, user_id to) override;

private:
  result<room> find_value(room_id id);
  void tell_active(room_id id, bool is_active);

  connection& link_;
  member_changes& members_;
  notification_changes& notifications_;
  event_book& book_;
  query<new_id, integer, std::string, std::string, std::string, integer, integer, integer, integer, integer, integer>
    insert_;
  change<std::string, std::string, std::string, integer> update_;
  change<integer, integer, integer, integer, integer, integer> update_config_;
  change<integer> delete_;
  change<integer, integer> set_active_;
  query<scalar<integer>> active_;
  change<> clear_active_;
  change<integer, integer> set_owner_;
};

} // namespace parley::storage::sql
