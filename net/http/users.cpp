// Registration and the caller's own profile.
#include "net/http/access.hpp"
#include "net/http/avatars.hpp"
#include "net/http/handlers.hpp"
#include "net/http/issue.hpp"

namespace parley::net {

namespace {

struct profile_change {
  user value;
  storage::revocations revoked;          ///< by a new password
  std::optional<std::string> old_avatar; ///< that another one or none took the place of
};

/// Whoever holds a stolen token guesses the password no faster here than at a login, and nobody learns faster than by
/// registering which names and addresses are taken.
boost::asio::awaitable<tl::expected<void, refusal>> take_turns(http_context& context, user_id caller,
                                                               const profile_patch& wish) {
  const auto who = std::to_string(caller.value);
  tl::expected<void, refusal> out;
  if (wish.password)
    out = co_await take_common_turn(context, limited_act::login, who);
  if (out && (wish.username || wish.email))
    out = co_await take_common_turn(context, limited_act::registration, who);
  co_return out;
}

boost::asio::awaitable<void> announce(http_context& context, profile_change& change, bool looks_new) {
  remove_avatar(context, change.old_avatar);
  if (!change.revoked.users.empty())
    co_await context.ask.revoke(std::move(change.revoked));
  if (looks_new) {
    co_await context.ask.forget_user(change.value.id);
    context.ask.tell(context.ask.actors().directory,
                     user_renamed{{change.value.id, change.value.username, change.value.avatar_url}});
  }
}

} // namespace

handled register_user(http_context& context, const request& from) {
  auto wish = decode_registration(from.body, context.options.texts);
  if (!wish)
    co_return tl::unexpected<refusal>(std::move(wish.error()));
  if (auto turn = co_await take_common_turn(context, limited_act::registration, from.address); !turn)
    co_return tl::unexpected(std::move(turn.error()));
  auto hash = co_await context.ask.hash(std::move(wish->password));
  if (!hash)
    co_return tl::unexpected<refusal>(hash.error());
  storage::new_user draft{.username = std::move(wish->username),
                          .email = std::move(wish->email),
                          .password_hash = std::move(*hash),
                          .role = user_role::user,
                          .created_at = context.now()};
  auto create = [draft = std::move(draft)](storage::writer& writer) { return writer.users().create(draft); };
  auto created = co_await store(context, std::move(create));
  if (!created)
    co_return tl::unexpected(std::move(created.error()));
  co_return json(201, encode(*created));
}

handled show_profile(http_context& context, const request& from) {
  auto find = [id = from.caller.user](storage::reader& reader) { return reader.profiles().find(id); };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  if (!*found)
    co_return tl::unexpected<refusal>(error_code::invalid_token);
  auto& profile = **found;
  std::vector<room_brief*> briefs;
  for (auto* rooms : {&profile.owned, &profile.joined})
    for (auto& brief : *rooms)
      briefs.push_back(&brief);
  std::vector<room_id> ids;
  ids.reserve(briefs.size());
  for (const auto* brief : briefs)
    ids.push_back(brief->id);
  auto live = co_await ask_occupancy(context, std::move(ids));
  if (!live)
    co_return tl::unexpected<refusal>(live.error());
  for (std::size_t i = 0; i < briefs.size(); ++i)
    briefs[i]->is_active = live->at(i).is_active();
  co_return json(200, encode(profile));
}

handled change_profile(http_context& context, const request& from) {
  auto wish = decode_profile_patch(from.body, context.options.avatar_bytes, context.options.texts);
  if (!wish)
    co_return tl::unexpected<refusal>(std::move(wish.error()));
  const bool looks_new = wish->username || wish->avatar;
  const auto id = from.caller.user;
  if (auto turn = co_await take_turns(context, id, *wish); !turn)
    co_return tl::unexpected(std::move(turn.error()));
  const auto now = context.now.latest(); // no token was issued later
  const auto forget_at = forget_time(context);
  storage::user_patch patch{
    .username = std::move(wish->username), .email = std::move(wish->email), .password_hash = {}, .avatar_url = {}};
  std::optional<std::string> proven;
  if (wish->password) {
    auto old_hash = co_await prove_password(context, id, std::move(wish->current_password).value_or(std::string()));
    if (!old_hash)
      co_return tl::unexpected<refusal>(old_hash.error());
    proven = std::move(*old_hash);
    auto hash = co_await context.ask.hash(std::move(*wish->password));
    if (!hash)
      co_return tl::unexpected<refusal>(hash.error());
    patch.password_hash = std::move(*hash);
  }
  if (wish->avatar) {
    patch.avatar_url.emplace();
    if (*wish->avatar) {
      auto stored = co_await store_avatar(context, std::move(**wish->avatar));
      if (!stored) {
        problem why(stored.error());
        if (why.code == error_code::bad_image)
          why.fields.push_back({"avatar", fault::not_an_image});
        co_return tl::unexpected<refusal>(std::move(why));
      }
      *patch.avatar_url = std::move(*stored);
    }
  }
  const auto new_avatar = patch.avatar_url.value_or(std::nullopt);
  auto change = [id, now, forget_at, patch = std::move(patch),
                 proven = std::move(proven)](storage::writer& writer) -> storage::result<profile_change> {
    const auto stored = writer.users().find_credentials(id);
    if (!stored)
      return tl::unexpected(error_code::invalid_token);
    // Another request may have changed the password since this one proved the old.
    if (proven && stored->password_hash != *proven)
      return tl::unexpected(error_code::wrong_password);
    auto changed = writer.users().update(id, patch);
    if (!changed)
      return tl::unexpected(changed.error());
    profile_change out{.value = std::move(*changed), .revoked = {}, .old_avatar = {}};
    if (patch.avatar_url)
      out.old_avatar = stored->value.avatar_url;
    if (!proven)
      return out;
    for (auto& family : writer.tokens().revoke_user(id, now, forget_at))
      out.revoked.families.push_back({std::move(family), forget_at});
    out.revoked.users.push_back({id, now});
    return out;
  };
  auto changed = co_await store(context, std::move(change));
  if (!changed) {
    remove_avatar(context, new_avatar);
    co_return tl::unexpected(std::move(changed.error()));
  }
  co_await announce(context, *changed, looks_new);
  co_return json(200, encode(changed->value));
}

} // namespace parley::net
