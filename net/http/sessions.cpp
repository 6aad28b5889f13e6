// Where the caller is signed in, and the end of that.
#include "net/http/access.hpp"
#include "net/http/handlers.hpp"
#include "net/http/issue.hpp"

namespace parley::net {

handled list_sessions(http_context& context, const request& from) {
  const auto at = decode_page(from.query);
  if (!at)
    co_return tl::unexpected<refusal>(at.error());
  auto find = [caller = from.caller.user, family = from.caller.family, now = context.now(),
               at = *at](storage::reader& reader) -> storage::result<page<login_session>> {
    if (auto known = find_caller(reader, caller); !known)
      return tl::unexpected(known.error());
    return reader.tokens().list_sessions(caller, family, now, at);
  };
  auto found = co_await look_up(context, std::move(find));
  if (!found)
    co_return tl::unexpected(std::move(found.error()));
  co_return json(200, encode(*found));
}

handled end_session(http_context& context, const request& from) {
  const auto id = path_id<session_id>(from, "session_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const auto forget_at = forget_time(context);
  auto end = [caller = from.caller.user, id = *id, forget_at](storage::writer& writer) -> storage::result<std::string> {
    if (auto known = find_caller(writer, caller); !known)
      return tl::unexpected(known.error());
    return writer.tokens().end_session(caller, id, forget_at);
  };
  auto ended = co_await store(context, std::move(end));
  if (!ended)
    co_return tl::unexpected(std::move(ended.error()));
  storage::revocations news;
  news.families.push_back({std::move(*ended), forget_at});
  co_await context.ask.revoke(std::move(news));
  co_return no_content();
}

handled end_other_sessions(http_context& context, const request& from) {
  const auto forget_at = forget_time(context);
  auto end = [caller = from.caller.user, current = from.caller.family,
              forget_at](storage::writer& writer) -> storage::result<storage::revocations> {
    if (auto known = find_caller(writer, caller); !known)
      return tl::unexpected(known.error());
    storage::revocations out;
    for (auto& family : writer.tokens().end_other_sessions(caller, current, forget_at))
      out.families.push_back({std::move(family), forget_at});
    return out;
  };
  auto ended = co_await store(context, std::move(end));
  if (!ended)
    co_return tl::unexpected(std::move(ended.error()));
  co_await context.ask.revoke(std::move(*ended));
  co_return no_content();
}

} // namespace parley::net
