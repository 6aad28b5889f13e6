#include "actors/client_session.hpp"

#include "actors/errors.hpp"

#include <utility>

namespace parley {

void client_session::begin(auth_status status) {
  claimed_ = true;
  auto who = signed_in() ? std::optional(user().id) : std::nullopt;
  ask<finished>(
    env().directory, claim_client{subject(), connection(), own_handle(), who, started_at()},
    [this, status](finished) {
      if (!closing())
        greet(status);
    },
    [this](const caf::error& reason) {
      if (!closing())
        turn_away(to_error_code(reason));
    });
}

void client_session::greet(auth_status status) {
  reply(client_connected_reply{subject(), signed_in() ? std::optional(user().id) : std::nullopt, status});
  port().start_reading();
}

void client_session::turn_away(error_code why) {
  say_error(why, {}, {});
  close(why == error_code::client_id_taken ? close_code::replaced : close_code::server_failed, parley::name(why));
}

void client_session::leave_all() {
  if (std::exchange(claimed_, false))
    send(env().directory, release_client{connection()});
}

void client_session::on_message(std::string_view payload, bool) {
  auto command = decode_client(payload);
  if (!command)
    fault(command.error().code, {});
  else
    std::visit([this](auto& what) { handle(what); }, *command);
}

void client_session::handle(hello_command& x) {
  reply(hello_reply{std::move(x.message), subject(), signed_in() ? std::optional(user()) : std::nullopt});
}

void client_session::handle(ping_command& x) {
  reply(pong_reply{std::move(x.timestamp), env().now.steady()});
}

} // namespace parley
