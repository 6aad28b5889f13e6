// Bodies of HTTP requests and answers: decoding with every fault at once, encoding of each document.
#pragma once

#include "protocol/commands.hpp"
#include "protocol/error_code.hpp"
#include "protocol/model.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley {

// -- faults --------------------------------------------------------------------------

struct field_fault {
  std::string field; ///< the member, or the query parameter, for example `username` or `config.history`
  fault what = fault::required;

  friend bool operator==(const field_fault&, const field_fault&) = default;
};

/// What an HTTP request is refused with. `fields` is empty unless `code` is `validation_failed`.
struct problem {
  error_code code = error_code::internal;
  std::vector<field_fault> fields;

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
  std::string password;
};
struct login_form {
  std::string login; ///< a username or an e-mail
  std::string password;
};
struct refresh_request {
  std::string refresh_token;
};
struct profile_patch {
  std::optional<std::string> username;
  std::optional<std::string> email;
  std::optional<std::string> password;
  std::optional<std::string> current_password; ///< needed with `password`
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

decoded<registration> decode_registration(std::string_view json);
/// `application/x-www-form-urlencoded` with `username` and `password`; other fields are ignored (RFC 6749 §4.3.2).
decoded<login_form> decode_login(std::string_view form);
decoded<refresh_request> decode_refresh(std::string_view json);
decoded<profile_patch> decode_profile_patch(std::string_view json);
decoded<new_room> decode_new_room(std::string_view json);
decoded<room_patch> decode_room_patch(std::string_view json);
decoded<config_patch> decode_config_patch(std::string_view json);
decoded<room_reference> decode_room_reference(std::string_view json);
/// An empty body is an empty request.
decoded<member_request> decode_member_request(std::string_view json);
decoded<post_draft> decode_post(std::string_view json);

room_config apply(const config_patch& patch, room_config config);

/// The decoded query of a request's target: `+` and `%XX` resolved, in order, repeated names kept.
using query_parameters = std::vector<std::pair<std::string, std::string>>;

/// nullopt where an escape is broken or the result is not UTF-8 or holds U+0000.
std::optional<query_parameters> decode_query(std::string_view query);

/// Resolves `%XX` of one path segment; nullopt as for `decode_query`. `+` stays.
std::optional<std::string> decode_path_segment(std::string_view segment);

decoded<page_request> decode_page(const query_parameters& query);
decoded<history_request> decode_history(const query_parameters& query);

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
struct room_details {
  room_view room;
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
  std::string status; ///< `ok` or `draining`
  std::int64_t connections = 0;
};
struct server_status {
  node_status self;
  std::string version;
  std::int64_t uptime_s = 0;
  std::int64_t users_online = 0;
  std::int64_t rooms_active = 0;
  std::vector<node_status> nodes;
};

std::string encode(const user& x);
std::string encode(const own_profile& x);
std::string encode(const token_pair& x);
std::string encode(const token_state& x);
std::string encode(const room_view& x);
std::string encode(const room_details& x);
std::string encode(const page<room_view>& x);
std::string encode(const message& x);
std::string encode(const history_page& x);
std::string encode(const post_receipt& x, language lang);
std::string encode(const server_status& x);
/// `{"status":"joined"}`
std::string encode_joined();

} // namespace parley
