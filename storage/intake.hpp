// Rows that come from elsewhere, with the ids and times that they have there.
#pragma once

#include "storage/ports.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::storage {

/// What is imported; the numbers stand in the table `imported_rows`.
enum class import_kind : std::uint8_t { user, room, member, ban, message, notification };

/// How far the import of one source came.
struct import_state {
  std::string source;             ///< the name that the operator gave it
  std::string first_user;         ///< by which the same source is known again
  std::int64_t last_message = 0;  ///< theirs: up to here all are here
  std::int64_t message_shift = 0; ///< our id less theirs
  timestamp begun_at{};
};

/// Who has a name, an e-mail.
struct taken_names {
  user_id id;
  std::string username_key;
  std::string email_key;
};

struct known_room {
  room_id id;
  user_id owner;
  std::string name;
};

/// Changes past all rules but those of the tables: who imports has checked them. No server may use the database
/// meanwhile: `begin` throws beside one of PostgreSQL, and a lock of the caller's keeps others from a SQLite file. One
/// thread. Every call throws `storage_error`.
class intake {
public:
  virtual ~intake() = default;

  // -- what is here ------------------------------------------------------------------------
  virtual std::vector<taken_names> users() = 0;
  virtual std::vector<known_room> rooms() = 0;
  virtual bool has_member(room_id room, user_id user) = 0;
  /// Whether an invitation or request about the candidate waits for an answer.
  virtual bool has_pending(room_id room, user_id candidate) = 0;
  /// The highest id that was ever given out; 0 for a kind that has none of its own.
  virtual std::int64_t last_id(import_kind of) = 0;
  virtual std::optional<import_state> find(std::string_view source) = 0;
  /// Their ids with ours.
  virtual std::vector<std::pair<std::string, std::int64_t>> mapped(std::string_view source, import_kind of) = 0;

  // -- what comes, between `begin` and `commit` ----------------------------------------------
  virtual void begin() = 0;
  /// New ids go on behind those that came.
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;

  virtual void put(const user& x, std::string_view password_hash, bool retired) = 0;
  /// Without members.
  virtual void put(const room& x) = 0;
  /// False where the user is a member already, or banned.
  virtual bool put(room_id room, const membership& x) = 0;
  /// False where that is known already.
  virtual bool put_ban(room_id room, user_id user, timestamp at) = 0;
  virtual void put(const message& x) = 0;
  virtual void put(const notification& x, std::optional<timestamp> answered_at) = 0;
  virtual void put(const read_mark& x) = 0;
  virtual void keep(const import_state& x) = 0;
  virtual void keep(std::string_view source, import_kind of, std::string_view their_id, std::int64_t our_id) = 0;
};

/// A database that was migrated. The URL is as for `open_database`.
std::unique_ptr<intake> open_intake(std::string_view url, durability how);

} // namespace parley::storage
