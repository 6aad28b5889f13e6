#include "actors/chat_session.hpp"

#include "actors/errors.hpp"
#include "actors/patience.hpp"
#include "protocol/whole_number.hpp"

#include <utility>

namespace parley {

namespace {

room_id parse_room(std::string_view text) {
  const auto value = whole_number<std::int64_t>(text);
  return value && *value > 0 ? room_id{*value} : room_id{};
}

/// Why a client is nobody; `none` if it is somebody.
error_code reason_of(auth_status status) {
  switch (status) {
  case auth_status::authenticated:
    return error_code::none;
  case auth_status::guest:
    return error_code::auth_required;
  case auth_status::invalid_token:
    return error_code::invalid_token;
  case auth_status::auth_error:
    break;
  }
  return error_code::internal;
}

/// How a client that may not be here is told to come back.
close_code close_code_of(error_code why) {
  switch (why) {
  case error_code::auth_required:
  case error_code::invalid_token:
    return close_code::unauthenticated;
  case error_code::room_not_found:
    return close_code::no_room;
  case error_code::internal:
    return close_code::server_failed;
  case error_code::rate_limited:
    return close_code::rate_limit; // the server is behind: to come again is right
  default:
    return close_code::forbidden;
  }
}

} // namespace

const user_brief& chat_session::self() const {
  static const user_brief anonymous{anonymous_user, std::string(anonymous_name), std::nullopt};
  return signed_in() ? user() : anonymous;
}

// -- life ------------------------------------------------------------------------------

chat_session::chat_session(caf::actor_config& cfg, pin where, std::shared_ptr<const session_environment> env,
                           session_start& start)
  : session(cfg, where, std::move(env), start), id_(parse_room(start.subject)) {
  if (!start.guest_name.empty())
    guest_name_ = std::make_unique<std::string>(std::move(start.guest_name));
}

void chat_session::begin(auth_status status) {
  guest_ = reason_of(status);
  if (signed_in())
    guest_name_.reset();
  if (status == auth_status::auth_error)
    turn_away(error_code::internal);
  else if (!id_)
    turn_away(error_code::room_not_found);
  else if (guest_name_ != nullptr)
    check_name();
  else
    enter_room(greeting());
}

void chat_session::check_name() {
  auto name = decode_username(*guest_name_, env().options.texts);
  if (!name) {
    name_fault_ = error_code::validation_failed;
    enter_room({});
    return;
  }
  *guest_name_ = std::move(*name);
  auto job =
    make_read_job([name = *guest_name_](storage::reader& r) { return r.users().find_credentials(name).has_value(); });
  ask<finished>(
    reader(), read_request{job},
    [this, job](finished&) {
      if (closing())
        return;
      if (job->value())
        name_fault_ = error_code::username_taken;
      enter_room(greeting());
    },
    [this](const caf::error& reason) {
      if (!closing())
        turn_away(to_error_code(reason));
    },
    env().now.steady() + answer_patience);
  schedule();
}

std::string chat_session::greeting() const {
  return encode_flat(connection_established_reply{self(), guest_name_ == nullptr ? std::string() : *guest_name_},
                     lang());
}

void chat_session::enter_room(std::string greeting) {
  finding_ = true;
  ask<room_actor>(
    env().placement, find_room{id_},
    [this, greeting = std::move(greeting)](const room_actor& room) {
      if (closing())
        return;
      finding_ = false;
      room_ = room;
      join(greeting);
      if (const auto said = std::move(waiting_)) // those behind another return wait again
        for (auto& text : *said)
          if (!closing())
            on_text(text);
    },
    [this](const caf::error& reason) {
      if (!closing())
        turn_away(to_error_code(reason));
    });
}

void chat_session::join(std::string greeting) {
  inside_ = true;
  join_room wish{flat_origin(), self(), guest_, std::move(greeting), std::nullopt};
  if (guest_name_ != nullptr)
    wish.guest_name = *guest_name_;
  wish.name_fault = name_fault_;
  send(room_, std::move(wish));
}

void chat_session::turn_away(error_code why) {
  // Who did not say who it is learns nothing of which rooms exist.
  if (why == error_code::room_not_found && guest_ != error_code::none && !greeted_)
    why = guest_;
  say_error(why, {}, why == error_code::rate_limited ? std::optional(backlog_pause_ms) : std::nullopt);
  close(close_code_of(why), parley::name(why));
}

origin chat_session::flat_origin() {
  auto out = from({});
  out.shape = wire_shape::flat;
  return out;
}

void chat_session::leave_all() {
  // Also if it takes itself for outside: a join that crossed a removal on its way may have let it in again.
  if (room_)
    send(room_, leave_room{flat_origin(), self().id, leave_room::cause::connection_lost});
  room_ = nullptr;
}

void chat_session::rename_in_rooms(const user_brief& user) {
  if (room_ && inside_)
    send(room_, rename_member{user});
}

// -- what the room answers ---------------------------------------------------------------

void chat_session::on_entered(const entered_room&) {
  if (!std::exchange(greeted_, true))
    port().start_reading();
}

void chat_session::on_refused(const refused& x) {
  if (x.what == refused::request::join) {
    inside_ = false;
    turn_away(x.code);
  } else {
    fault(x.code, {});
  }
}

void chat_session::on_removed(const removed_from_room&) {
  inside_ = false;
}

// -- what the client says ------------------------------------------------------------------

void chat_session::on_text(std::string_view text) {
  if (finding_) {
    if (waiting_ == nullptr)
      waiting_ = std::make_unique<std::vector<std::string>>();
    if (waiting_->size() < waiting_limit)
      waiting_->emplace_back(text);
    else
      fault(error_code::rate_limited, {});
    return;
  }
  auto command = decode_chat(text, env().options.texts);
  if (!command)
    fault(command.error().code, {});
  else
    std::visit([this](auto& x) { handle(x); }, *command);
}

void chat_session::handle(chat_message_command& x) {
  if (!inside_)
    fault(error_code::not_joined, {});
  else if (auto wait = use_up(limited_act::message))
    fault(error_code::rate_limited, {}, wait);
  else
    send(room_, post_message{flat_origin(), self(), std::move(x.draft)});
}

void chat_session::handle(chat_typing_command& x) {
  if (inside_)
    send(room_, set_typing{flat_origin(), self(), x.is_typing});
  else
    fault(error_code::not_joined, {});
}

void chat_session::handle(chat_join_command&) {
  if (auto wait = use_up(limited_act::join))
    fault(error_code::rate_limited, {}, wait);
  else if (inside_)
    join({});
  else
    enter_room({}); // the actor that it left may have ended since
}

void chat_session::handle(chat_leave_command&) {
  if (!inside_) {
    fault(error_code::not_joined, {});
    return;
  }
  inside_ = false;
  send(room_, leave_room{flat_origin(), self().id, leave_room::cause::asked});
}

void chat_session::handle(chat_ping_command&) {
  reply(pong_reply{{}, env().now.steady()});
}

// -- what it says ----------------------------------------------------------------------------

void chat_session::say_error(error_code code, std::string_view, std::optional<std::int64_t> retry_after_ms) {
  reply(error_reply{code, retry_after_ms});
}

void chat_session::say_draining(std::int64_t reconnect_after_ms) {
  reply(server_draining_reply{reconnect_after_ms});
}

} // namespace parley
