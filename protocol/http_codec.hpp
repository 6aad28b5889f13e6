// Bodies of HTTP requests and answers: decoding with every fault at once, encoding of each document.
#pragma once

#include "protocol/commands.hpp"
#include "protocol/error_code.hpp"
#include "protocol/limits.hpp"
#include "protocol/model.hpp"
#include "protocol/webhook.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley {

// -- faults --------------------------------------------------------------------------

enum class length_unit : std::uint8_t { none, characters, bytes };

/// What a length or a number has to lie in, ends included.
struct allowed_range {
  double min = 0;
  double max = 0;
  length_unit unit = length_unit::none;
};

struct field_fault {
  std::string field; ///< the member, or the query parameter, for example `username` or `config.history`
  fault what = fault::required;
  std::optional<allowed_range> allowed = std::nullopt; ///< for the text

  /// Two are equal that have the same field and fault, whatever is allowed.
  friend bool operator==(const field_fault& a, const field_fault& b) { return a.field == b.field && a.what == b.what; }
};

/// The text for people, with the bound that was missed where it is known: `is too short: at least 8 bytes`.
std::string describe(const field_fault& x, language lang);

/// What an HTTP request is refused with. `fields` is empty unless `code` is `validation_failed`.
struct problem {
  error_code code = error_code::internal;
  std::vector<field_fault> fields;
  std::optional<int> status = std::nullopt; ///< where it is not the code's own

  problem() = default;
  problem(error_code c) : code(c) {} // NOLINT(google-explicit-constructor): codes are problems
  problem(std::vector<field_fault> f) : code(error_code::validation_failed), fields(std::move(f)) {} // NOLINT
};

template <class T>
using decoded = tl::expected<T, problem>;

/// The RFC 9457 document, for `application/problem+json`.
std::string encode(const problem& p, language lang);

// -- requests ------------------------------------------------------------------------

struct registration {
  std::string username;
  std::string email;
  std::string password; ///< as `prepare_password` gives it
};
struct login_form {
  std::string login;    ///< a username or an e-mail
  std::string password; ///< as it was typed
};
struct refresh_request {
  std::string refresh_token;
};
struct profile_patch {
  std::optional<std::string> username;
  std::optional<std::string> email;
  std::optional<std::string> password;         ///< as `prepare_password` gives it
  std::optional<std::string> current_password; ///< as it was typed; needed with `password`
  /// Outer: whether the request speaks of it; inner: the image's bytes (Base64 or data URL decoded), none to remove it.
  std::optional<std::optional<std::string>> avatar;
};
struct account_end {
  std::string current_password; ///< as it was typed
};
struct config_patch {
  std::optional<bool> is_public;
  std::optional<join_policy> join;
  std::optional<history_policy> history;
  std::optional<bool> allow_guests;
  std::optional<sync_mode> sync;
};
struct new_room {
  std::string name;
  std::string description;
  room_config config;
};
struct room_patch {
  std::optional<std::string> name;
  std::optional<std::string> description;
};
struct room_reference {
  room_id room;
};
struct member_request {
  std::optional<user_id> user;
};

/// One of the two is set.
struct member_patch {
  std::optional<member_role> role;                     ///< `moderator` or `member`
  std::optional<std::optional<timestamp>> muted_until; ///< inner none: may speak again
};
struct user_reference {
  user_id user;
};
struct notification_mark {
  bool read = false;
};
struct notification_answer {
  bool accept = false;
  std::string token;
};
struct message_edit {
  std::string content;
};
struct push_request {
  std::string data; ///< as JSON text; required, `null` counts
};
struct video_link {
  std::string title;
  std::string url; ///< http or https
};

decoded<registration> decode_registration(std::string_view json, const text_limits& bounds = {});
/// `text` as usernames are stored; nullopt where no user could be called so.
std::optional<std::string> decode_username(std::string_view text, const text_limits& bounds = {});
/// `application/x-www-form-urlencoded` with `username` and `password`; other fields are ignored (RFC 6749 §4.3.2).
decoded<login_form> decode_login(std::string_view form);
decoded<refresh_request> decode_refresh(std::string_view json);
/// Nothing is known of the avatar but that it says it is a picture of at most `avatar_bytes_max` bytes. `bad_image`
/// where it is none and nothing else is wrong.
decoded<profile_patch> decode_profile_patch(std::string_view json, std::size_t avatar_bytes_max = limits::avatar_bytes,
                                            const text_limits& bounds = {});
decoded<account_end> decode_account_end(std::string_view json);
decoded<new_room> decode_new_room(std::string_view json, const text_limits& bounds = {});
decoded<room_patch> decode_room_patch(std::string_view json, const text_limits& bounds = {});
decoded<config_patch> decode_config_patch(std::string_view json);
decoded<room_reference> decode_room_reference(std::string_view json);
/// An empty body is an empty request.
decoded<member_request> decode_member_request(std::string_view json);
decoded<post_draft> decode_post(std::string_view json, const text_limits& bounds = {});
decoded<member_patch> decode_member_patch(std::string_view json);
decoded<user_reference> decode_user_reference(std::string_view json);
decoded<notification_mark> decode_notification_mark(std::string_view json);
decoded<notification_answer> decode_notification_answer(std::string_view json);
decoded<message_edit> decode_message_edit(std::string_view json, const text_limits& bounds = {});
decoded<push_request> decode_push(std::string_view json);
/// Without a secret in it, `secret` is empty.
decoded<webhook_draft> decode_webhook(std::string_view json);
decoded<webhook_patch> decode_webhook_patch(std::string_view json);
/// `at` is left for the caller to fill.
decoded<task_status> decode_task(std::string_view json, const text_limits& bounds = {});
decoded<video_link> decode_video_link(std::string_view json);

room_config apply(const config_patch& patch, room_config config);

/// The decoded query of a request's target: `+` and `%XX` resolved, in order, repeated names kept.
using query_parameters = std::vector<std::pair<std::string, std::string>>;

/// nullopt where an escape is broken or the result is not UTF-8 or holds U+0000.
std::optional<query_parameters> decode_query(std::string_view query);

/// Resolves `%XX` of one path segment; nullopt as for `decode_query`. `+` stays.
std::optional<std::string> decode_path_segment(std::string_view segment);

decoded<page_request> decode_page(const query_parameters& query);
decoded<history_request> decode_history(const query_parameters& query);
/// The text to search for; empty where none is given.
decoded<std::string> decode_search(const query_parameters& query);
/// The users of `ids=1,2,…`, at most `limits::page_size_max` of them, each once and in rising order; nullopt where
/// there is no such parameter.
decoded<std::optional<std::vector<user_id>>> decode_user_ids(const query_parameters& query);
/// An empty `status` is none.
decoded<std::optional<notification_status>> decode_notification_status(const query_parameters& query);
/// `?state=pending` or `dead`; nullopt for both.
decoded<std::optional<delivery_state>> decode_delivery_state(const query_parameters& query);
decoded<std::optional<user_id>> decode_user_filter(const query_parameters& query);
/// Whether `messages=delete` is there, the one word that may be.
decoded<bool> decode_messages_too(const query_parameters& query);

// -- answers ---------------------------------------------------------------------------

struct token_pair {
  std::string access_token;
  std::string refresh_token;
  std::int64_t expires_in_s = 0;
};
struct token_state {
  user_id user;
  std::string username;
  timestamp expires_at{};
};
/// A login: what came of it is one family of tokens.
struct login_session {
  session_id id;
  timestamp created_at{};
  timestamp last_used_at{}; ///< when its refresh token was exchanged last
  std::string address;      ///< from where that was; empty for what an earlier version began
  std::string user_agent;   ///< the same
  bool current = false;     ///< the one of who asks
};
struct own_profile {
  user value;
  std::vector<room_brief> owned;
  std::vector<room_brief> joined;
  std::int64_t unread_notifications = 0;
};
struct room_view {
  room value;
  occupancy live;
};
/// What a room is to whoever asks for it.
struct own_place {
  std::optional<member_role> role;      ///< none for a stranger
  std::optional<timestamp> muted_until; ///< none where that is over
  std::optional<timestamp> joined_at;
  message_id last_read;                   ///< 0 where nothing was
  std::int64_t unread = 0;                ///< as in `room_brief`
  std::optional<notification_id> pending; ///< an invitation or a request about the user that waits for an answer
  std::vector<room_action> may;           ///< what it may do now
};
struct seen_room {
  room_view room;
  own_place me;
  /// Outer: whether it is told; inner: none where there is none that the user may see.
  std::optional<std::optional<message>> last_message = {};
};
struct room_details {
  room_view room;
  own_place me;
  user_brief owner;
  std::vector<member_view> members;
};
struct post_receipt {
  message_id id;
  std::int64_t sent_to_online_users = 0;
  timestamp sent_at{};
};
struct node_status {
  std::string id;
  std::string status;           ///< `ok` or `draining`; in a list of nodes `up`, `joining` or `draining`
  std::int64_t connections = 0; ///< WebSockets
};
struct server_status {
  node_status self;
  std::string version;
  std::int64_t uptime_s = 0;
  std::int64_t sockets = 0; ///< of every kind
  std::int64_t users_online = 0;
  std::int64_t rooms_active = 0;
  std::vector<node_status> nodes;
};

/// A user as others see it.
struct user_view {
  user_brief user;
  bool online = false; ///< has a live session on `/ws` or in a room
};
/// A member after a change to it.
struct member_state {
  member_view member;
  std::optional<timestamp> muted_until;
};
/// What asking to become a member, or inviting somebody, came to.
struct admission {
  std::optional<notification> pending; ///< none: a member now
};
struct notification_outcome {
  notification_status status = notification_status::accepted;
  room_id room;
};
struct client_view {
  std::string client;
  timestamp connected_at{};
  std::string node;
};

/// What an operator sees of one WebSocket connection.
struct connection_view {
  connection_id id;
  std::optional<user_brief> user; ///< without its name, as hubs know it, until it is looked up
  std::string kind;               ///< `rooms`, `chat`, `client`, `task`, `simple` or `test`
  std::string address;
  timestamp connected_at{};
  std::vector<room_id> rooms;
  std::int64_t outbox_bytes = 0;
  std::string node = {};
};
/// Why a connection ended.
struct disconnect_view {
  connection_id id;
  std::optional<user_id> user;
  int code = 1006; ///< RFC 6455 §7.4; 1006 where no close frame was seen
  std::string reason;
  timestamp at{};
  std::string node = {};
};
struct overview {
  std::string node;
  std::string version;
  std::int64_t uptime_s = 0;
  std::int64_t connections = 0; ///< WebSockets
  std::int64_t sockets = 0;     ///< of every kind
  std::int64_t users_online = 0;
  std::int64_t rooms_active = 0;
  std::int64_t messages_total = 0;
  std::int64_t deliveries_total = 0;
  std::int64_t slow_closed_total = 0;
  std::int64_t writer_queued = 0;
  double commit_p99_ms = 0;
};

std::string encode(const user& x);
std::string encode(const own_profile& x);
std::string encode(const token_pair& x);
std::string encode(const token_state& x);
std::string encode(const page<login_session>& x);
std::string encode(const seen_room& x);
std::string encode(const room_details& x);
std::string encode(const page<seen_room>& x);
std::string encode(const message& x);
std::string encode(const attachment& x);
std::string encode(const history_page& x);
std::string encode(const post_receipt& x, language lang);
std::string encode(const server_status& x);
std::string encode(const user_view& x);
std::string encode(const page<user_view>& x);
std::string encode(const page<user_brief>& x);
std::string encode(const member_state& x);
std::string encode(const admission& x);
std::string encode(const notification& x);
std::string encode(const page<notification>& x);
std::string encode(const notification_outcome& x);
std::string encode(const read_mark& x, message_id asked);
std::string encode(const std::vector<client_view>& x);
/// `{"delivered_to":n}`
std::string encode_delivered(std::int64_t sockets);
/// In the shape of the `task_status` frame.
std::string encode(const task_status& x);
std::string encode(const page<task_status>& x);
std::string encode(const video& x);
std::string encode(const page<video>& x);
/// `unanswered`: nodes that did not say what they have.
std::string encode(const page<connection_view>& x, const std::vector<std::string>& unanswered);
std::string encode(const page<disconnect_view>& x, const std::vector<std::string>& unanswered);
std::string encode(const overview& x);
/// Without the secret, unless `with_secret`.
std::string encode(const webhook& x, bool with_secret);
std::string encode(const page<webhook>& x);
std::string encode(const webhook_delivery& x);
std::string encode(const page<webhook_delivery>& x);

} // namespace parley
