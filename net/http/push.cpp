// The clients of `/ws/{client_id}`: which of them the caller has, and what administrators push to them.
#include "net/http/access.hpp"
#include "net/http/handlers.hpp"

namespace parley::net {

namespace {

/// The frame that carries the body's `data`.
tl::expected<frame_ptr, refusal> read_push(const request& from) {
  auto wish = decode_push(from.body);
  if (!wish)
    return tl::unexpected<refusal>(std::move(wish.error()));
  return make_text_frame(encode_channel(push_reply{std::move(wish->data)}, from.lang));
}

} // namespace

handled list_my_clients(http_context& context, const request& from) {
  const auto caller = co_await context.ask.find_user(from.caller.user);
  if (!caller)
    co_return tl::unexpected<refusal>(caller.error());
  get_clients question{from.caller.user};
  auto found = co_await context.ask.ask<client_list>(context.ask.actors().directory, std::move(question));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  for (auto& one : found->items)
    if (one.node.empty())
      one.node = context.options.node_id;
  co_return json(200, encode(found->items));
}

handled push_to_client(http_context& context, const request& from) {
  auto frame = read_push(from);
  if (!frame)
    co_return tl::unexpected(std::move(frame.error()));
  parley::push_to_client order{.client = from.parameters.front().value, .frame = std::move(*frame)};
  auto reached = co_await context.ask.ask<std::int64_t>(context.ask.actors().directory, std::move(order));
  if (!reached)
    co_return tl::unexpected<refusal>(reached.error());
  co_return json(200, encode_delivered(*reached));
}

handled push_to_user(http_context& context, const request& from) {
  const auto number = path_number(from, "user_id");
  if (!number)
    co_return tl::unexpected(number.error());
  const user_id id(*number);
  auto frame = read_push(from);
  if (!frame)
    co_return tl::unexpected(std::move(frame.error()));
  auto find = [id](storage::reader& reader) { return reader.users().find(id).has_value(); };
  auto known = co_await context.ask.read(std::move(find));
  if (!known)
    co_return tl::unexpected<refusal>(known.error());
  if (!*known)
    co_return tl::unexpected<refusal>(error_code::user_not_found);
  parley::push_to_user order{.user = id, .frame = std::move(*frame)};
  auto reached = co_await context.ask.ask<std::int64_t>(context.ask.actors().directory, std::move(order));
  if (!reached)
    co_return tl::unexpected<refusal>(reached.error());
  co_return json(200, encode_delivered(*reached));
}

} // namespace parley::net
