// Logging in, and the life of the tokens that come from it.
#include "auth/password.hpp"
#include "net/http/access.hpp"
#include "net/http/forms.hpp"
#include "net/http/handlers.hpp"
#include "net/http/issue.hpp"

namespace parley::net {

namespace {

constexpr std::size_t refresh_token_bytes = 32;
constexpr std::size_t family_bytes = 16;

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
  if (auto turn = take_turn(context, limited_act::login, from.address); !turn)
    co_return tl::unexpected(std::move(turn.error()));
  auto find = [name = form->login](storage::reader& reader) { return reader.find_credentials(name); };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  // An empty hash takes as long as a real one: time does not tell whether there is such a user.
  const auto hash = *found ? (*found)->password_hash : std::string();
  auto right = co_await context.ask.check(std::move(form->password), hash);
  if (!right)
    co_return tl::unexpected<refusal>(right.error());
  if (!*right || !*found)
    co_return tl::unexpected<refusal>(error_code::bad_credentials);

  const auto id = (*found)->value.id;
  auto refresh = auth::random_token(refresh_token_bytes);
  auto family = auth::random_token(family_bytes);
  storage::refresh_token_record record{.token_hash = auth::digest(refresh),
                                       .family = family,
                                       .user = id,
                                       .expires_at = context.now() + context.options.refresh_lifetime};
  auto store = [record = std::move(record), hash](storage::writer& writer) {
    const auto now_stored = writer.find_credentials(record.user);
    // The password may have been changed, and all tokens revoked, since it was checked.
    if (!now_stored || now_stored->password_hash != hash)
      return false;
    writer.add_refresh_token(record);
    return true;
  };
  auto stored = co_await context.ask.write(std::move(store));
  if (!stored)
    co_return tl::unexpected<refusal>(stored.error());
  if (!*stored)
    co_return tl::unexpected<refusal>(error_code::bad_credentials);
  co_return json(200, encode(issue_pair(context, id, std::move(family), std::move(refresh))));
}

handled refresh_token(http_context& context, const request& from) {
  auto wish = read_refresh(from);
  if (!wish)
    co_return tl::unexpected<refusal>(std::move(wish.error()));
  struct outcome {
    storage::result<storage::rotated> value;
    std::optional<std::string> revoked;
  };
  auto next = auth::random_token(refresh_token_bytes);
  const auto forget_at = forget_time(context);
  auto rotate = [now = context.now(), lifetime = context.options.refresh_lifetime, forget_at,
                 old_hash = auth::digest(wish->refresh_token),
                 next_hash = auth::digest(next)](storage::writer& writer) {
    std::optional<std::string> revoked;
    auto value = writer.rotate_refresh_token(old_hash, next_hash, now, now + lifetime, forget_at, revoked);
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
  co_return json(200, encode(issue_pair(context, owner.user, std::move(owner.family), std::move(next))));
}

handled check_token(http_context& context, const request& from) {
  auto find = [id = from.caller.user](storage::reader& reader) { return find_caller(reader, id); };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  if (!*found)
    co_return tl::unexpected<refusal>(found->error());
  const token_state state{
    .user = from.caller.user, .username = std::move((*found)->username), .expires_at = from.caller.expires_at};
  co_return json(200, encode(state));
}

handled revoke_token(http_context& context, const request& from) {
  // What is not a token of ours is as dead as its sender wants it (RFC 7009 §2.2).
  const auto wish = read_refresh(from);
  if (!wish)
    co_return no_content();
  const auto forget_at = forget_time(context);
  auto revoke = [forget_at, hash = auth::digest(wish->refresh_token)](storage::writer& writer) {
    return writer.revoke_refresh_token(hash, forget_at);
  };
  auto revoked = co_await context.ask.write(std::move(revoke));
  if (!revoked)
    co_return tl::unexpected<refusal>(revoked.error());
  if (*revoked)
    co_await announce_revoked(context, std::move(**revoked), forget_at);
  co_return no_content();
}

} // namespace parley::net
