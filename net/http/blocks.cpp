// Whom the caller blocks: nobody of them may invite or ask it.
#include "net/http/access.hpp"
#include "net/http/handlers.hpp"
#include "protocol/limits.hpp"

namespace parley::net {

namespace {

/// A list that is full is a fault of the request: nothing but taking somebody out of it helps.
storage::result<void> block(storage::writer& in, user_id by, user_id whom, timestamp now) {
  if (auto known = find_caller(in, by); !known)
    return tl::unexpected(known.error());
  if (whom == anonymous_user)
    return tl::unexpected(error_code::user_not_found);
  if (!in.blocks().has(by, whom) && in.blocks().count(by) >= limits::blocks_max)
    return tl::unexpected(error_code::validation_failed);
  return in.blocks().add(by, whom, now);
}

refusal refuse_user(fault what) {
  return problem({{"user_id", what}});
}

} // namespace

handled block_user(http_context& context, const request& from) {
  const auto whom = path_id<user_id>(from, "user_id");
  if (!whom)
    co_return tl::unexpected(whom.error());
  if (*whom == from.caller.user)
    co_return tl::unexpected(refuse_user(fault::oneself));
  auto add = [by = from.caller.user, whom = *whom, now = context.now()](storage::writer& writer) {
    return block(writer, by, whom, now);
  };
  auto added = co_await store(context, std::move(add));
  if (!added && added.error().what.code == error_code::validation_failed)
    co_return tl::unexpected(refuse_user(fault::too_many));
  if (!added)
    co_return tl::unexpected(std::move(added.error()));
  co_return no_content();
}

handled unblock_user(http_context& context, const request& from) {
  const auto whom = path_id<user_id>(from, "user_id");
  if (!whom)
    co_return tl::unexpected(whom.error());
  auto remove = [by = from.caller.user, whom = *whom](storage::writer& writer) -> storage::result<void> {
    if (auto known = find_caller(writer, by); !known)
      return tl::unexpected(known.error());
    writer.blocks().remove(by, whom);
    return {};
  };
  auto removed = co_await store(context, std::move(remove));
  if (!removed)
    co_return tl::unexpected(std::move(removed.error()));
  co_return no_content();
}

handled list_blocks(http_context& context, const request& from) {
  const auto at = decode_page(from.query);
  if (!at)
    co_return tl::unexpected<refusal>(at.error());
  auto find = [caller = from.caller.user, at = *at](storage::reader& reader) -> storage::result<page<user_brief>> {
    if (auto known = find_caller(reader, caller); !known)
      return tl::unexpected(known.error());
    return reader.blocks().list(caller, at);
  };
  auto blocked = co_await look_up(context, std::move(find));
  if (!blocked)
    co_return tl::unexpected(std::move(blocked.error()));
  co_return json(200, encode(*blocked));
}

} // namespace parley::net
