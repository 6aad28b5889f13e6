// The end of an account, by its user's wish.
//
// The user leaves its rooms by way of their actors, for they alone change rooms; then the rest goes in one transaction,
// which tells whether it has come into another room meanwhile. Until that the account is whole: who asks again, after a
// failure, goes on where it ended.
#include "net/http/access.hpp"
#include "net/http/avatars.hpp"
#include "net/http/files_access.hpp"
#include "net/http/handlers.hpp"
#include "net/http/issue.hpp"

namespace parley::net {

namespace asio = boost::asio;

namespace {

/// How often a user who comes into rooms while it leaves them is followed there.
constexpr int leaving_tries = 5;

/// Ids of messages that one question looks at.
constexpr std::int64_t ids_at_once = 10'000;

using step_result = tl::expected<void, error_code>;

/// The room is gone, or somebody else was faster: there is nothing left to do in it, or it is to be looked at again.
bool is_passing(error_code x) {
  return x == error_code::room_not_found || x == error_code::not_a_member || x == error_code::owner_only ||
         x == error_code::owner_cannot_leave || x == error_code::message_not_found;
}

template <class Order>
asio::awaitable<step_result> tell_room(http_context& context, room_id room, Order what) {
  using out = std::conditional_t<std::is_same_v<Order, parley::transfer_room>, room_view, finished>;
  const auto answered = co_await context.ask.ask_room<out>(room, std::move(what));
  if (!answered && !is_passing(answered.error()))
    co_return tl::unexpected(answered.error());
  co_return step_result();
}

/// The user's own room goes to who comes next, or ends where there is nobody.
asio::awaitable<step_result> pass_on(http_context& context, room_id room, user_id owner) {
  auto find = [room](storage::writer& writer) { return writer.accounts().find_successor(room); };
  const auto heir = co_await context.ask.write(std::move(find));
  if (!heir)
    co_return tl::unexpected(heir.error());
  const parley::dissolve_room dissolve{owner};
  if (!*heir)
    co_return co_await tell_room(context, room, dissolve);
  const parley::transfer_room over{.by = owner, .target = **heir};
  if (auto passed = co_await tell_room(context, room, over); !passed)
    co_return passed;
  const parley::remove_member leave{.by = owner, .target = owner};
  co_return co_await tell_room(context, room, leave);
}

/// Every room of now, some at a time; `left_rooms` gets those that the user was in.
asio::awaitable<step_result> leave_rooms(http_context& context, user_id who, std::vector<room_id>& left_rooms) {
  const page_request some{.number = 1, .size = 50};
  for (std::int64_t left = 1; left > 0;) {
    auto find = [who, some](storage::reader& reader) {
      return reader.rooms().list(who, storage::room_scope::mine, {}, some);
    };
    const auto rooms = co_await context.ask.read(std::move(find));
    if (!rooms)
      co_return tl::unexpected(rooms.error());
    for (const auto& x : rooms->items) {
      const parley::remove_member leave{.by = who, .target = who};
      step_result gone;
      if (x.owner == who)
        gone = co_await pass_on(context, x.id, who);
      else
        gone = co_await tell_room(context, x.id, leave);
      if (!gone)
        co_return gone;
      left_rooms.push_back(x.id);
    }
    left = rooms->total - std::ssize(rooms->items);
  }
  co_return step_result();
}

/// Deletes what the user has said after `from`, which becomes the last id that was looked at.
asio::awaitable<step_result> purge_sent(http_context& context, user_id sender, message_id& from) {
  for (bool more = true; more;) {
    auto find = [sender, from](storage::writer& writer) {
      return writer.accounts().find_sent(sender, from, ids_at_once);
    };
    const auto found = co_await context.ask.write(std::move(find));
    if (!found)
      co_return tl::unexpected(found.error());
    for (const auto& [room, id] : found->items) {
      const parley::delete_message by_nobody{.by = {}, .id = id};
      const auto purged = co_await tell_room(context, room, by_nobody);
      if (!purged)
        co_return purged;
    }
    from = found->looked_to;
    more = !found->is_all;
  }
  co_return step_result();
}

/// Rooms that live remember what was said lately, and who said it.
asio::awaitable<void> tell_name(http_context& context, const std::vector<room_id>& rooms, user_brief who) {
  for (const auto id : rooms)
    if (const auto room = co_await context.ask.find_room(id))
      context.ask.tell(*room, rename_member{who});
}

struct ended_account {
  storage::retired_user value;
  storage::revocations revoked;
};

/// What is left goes at once. `already_member` where the user is in a room again.
asio::awaitable<fetched<ended_account>> end_account(http_context& context, user_id who, std::string proven) {
  const auto now = context.now.latest(); // no token was issued later
  const auto forget_at = forget_time(context);
  auto end = [who, now, forget_at,
              proven = std::move(proven)](storage::writer& writer) -> storage::result<ended_account> {
    const auto stored = writer.users().find_credentials(who);
    if (!stored)
      return tl::unexpected(error_code::invalid_token);
    if (stored->password_hash != proven)
      return tl::unexpected(error_code::wrong_password);
    if (writer.rooms().list(who, storage::room_scope::mine, {}, {.number = 1, .size = 1}).total > 0)
      return tl::unexpected(error_code::already_member);
    ended_account out;
    for (auto& family : writer.tokens().revoke_user(who, now, forget_at))
      out.revoked.families.push_back({std::move(family), forget_at});
    out.revoked.users.push_back({who, now});
    auto retired = writer.accounts().retire(who);
    if (!retired)
      return tl::unexpected(retired.error());
    out.value = std::move(*retired);
    return out;
  };
  co_return co_await store(context, std::move(end));
}

} // namespace

handled delete_profile(http_context& context, const request& from) {
  auto wish = decode_account_end(from.body);
  if (!wish)
    co_return tl::unexpected<refusal>(std::move(wish.error()));
  const auto messages_too = decode_messages_too(from.query);
  if (!messages_too)
    co_return tl::unexpected<refusal>(messages_too.error());
  const auto who = from.caller.user;
  const auto counted = std::to_string(who.value);
  if (auto turn = co_await take_common_turn(context, limited_act::login, counted); !turn)
    co_return tl::unexpected(std::move(turn.error()));
  const auto proven = co_await prove_password(context, who, std::move(wish->current_password));
  if (!proven)
    co_return tl::unexpected<refusal>(proven.error());
  message_id looked_to;
  std::vector<room_id> rooms;
  fetched<ended_account> ended = tl::unexpected<refusal>(error_code::internal);
  for (int i = 0; i < leaving_tries; ++i) {
    if (*messages_too)
      if (const auto purged = co_await purge_sent(context, who, looked_to); !purged)
        co_return tl::unexpected<refusal>(purged.error());
    if (const auto left = co_await leave_rooms(context, who, rooms); !left)
      co_return tl::unexpected<refusal>(left.error());
    ended = co_await end_account(context, who, *proven);
    if (ended || ended.error().what.code != error_code::already_member)
      break;
  }
  if (!ended)
    co_return tl::unexpected(std::move(ended.error()));
  remove_avatar(context, ended->value.avatar_url);
  bury_files(*context.node.files, context.options, ended->value.lost);
  co_await context.ask.revoke(std::move(ended->revoked));
  co_await context.ask.forget_user(who);
  co_await tell_name(context, rooms, std::move(ended->value.value));
  // What was said while the rest was done: nothing can be said any more.
  if (*messages_too)
    if (const auto purged = co_await purge_sent(context, who, looked_to); !purged)
      co_return tl::unexpected<refusal>(purged.error());
  co_return no_content();
}

} // namespace parley::net
