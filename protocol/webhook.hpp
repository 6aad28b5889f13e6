// Webhooks: what of the server other servers are told, in the form of https://www.standardwebhooks.com.
#pragma once

#include "protocol/ids.hpp"
#include "protocol/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

enum class webhook_kind : std::uint8_t {
  message_posted,
  message_edited,
  message_deleted,
  member_joined,
  member_left,
  room_active,
  room_vacated,
  notification_created,
  task_updated,
  test, ///< by an administrator's order alone
};

/// Where events go, and which. Without kinds it is all of them, without rooms those of every room.
struct webhook {
  webhook_id id;
  std::string url;
  std::string secret; ///< `whsec_…`, what signs; no answer but that to its making shows it
  std::vector<webhook_kind> kinds;
  std::vector<room_id> rooms; ///< with some, what is of no room is not told
  bool enabled = true;
  std::string disabled_because; ///< empty where nobody but an administrator did it, or it is enabled
  bool is_configured = false;   ///< by the configuration file: no administrator changes it
  timestamp created_at{};
  std::int64_t pending = 0; ///< events that wait; where it was counted
  std::int64_t dead = 0;    ///< events that were given up; where it was counted

  /// Whether it is to be told, as far as kinds and rooms go.
  bool wants(webhook_kind kind, std::optional<room_id> room) const;

  friend bool operator==(const webhook&, const webhook&) = default;
};

struct webhook_draft {
  std::string url;
  std::string secret;
  std::vector<webhook_kind> kinds;
  std::vector<room_id> rooms;
  bool enabled = true;
};

/// What is absent stays.
struct webhook_patch {
  std::optional<std::string> url;
  std::optional<std::string> secret;
  std::optional<std::vector<webhook_kind>> kinds;
  std::optional<std::vector<room_id>> rooms;
  std::optional<bool> enabled;
};

enum class delivery_state : std::uint8_t { pending, dead };

/// One event on its way to one webhook.
struct webhook_delivery {
  delivery_id id;
  webhook_id hook;
  std::string event; ///< `msg_…`: the same at each attempt
  webhook_kind kind = webhook_kind::test;
  std::optional<room_id> room;
  std::string payload; ///< the body, as it is signed
  delivery_state state = delivery_state::pending;
  std::int64_t attempts = 0; ///< that failed
  timestamp created_at{};
  timestamp next_at{}; ///< of the next attempt, where it is pending
  std::string last_error;
};

/// What a secret of ours begins with; Base64 follows.
inline constexpr std::string_view webhook_secret_prefix = "whsec_";

/// The key that `secret` spells: 24 to 64 bytes in Base64 behind the prefix. nullopt for anything else.
std::optional<std::string> webhook_key(std::string_view secret);

/// Where a webhook's requests go.
struct webhook_place {
  bool secure = true;
  std::string host; ///< without brackets
  std::uint16_t port = 0;
  std::string authority; ///< host and port as written, for the field `Host`
  std::string target;    ///< path and query
};

/// nullopt where `url` is no absolute URL of http or https in ASCII, has user information or a fragment, or is longer
/// than `limits::url_max`.
std::optional<webhook_place> parse_webhook_url(std::string_view url);

} // namespace parley
