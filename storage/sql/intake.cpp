#include "storage/sql/intake.hpp"

#include "protocol/text.hpp"

#include <initializer_list>
#include <limits>

namespace parley::storage::sql {
namespace {

struct names_row {
  integer id = 0;
  std::string username_key;
  std::string email_key;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(id);
    visit(username_key);
    visit(email_key);
  }
};

struct known_room_row {
  integer id = 0;
  integer owner_id = 0;
  std::string name;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(id);
    visit(owner_id);
    visit(name);
  }
};

struct state_row {
  std::string first_user;
  integer last_message = 0;
  integer message_shift = 0;
  integer begun_at = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(first_user);
    visit(last_message);
    visit(message_shift);
    visit(begun_at);
  }
};

struct mapped_row {
  std::string their_id;
  integer our_id = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(their_id);
    visit(our_id);
  }
};

/// Whose ids the kind has; empty for one without.
std::string table_of(import_kind x) {
  switch (x) {
  case import_kind::user:
    return "users";
  case import_kind::room:
    return "rooms";
  case import_kind::message:
    return "messages";
  case import_kind::notification:
    return "notifications";
  case import_kind::member:
  case import_kind::ban:
    break;
  }
  return {};
}

/// Parameters of a SELECT, where a database cannot tell their type by their use.
std::string numbers(std::initializer_list<const char*> names) {
  std::string out;
  for (const char* x : names)
    out.append(out.empty() ? "CAST(:" : ", CAST(:").append(x).append(" AS BIGINT)");
  return out;
}

/// Older than any program, so that no server may run.
constexpr int any_version = std::numeric_limits<int>::max();

} // namespace

sql_intake::sql_intake(std::shared_ptr<const dialect> kind)
  : kind_(std::move(kind)), link_(kind_, access::write),
    user_(link_,
          "INSERT INTO users (id, username, username_key, email, email_key, password_hash, avatar_url, role, "
          "created_at, deleted) VALUES (:id, :username, :username_key, :email, :email_key, :password_hash, "
          ":avatar_url, :role, :created_at, :deleted)",
          {"id", "username", "username_key", "email", "email_key", "password_hash", "avatar_url", "role", "created_at",
           "deleted"}),
    room_(link_,
          "INSERT INTO rooms (id, owner_id, name, name_key, description, is_public, join_policy, history, "
          "allow_guests, sync_mode, created_at) VALUES (:id, :owner, :name, :name_key, :description, :is_public, "
          ":join_policy, :history, :allow_guests, :sync_mode, :created_at)",
          {"id", "owner", "name", "name_key", "description", "is_public", "join_policy", "history", "allow_guests",
           "sync_mode", "created_at"}),
    member_(link_,
            "INSERT INTO members (room_id, user_id, role, muted_until, joined_at, joined_after) SELECT " +
              numbers({"room", "user", "role", "muted_until", "joined_at", "joined_after"}) +
              " WHERE NOT EXISTS (SELECT 1 FROM bans WHERE room_id = :room AND user_id = :user) ON CONFLICT (room_id, "
              "user_id) DO NOTHING",
            {"room", "user", "role", "muted_until", "joined_at", "joined_after"}),
    member_count_(link_, "UPDATE rooms SET member_count = member_count + :more WHERE id = :room", {"more", "room"}),
    ban_(link_,
         "INSERT INTO bans (room_id, user_id, banned_at) VALUES (:room, :user, :banned_at) "
         "ON CONFLICT (room_id, user_id) DO NOTHING",
         {"room", "user", "banned_at"}),
    message_(link_,
             "INSERT INTO messages (id, room_id, sender_id, content, type, sent_at, edited_at, deleted, "
             "client_msg_id) VALUES (:id, :room, :sender, :content, :type, :sent_at, :edited_at, :deleted, "
             ":client_msg_id)",
             {"id", "room", "sender", "content", "type", "sent_at", "edited_at", "deleted", "client_msg_id"}),
    notification_(link_,
                  "INSERT INTO notifications (id, receiver_id, from_id, candidate_id, kind, status, room_id, "
                  "room_name, token, created_at, withdrawn, answered_at) VALUES (:id, :receiver, :from, :candidate, "
                  ":kind, :status, :room, :room_name, :token, :created_at, :withdrawn, :answered_at)",
                  {"id", "receiver", "from", "candidate", "kind", "status", "room", "room_name", "token", "created_at",
                   "withdrawn", "answered_at"}),
    mark_(link_,
          "INSERT INTO read_marks (room_id, user_id, last_read_id) VALUES (:room, :user, :last_read) "
          "ON CONFLICT (room_id, user_id) DO NOTHING",
          {"room", "user", "last_read"}),
    state_(link_,
           "INSERT INTO imports (source, first_user, last_message, message_shift, begun_at) VALUES (:source, "
           ":first_user, :last_message, :shift, :begun_at) ON CONFLICT (source) DO UPDATE SET "
           "first_user = excluded.first_user, last_message = excluded.last_message, "
           "message_shift = excluded.message_shift",
           {"source", "first_user", "last_message", "shift", "begun_at"}),
    row_(link_,
         "INSERT INTO imported_rows (source, kind, their_id, our_id) VALUES (:source, :kind, :theirs, :ours) "
         "ON CONFLICT (source, kind, their_id) DO UPDATE SET our_id = excluded.our_id",
         {"source", "kind", "theirs", "ours"}) {}

// -- what is here --------------------------------------------------------------------------

std::vector<taken_names> sql_intake::users() {
  std::vector<taken_names> out;
  query<names_row>(link_, "SELECT id, username_key, email_key FROM users", {}).each([&](names_row& x) {
    out.push_back({user_id{x.id}, std::move(x.username_key), std::move(x.email_key)});
  });
  return out;
}

std::vector<known_room> sql_intake::rooms() {
  std::vector<known_room> out;
  query<known_room_row>(link_, "SELECT id, owner_id, name FROM rooms", {}).each([&](known_room_row& x) {
    out.push_back({room_id{x.id}, user_id{x.owner_id}, std::move(x.name)});
  });
  return out;
}

bool sql_intake::has_member(room_id room, user_id user) {
  return query<scalar<integer>, integer, integer>(
           link_, "SELECT 1 FROM members WHERE room_id = :room AND user_id = :user", {"room", "user"})
    .one(room, user)
    .has_value();
}

bool sql_intake::has_pending(room_id room, user_id candidate) {
  return query<scalar<integer>, integer, integer>(
           link_, "SELECT 1 FROM notifications WHERE room_id = :room AND candidate_id = :candidate AND status < 2",
           {"room", "candidate"})
    .one(room, candidate)
    .has_value();
}

std::int64_t sql_intake::last_id(import_kind of) {
  const auto table = table_of(of);
  if (table.empty())
    return 0;
  const auto row = query<scalar<integer>>(link_, kind_->last_id_question(table), {}).one();
  return row ? row->value : 0;
}

std::optional<import_state> sql_intake::find(std::string_view source) {
  const auto row =
    query<state_row, std::string>(
      link_, "SELECT first_user, last_message, message_shift, begun_at FROM imports WHERE source = :source", {"source"})
      .one(source);
  if (!row)
    return std::nullopt;
  return import_state{.source = std::string(source),
                      .first_user = row->first_user,
                      .last_message = row->last_message,
                      .message_shift = row->message_shift,
                      .begun_at = to_time(row->begun_at)};
}

std::vector<std::pair<std::string, std::int64_t>> sql_intake::mapped(std::string_view source, import_kind of) {
  std::vector<std::pair<std::string, std::int64_t>> out;
  query<mapped_row, std::string, integer>(
    link_, "SELECT their_id, our_id FROM imported_rows WHERE source = :source AND kind = :kind", {"source", "kind"})
    .each([&](mapped_row& x) { out.emplace_back(std::move(x.their_id), x.our_id); }, source, of);
  return out;
}

// -- what comes ----------------------------------------------------------------------------

void sql_intake::begin() {
  link_.begin();
  link_.require_no_server_before(any_version);
  if (!kind_->allow_pauses().empty())
    link_.run_script(std::string(kind_->allow_pauses()));
}

void sql_intake::commit() {
  for (const auto& [room, more] : joined_)
    member_count_.run(more, room);
  for (const auto& table : filled_)
    if (const auto raise = kind_->raise_ids(table); !raise.empty())
      link_.run_script(raise);
  joined_.clear();
  filled_.clear();
  link_.commit();
}

void sql_intake::rollback() noexcept {
  joined_.clear();
  filled_.clear();
  link_.rollback();
}

void sql_intake::put(const user& x, std::string_view password_hash, bool retired) {
  filled_.insert(table_of(import_kind::user));
  user_.run(x.id, x.username, fold(x.username), x.email, fold(x.email), password_hash, x.avatar_url, x.role,
            x.created_at, retired);
}

void sql_intake::put(const room& x) {
  filled_.insert(table_of(import_kind::room));
  room_.run(x.id, x.owner, x.name, fold(x.name), x.description, x.config.is_public, x.config.join, x.config.history,
            x.config.allow_guests, x.config.sync, x.created_at);
}

bool sql_intake::put(room_id room, const membership& x) {
  const bool came = member_.run(room, x.user, x.role, x.muted_until, x.joined_at, x.joined_after) != 0;
  if (came)
    ++joined_[room];
  return came;
}

bool sql_intake::put_ban(room_id room, user_id user, timestamp at) {
  return ban_.run(room, user, at) != 0;
}

void sql_intake::put(const message& x) {
  filled_.insert(table_of(import_kind::message));
  message_.run(x.id, x.room, x.sender, x.content, x.type, x.sent_at, x.edited_at, x.deleted, x.client_msg_id);
}

void sql_intake::put(const notification& x, std::optional<timestamp> answered_at) {
  filled_.insert(table_of(import_kind::notification));
  notification_.run(x.id, x.receiver, x.from.id, x.candidate(), x.kind, x.status, x.room, x.room_name, x.token,
                    x.created_at, x.withdrawn, answered_at);
}

void sql_intake::put(const read_mark& x) {
  mark_.run(x.room, x.user, x.last_read);
}

void sql_intake::keep(const import_state& x) {
  state_.run(x.source, x.first_user, x.last_message, x.message_shift, x.begun_at);
}

void sql_intake::keep(std::string_view source, import_kind of, std::string_view their_id, std::int64_t our_id) {
  row_.run(source, of, their_id, our_id);
}

} // namespace parley::storage::sql
