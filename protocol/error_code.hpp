// The stable codes of every error that a client can see, and their texts in each language.
#pragma once

#include "protocol/language.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace parley {

/// One code of the wire contract. The catalogue (`error_code.cpp`) gives its name, HTTP status and texts.
enum class error_code : std::uint8_t {
  none = 0,
  // the request itself
  bad_json,
  bad_request,
  request_timeout,
  upgrade_required,
  head_too_large,
  server_full,
  upload_conflict,
  validation_failed,
  not_found,
  method_not_allowed,
  payload_too_large,
  rate_limited,
  draining,
  internal,
  // who asks
  auth_required,
  invalid_token,
  token_expired,
  auth_failed,
  bad_credentials,
  wrong_password,
  forbidden,
  admin_only,
  username_taken,
  email_taken,
  bad_image,
  user_not_found,
  // rooms
  room_not_found,
  not_a_member,
  owner_only,
  moderator_only,
  owner_cannot_leave,
  already_member,
  already_pending,
  invite_only,
  banned,
  muted,
  not_joined,
  // notifications
  notification_not_found,
  bad_token,
  already_answered,
  gone,
  user_blocked,
  invitation_declined,
  // messages and frames
  message_not_found,
  sender_only,
  client_msg_id_reused,
  file_not_found,
  file_too_large,
  bad_message,
  unknown_type,
  client_id_taken,
  // tasks and watching together
  not_task_owner,
  task_not_found,
  sync_forbidden,
  sync_conflict,
  video_not_found,
  unsupported_media_type,
  range_not_satisfiable,
  // logins
  sessions_not_found,
  // webhooks
  webhook_not_found,
  webhook_configured,
};

/// All codes but `none`, in the order of the enumeration.
std::span<const error_code> all_error_codes();

/// The code as the wire spells it, for example `room_not_found`.
std::string_view name(error_code x);

/// The HTTP status that an answer with this code has (400 to 599).
int http_status(error_code x);

/// The text for people, in `lang`. Never empty.
std::string_view text(error_code x, language lang);

/// Texts for people that are not errors.
enum class phrase : std::uint8_t { connected, message_sent, websocket_connected, test_connected };

std::string_view text(phrase x, language lang);

/// What exactly is wrong with one field of a request; the catalogue holds its texts.
enum class fault : std::uint8_t {
  required,
  not_a_string,
  not_an_integer,
  not_a_number,
  not_a_boolean,
  not_an_object,
  not_a_list,
  too_short,
  too_long,
  bad_characters,
  not_an_email,
  not_a_choice,
  out_of_range,
  not_a_time,
  not_a_url,
  not_an_image,
  exclusive,
  blank, ///< there, but with nothing to see in it
  oneself,
  too_many, ///< with this one, of what there may be
  not_a_webhook_secret,
};

std::span<const fault> all_faults();
std::string_view text(fault x, language lang);

/// The reason phrase of an HTTP status (RFC 9110 §15), for the `title` of a problem document.
std::string_view reason_phrase(int status);

} // namespace parley
