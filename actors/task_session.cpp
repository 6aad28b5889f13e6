#include "actors/task_session.hpp"

#include <utility>

namespace parley {

void task_session::begin(auth_status status) {
  reply(task_connected_reply{subject(), signed_in() ? user().id : anonymous_user, status});
  watches_ = true;
  send(env().tasks, watch_task{subject(), connection(), own_handle()});
  port().start_reading();
}

void task_session::leave_all() {
  if (std::exchange(watches_, false))
    send(env().tasks, unwatch_task{subject(), connection()});
}

void task_session::on_message(std::string_view payload, bool) {
  auto command = decode_client(payload);
  if (!command)
    fault(command.error().code, {});
  else if (auto* ping = std::get_if<ping_command>(&*command))
    reply(pong_reply{std::move(ping->timestamp), env().now.steady()});
  else
    fault(error_code::unknown_type, {});
}

void task_session::say_error(error_code code, std::string_view, std::optional<std::int64_t> retry_after_ms) {
  say(encode_channel(error_reply{code, retry_after_ms}, lang(), task_command_types()));
}

} // namespace parley
