// Logging in, and the life of the tokens that come from it.
#include "auth/password.hpp"
#include "auth/refresh.hpp"
#include "net/http/access.hpp"
#include "net/http/forms.hpp"
#include "net/http/handlers.hpp"
#include "net/http/issue.hpp"
#include "protocol/text.hpp"

#include <algorithm>

namespace parley::net {

namespace {

constexpr std::size_t refresh_token_bytes = 32;
constexpr std::size_t family_bytes = 16;
constexpr std::size_t access_id_bytes = 16;

/// How many bytes are kept of what a client calls itself.
constexpr std::size_t user_agent_max = 256;

/// From where the request came, for the list of the user's sessions. What is no ASCII in a field has no meaning
/// (RFC 9110 §5.5).
storage::token_bearer bearer_of(const request& from) {
  std::string agent(from.head->find("User-Agent").value_or(std::string_view()).substr(0, user_agent_max));
  std::ranges::replace_if(
    agent, [](char c) { return c < ' ' || c > '~'; }, '?');
  return {.address = from.address, .user_agent = std::move(agent)};
}

/// A hash is renewed once. Another login may do so between this one's check and its writing.
constexpr int login_tries = 3;

/// A user who knows the password of `hash`.
struct proven_user {
  user_id id;
  std::string hash;
  std::optional<std::string> renewed; ///< of the same password, to be stored in the place of `hash`
};

/// Says so in the log, whose the account is; the client is not told whether there is one.
tl::unexpected<refusal> refuse_login(const http_context& context, const request& from, std::optional<user_id> who) {
  if (context.node.refusals != nullptr)
    context.node.refusals->failed_login(from.address, error_code::bad_credentials, who);
  return tl::unexpected<refusal>(error_code::bad_credentials);
}

/// `bad_credentials` where there is no such user or the password is wrong: both take one time.
boost::asio::awaitable<tl::expected<proven_user, refusal>> prove(http_context& context, const request& from,
                                                                 const login_form& form) {
  auto find = [name = form.login](storage::reader& reader) { return reader.users().find_credentials(name); };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  // An empty hash takes as long as a real one: time does not tell whether there is such a user.
  auto hash = *found ? (*found)->password_hash : std::string();
  auto verdict = co_await context.ask.check(form.password, hash);
  if (!verdict)
    co_return tl::unexpected<refusal>(verdict.error());
  if (!verdict->right || !*found)
    co_return refuse_login(context, from, *found ? std::optional((*found)->value.id) : std::nullopt);
  proven_user out{.id = (*found)->value.id, .hash = std::move(hash), .renewed = {}};
  if (verdict->outdated) {
    auto renewed = co_await context.ask.hash(prepare_password(form.password));
    if (renewed) // else at another login: the hashers have enough to do
      out.renewed = std::move(*renewed);
  }
  co_return out;
}

/// Begins a family of tokens. None where the password is no longer that of the user.
boost::asio::awaitable<tl::expected<std::optional<token_pair>, error_code>>
enter(http_context& context, proven_user who, storage::token_bearer bearer) {
  const auto now = context.now();
  token_grant grant{.user = who.id,
                    .family = auth::random_token(family_bytes),
                    .refresh_token = auth::random_token(refresh_token_bytes),
                    .access_id = auth::random_token(access_id_bytes),
                    .issued_at = now};
  storage::refresh_token_record record{.token_hash = auth::digest(grant.refresh_token),
                                       .family = grant.family,
                                       .user = who.id,
                                       .expires_at = now + context.options.refresh_lifetime,
                                       .created_at = now,
                                       .bearer = std::move(bearer)};
  auto store = [record = std::move(record), who = std::move(who)](storage::writer& writer) {
    const auto now_stored = writer.users().find_credentials(who.id);
    // The password may have been changed, and all tokens revoked, since it was checked.
    if (!now_stored || now_stored->password_hash != who.hash)
      return false;
    storage::user_patch patch;
    patch.password_hash = who.renewed;
    if (who.renewed && !writer.users().update(who.id, patch))
      return false;
    writer.tokens().add(record);
    return true;
  };
  auto stored = co_await context.ask.write(std::move(store));
  if (!stored)
    co_return tl::unexpected(stored.error());
  std::optional<token_pair> out;
  if (*stored)
    out = issue_pair(context, std::move(grant));
  co_return out;
}

decoded<refresh_request> read_refresh(const request& from) {
  return decode_body<refresh_request>(from, body_kind::json, decode_refresh_form, decode_refresh);
}

/// It is in the database already; the answer waits until every thread knows.
boost::asio::awaitable<void> announce_revoked(http_context& context, std::string family, timestamp forget_at) {
  storage::revocations news;
  news.families.push_back({std::move(family), forget_at});
  co_await context.ask.revoke(std::move(news));
}

} // namespace

handled login(http_context& context, const request& from) {
  auto form = decode_body<login_form>(from, body_kind::urlencoded, decode_login_form, decode_login_json);
  if (!form)
    co_return tl::unexpected<refusal>(std::move(form.error()));
  if (auto turn = co_await take_common_turn(context, limited_act::login, from.address); !turn)
    co_return tl::unexpected(std::move(turn.error()));
  user_id last;
  for (int i = 0; i < login_tries; ++i) {
    auto who = co_await prove(context, from, *form);
    if (!who)
      co_return tl::unexpected(std::move(who.error()));
    last = who->id;
    auto bearer = bearer_of(from);
    auto pair = co_await enter(context, std::move(*who), std::move(bearer));
    if (!pair)
      co_return tl::unexpected<refusal>(pair.error());
    if (*pair)
      co_return json(200, encode(**pair));
  }
  co_return refuse_login(context, from, last);
}

handled refresh_token(http_context& context, const request& from) {
  auto wish = read_refresh(from);
  if (!wish)
    co_return tl::unexpected<refusal>(std::move(wish.error()));
  struct outcome {
    storage::result<storage::rotated> value;
    std::optional<std::string> revoked;
  };
  auto next = auth::derive_successor(wish->refresh_token, context.options.secret);
  const auto forget_at = forget_time(context);
  const auto key = from.head->find("Idempotency-Key").value_or(std::string_view());
  const auto now = context.now();
  storage::rotation change{.old_hash = auth::digest(wish->refresh_token),
                           .next_hash = auth::digest(next.refresh_token),
                           .key_hash = key.empty() ? std::string() : auth::digest(key),
                           .now = now,
                           .expires_at = now + context.options.refresh_lifetime,
                           .forget_at = forget_at,
                           .bearer = bearer_of(from)};
  auto rotate = [change = std::move(change)](storage::writer& writer) {
    std::optional<std::string> revoked;
    auto value = writer.tokens().rotate(change, revoked);
    return outcome{std::move(value), std::move(revoked)};
  };
  auto rotated = co_await context.ask.write(std::move(rotate));
  if (!rotated)
    co_return tl::unexpected<refusal>(rotated.error());
  if (rotated->revoked)
    co_await announce_revoked(context, std::move(*rotated->revoked), forget_at);
  if (!rotated->value)
    co_return tl::unexpected<refusal>(rotated->value.error());
  auto& owner = *rotated->value;
  token_grant grant{.user = owner.user,
                    .family = std::move(owner.family),
                    .refresh_token = std::move(next.refresh_token),
                    .access_id = std::move(next.access_id),
                    .issued_at = owner.rotated_at};
  co_return json(200, encode(issue_pair(context, std::move(grant))));
}

handled check_token(http_context& context, const request& from) {
  auto found = co_await context.ask.find_user(from.caller.user);
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  const token_state state{
    .user = from.caller.user, .username = std::move(found->username), .expires_at = from.caller.expires_at};
  co_return json(200, encode(state));
}

handled revoke_token(http_context& context, const request& from) {
  // What is not a token of ours is as dead as its sender wants it (RFC 7009 §2.2).
  const auto wish = read_refresh(from);
  if (!wish)
    co_return no_content();
  const auto forget_at = forget_time(context);
  auto revoke = [forget_at, hash = auth::digest(wish->refresh_token)](storage::writer& writer) {
    return writer.tokens().revoke(hash, forget_at);
  };
  auto revoked = co_await context.ask.write(std::move(revoke));
  if (!revoked)
    co_return tl::unexpected<refusal>(revoked.error());
  if (*revoked)
    co_await announce_revoked(context, std::move(**revoked), forget_at);
  co_return no_content();
}

} // namespace parley::net
