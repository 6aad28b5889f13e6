#include "net/http/dispatch.hpp"

#include "actors/admission.hpp"
#include "net/http/access.hpp"
#include "net/http/api/operation.hpp"
#include "net/http/cors.hpp"
#include "net/http/fields.hpp"
#include "net/http/forms.hpp"
#include "net/http/forwarded.hpp"
#include "net/http/gzip.hpp"
#include "net/http/target.hpp"
#include "net/http/tus.hpp"
#include "protocol/public_place.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace parley::net {

namespace {

tl::expected<auth::access_claims, error_code> check_caller(const http_context& context, const request& from) {
  if (!from.bearer)
    return tl::unexpected(error_code::auth_required);
  if (context.tokens.is_suspended()) // what is known of a token may be out of date, too
    return tl::unexpected(error_code::internal);
  auto& known = context.ask.known();
  if (const auto* checked = known.find_token(*from.bearer)) {
    if (checked->expires_at <= context.now())
      return tl::unexpected(error_code::token_expired);
    return *checked;
  }
  auto claims = context.tokens.check(*from.bearer);
  // Guests have no token; the reserved user acts over WebSocket only.
  if (claims && claims->user == anonymous_user)
    return tl::unexpected(error_code::invalid_token);
  if (claims && !claims->foreign) // which ends with its key, too
    known.learn_token(*from.bearer, *claims);
  return claims;
}

refusal with_status(error_code code, int status) {
  problem what(code);
  what.status = status;
  return {std::move(what)};
}

/// The methods of RFC 9110 §9 and RFC 5789.
bool is_known_method(std::string_view method) {
  constexpr std::array<std::string_view, 9> known{"GET",    "HEAD",    "POST",  "PUT",    "PATCH",
                                                  "DELETE", "OPTIONS", "TRACE", "CONNECT"};
  return std::ranges::find(known, method) != known.end();
}

/// A body that would have to be unpacked first (RFC 9110 §8.4.1): nobody here does.
bool is_packed(const request_head& head) {
  return head.has_body && std::ranges::any_of(head.fields, [](const auto& field) {
           return same_token(field.first, "Content-Encoding") && !field.second.empty() &&
                  !same_token(field.second, "identity");
         });
}

/// The route, and the path without `http.base_path`. Where that is not taken off, or begins as some of our own paths do
/// (`/api`), the path may be one of ours as it is.
route_match find_route(const http_context& context, const request_head& head, std::string_view& path) {
  const auto bytes = context.options.texts.path_id_bytes;
  const auto inner = without_base(path);
  auto match = match_route(meant_method(head, inner), inner, bytes);
  if (match.allow.empty() && inner != path)
    return match_route(meant_method(head, path), path, bytes);
  path = inner;
  return match;
}

/// A socket is not refused for its query: a value that cannot be read is one that nothing accepts, a wrong token, a
/// name that is none.
query_parameters read_what_can_be_read(std::string_view query) {
  query_parameters out;
  for (auto& [name, value] : decode_form(query))
    out.emplace_back(std::move(name), std::move(value).value_or(std::string(1, '\0')));
  return out;
}

std::optional<refusal> find_fault(const http_context& context, const request_head& head, plan& out) {
  if (head.refused)
    return with_status(error_code::bad_request, *head.refused);
  if (!is_known_method(head.method))
    return with_status(error_code::method_not_allowed, 501);
  const auto target = split_target(head.target);
  auto path = target.path;
  if (path.empty() && head.method == "CONNECT") // to somewhere else: that is for proxies
    return with_status(error_code::method_not_allowed, 501);
  if (path.empty())
    return refusal(error_code::bad_request);
  auto match = find_route(context, head, path);
  if (match.allow.empty())
    return refusal(error_code::not_found);
  out.from.path = path;
  if (match.row == nullptr)
    return refusal(error_code::method_not_allowed, {{"Allow", std::string(match.allow)}});
  out.from.method = match.row->method;
  out.from.parameters = std::move(match.parameters);
  if (const auto authorization = head.find("Authorization"))
    out.from.bearer = bearer_of(*authorization);
  if (match.row->auth != route_auth::none) {
    auto claims = check_caller(context, out.from);
    if (!claims)
      return refusal(claims.error());
    out.from.caller = std::move(*claims);
  }
  if (is_packed(head))
    return refusal(error_code::unsupported_media_type, {{"Accept-Encoding", "identity"}});
  if (auto parameters = decode_query(target.query))
    out.from.query = std::move(*parameters);
  else if (match.row->kind == route_kind::websocket)
    out.from.query = read_what_can_be_read(target.query);
  else
    match.faults.push_back({"query", fault::bad_characters});
  if (!match.faults.empty())
    return refusal(problem(std::move(match.faults)));
  out.row = match.row;
  return std::nullopt;
}

/// A token does not say what role its user has now; `none` where it is an administrator.
boost::asio::awaitable<error_code> check_admin(http_context& context, user_id caller) {
  auto find = [caller](storage::reader& reader) { return find_caller(reader, caller); };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return found.error();
  if (!*found)
    co_return found->error();
  co_return (*found)->role == user_role::admin ? error_code::none : error_code::admin_only;
}

/// A body of the wrong type is refused with the types that are taken (RFC 9110 §15.5.16).
refusal explain(refusal why, const plan& what) {
  if (why.what.code == error_code::bad_json && is_not_meant_as_json(what.from))
    why.what.code = error_code::unsupported_media_type;
  const auto* known = api::find_operation(what.row->name);
  if (why.what.code != error_code::unsupported_media_type || known == nullptr)
    return why;
  std::string taken;
  for (const auto& body : known->bodies)
    taken.append(taken.empty() ? "" : ", ").append(body.media_type);
  if (!taken.empty())
    why.extra.emplace_back("Accept", std::move(taken));
  return why;
}

std::optional<response> answer_options(const http_context& context, const request_head& head) {
  if (head.method != "OPTIONS" || head.refused)
    return std::nullopt;
  if (head.target == "*")
    return describe_options(head, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS", context.options.origins);
  auto path = split_target(head.target).path;
  if (path.empty())
    return std::nullopt;
  auto match = find_route(context, head, path);
  if (match.allow.empty() || match.row != nullptr)
    return std::nullopt;
  return describe_options(head, std::string(match.allow), context.options.origins);
}

} // namespace

plan make_plan(const http_context& context, const request_head& head, std::string_view peer) {
  plan out;
  out.from.head = &head;
  auto client = see_client(head, peer, context.options.proxies);
  out.from.address = std::move(client.address);
  out.from.called = std::move(client.host);
  out.from.called_by_tls = client.scheme == "https";
  out.from.lang = pick_language(head.find("Accept-Language").value_or(std::string_view()), context.options.fallback);
  out.ready = answer_options(context, head);
  if (out.ready)
    return out;
  if (auto why = find_fault(context, head, out)) {
    out.ready = to_response(*why, out.from.lang);
    if (is_upload_path(out.from.path))
      add_tus_version(*out.ready);
  }
  return out;
}

namespace {

boost::asio::awaitable<response> serve(http_context& context, const plan& what) {
  try {
    if (what.row->auth == route_auth::admin) {
      const auto refused = co_await check_admin(context, what.from.caller.user);
      if (refused != error_code::none)
        co_return to_response(refused, what.from.lang);
    }
    auto out = co_await what.row->serve(context, what.from);
    if (out)
      co_return std::move(*out);
    co_return to_response(explain(std::move(out.error()), what), what.from.lang);
  } catch (const std::exception& reason) {
    spdlog::error("handler {} failed: {}", what.row->name, reason.what());
  }
  co_return to_response(error_code::internal, what.from.lang);
}

} // namespace

std::optional<stranger> find_stranger(const http_context& context, const request_head& head) {
  if (!context.tokens.makes_users())
    return std::nullopt;
  const auto authorization = head.find("Authorization");
  const auto bearer = authorization ? bearer_of(*authorization) : std::nullopt;
  return bearer ? context.tokens.find_stranger(*bearer) : std::nullopt;
}

boost::asio::awaitable<error_code> let_in(http_context& context, const request_head& head) {
  while (const auto found = find_stranger(context, head)) {
    auto job = [who = *found, bounds = context.options.texts, now = context.now()](storage::writer& to) {
      return admit(to, who, bounds, now);
    };
    const auto user = co_await context.ask.write(std::move(job), request_patience);
    if (!user)
      co_return user.error();
    if (!*user)
      co_return user->error() == error_code::invalid_token ? error_code::none : error_code::internal;
    context.tokens.introduce(*found, **user);
  }
  co_return error_code::none;
}

boost::asio::awaitable<response> run_handler(http_context& context, const plan& what) {
  auto out = co_await serve(context, what);
  if (is_upload_path(what.from.path))
    add_tus_version(out);
  co_await pack(context, *what.from.head, out);
  co_return out;
}

} // namespace parley::net
