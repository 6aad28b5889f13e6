// The status of tasks: published through the task board, read from storage.
#include "net/http/access.hpp"
#include "net/http/handlers.hpp"

namespace parley::net {

handled publish_task(http_context& context, const request& from) {
  auto value = decode_task(from.body, context.options.texts);
  if (!value)
    co_return tl::unexpected<refusal>(std::move(value.error()));
  const auto caller = co_await context.ask.find_user(from.caller.user);
  if (!caller)
    co_return tl::unexpected<refusal>(caller.error());
  parley::publish_task order{.by = from.caller.user, .value = std::move(*value)};
  auto reached = co_await context.ask.ask<published_task>(context.ask.actors().tasks, std::move(order));
  if (!reached)
    co_return tl::unexpected<refusal>(reached.error());
  co_return json(200, encode_delivered(reached->sockets));
}

handled list_tasks(http_context& context, const request& from) {
  const auto at = decode_page(from.query);
  if (!at)
    co_return tl::unexpected<refusal>(at.error());
  auto find = [caller = from.caller.user, at = *at](storage::reader& reader) -> storage::result<page<task_status>> {
    if (auto known = find_caller(reader, caller); !known)
      return tl::unexpected(known.error());
    return reader.tasks().list(caller, at);
  };
  auto found = co_await look_up(context, std::move(find));
  if (!found)
    co_return tl::unexpected(std::move(found.error()));
  co_return json(200, encode(*found));
}

handled show_task(http_context& context, const request& from) {
  auto find = [caller = from.caller.user,
               task = from.parameters.front().value](storage::reader& reader) -> storage::result<task_status> {
    if (auto known = find_caller(reader, caller); !known)
      return tl::unexpected(known.error());
    auto found = reader.tasks().find(task);
    if (!found && task.ends_with('/')) // one that the id does not have is the path's
      found = reader.tasks().find(std::string_view(task).substr(0, task.size() - 1));
    if (!found)
      return tl::unexpected(error_code::task_not_found);
    return std::move(found->value);
  };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  if (!*found)
    co_return tl::unexpected<refusal>(found->error());
  co_return json(200, encode(**found));
}

} // namespace parley::net
