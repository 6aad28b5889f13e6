// What a row of another chat may hold, and under which names other back ends keep it.
#pragma once

#include "storage/intake.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::moving {

using kind = storage::import_kind;

/// In the order in which they are taken: each names rows of those before it.
inline constexpr std::array all_kinds{kind::user, kind::room,    kind::member,
                                      kind::ban,  kind::message, kind::notification};

/// As lines of NDJSON call it, and as a report does.
std::string_view name(kind x);
std::optional<kind> find_kind(std::string_view word);

enum class field : std::uint8_t {
  id,
  username,
  full_name,
  email,
  password,
  avatar,
  role,
  is_admin,
  is_enabled,
  is_deleted,
  created_at,
  title, ///< a room's name
  description,
  owner,
  is_public,
  is_private,
  join_policy,
  history,
  allow_guests,
  sync_mode,
  room,
  user,
  joined_at,
  muted_until,
  joined_after,
  last_read,
  banned_at,
  sender,
  content,
  type,
  sent_at,
  edited_at,
  client_msg_id,
  receiver,
  from,
  status,
  is_read,
  token,
  room_name,
  answered_at,
  withdrawn,
};
inline constexpr std::size_t field_count = static_cast<std::size_t>(field::withdrawn) + 1;

/// One row, as text; none where it says nothing.
class record {
public:
  std::optional<std::string>& operator[](field x) { return values_[static_cast<std::size_t>(x)]; }
  const std::optional<std::string>& operator[](field x) const { return values_[static_cast<std::size_t>(x)]; }
  void clear() { values_.fill(std::nullopt); }

private:
  std::array<std::optional<std::string>, field_count> values_;
};

/// A field of a kind with the names that it may have; the first is ours, and the earlier ones go first.
struct field_names {
  field what;
  std::vector<std::string_view> names;
};
std::span<const field_names> fields_of(kind x);

/// Names that a table of a kind may have; the earlier ones go first.
std::span<const std::string_view> tables_of(kind x);

/// Where a word of another back end stands for one of ours: as `parse_word`, in any case, with `-` for `_`, and a few
/// others that are common. nullopt for one that nothing is known of.
std::optional<user_role> read_user_role(std::string_view word);
std::optional<member_role> read_member_role(std::string_view word);
std::optional<message_type> read_message_type(std::string_view word);
std::optional<notification_kind> read_notification_kind(std::string_view word);
std::optional<notification_status> read_notification_status(std::string_view word);

/// In small letters, with `_` for `-`; `joinPolicy` becomes `join_policy`.
std::string plain_word(std::string_view word);

} // namespace parley::moving
