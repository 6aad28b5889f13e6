// Webhooks and what waits for them: administrators make, change, test and remove them.
#include "auth/password.hpp"
#include "net/http/access.hpp"
#include "net/http/handlers.hpp"
#include "protocol/base64.hpp"
#include "protocol/limits.hpp"

namespace parley::net {

namespace {

constexpr std::size_t made_key_bytes = 32;

std::string make_webhook_secret() {
  const auto key = decode_base64url(auth::random_token(made_key_bytes));
  return std::string(webhook_secret_prefix) + encode_base64(key.value());
}

/// A list that is full is a fault of the request: nothing but removing one of them helps.
storage::result<webhook> make_webhook(storage::writer& in, const webhook_draft& x, timestamp now) {
  if (in.webhooks().list({.number = 1, .size = 1}).total >= limits::webhooks_max)
    return tl::unexpected(error_code::validation_failed);
  return in.webhooks().create(x, now);
}

struct delivery_path {
  webhook_id hook;
  delivery_id event;
};

tl::expected<delivery_path, refusal> read_delivery_path(const request& from) {
  const auto hook = path_id<webhook_id>(from, "webhook_id");
  if (!hook)
    return tl::unexpected(hook.error());
  const auto event = path_id<delivery_id>(from, "delivery_id");
  if (!event)
    return tl::unexpected(event.error());
  return delivery_path{*hook, *event};
}

struct delivery_listing {
  page_request at;
  std::optional<delivery_state> state;
};

tl::expected<delivery_listing, refusal> decode_delivery_listing(const query_parameters& query) {
  delivery_listing out;
  std::vector<field_fault> faults;
  gather(decode_page(query), out.at, faults);
  gather(decode_delivery_state(query), out.state, faults);
  if (!faults.empty())
    return tl::unexpected<refusal>(problem(std::move(faults)));
  return out;
}

} // namespace

handled list_webhooks(http_context& context, const request& from) {
  const auto at = decode_page(from.query);
  if (!at)
    co_return tl::unexpected<refusal>(at.error());
  auto list = [at = *at](storage::reader& reader) { return reader.webhooks().list(at); };
  const auto found = co_await context.ask.read(std::move(list));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  co_return json(200, encode(*found));
}

handled create_webhook(http_context& context, const request& from) {
  auto wish = decode_webhook(from.body);
  if (!wish)
    co_return tl::unexpected<refusal>(std::move(wish.error()));
  if (wish->secret.empty())
    wish->secret = make_webhook_secret();
  auto make = [wish = std::move(*wish), now = context.now()](storage::writer& writer) {
    return make_webhook(writer, wish, now);
  };
  auto made = co_await store(context, std::move(make));
  if (!made && made.error().what.code == error_code::validation_failed)
    co_return tl::unexpected<refusal>(problem({{"url", fault::too_many}}));
  if (!made)
    co_return tl::unexpected(std::move(made.error()));
  co_return json(201, encode(*made, true));
}

handled show_webhook(http_context& context, const request& from) {
  const auto id = path_id<webhook_id>(from, "webhook_id");
  if (!id)
    co_return tl::unexpected(id.error());
  auto find = [id = *id](storage::reader& reader) -> storage::result<webhook> {
    auto found = reader.webhooks().find(id);
    if (!found)
      return tl::unexpected(error_code::webhook_not_found);
    return std::move(*found);
  };
  auto found = co_await look_up(context, std::move(find));
  if (!found)
    co_return tl::unexpected(std::move(found.error()));
  co_return json(200, encode(*found, false));
}

handled change_webhook(http_context& context, const request& from) {
  const auto id = path_id<webhook_id>(from, "webhook_id");
  if (!id)
    co_return tl::unexpected(id.error());
  auto wish = decode_webhook_patch(from.body);
  if (!wish)
    co_return tl::unexpected<refusal>(std::move(wish.error()));
  auto change = [id = *id, wish = std::move(*wish)](storage::writer& writer) {
    return writer.webhooks().update(id, wish);
  };
  auto changed = co_await store(context, std::move(change));
  if (!changed)
    co_return tl::unexpected(std::move(changed.error()));
  co_return json(200, encode(*changed, false));
}

handled delete_webhook(http_context& context, const request& from) {
  const auto id = path_id<webhook_id>(from, "webhook_id");
  if (!id)
    co_return tl::unexpected(id.error());
  auto remove = [id = *id](storage::writer& writer) { return writer.webhooks().remove(id); };
  auto removed = co_await store(context, std::move(remove));
  if (!removed)
    co_return tl::unexpected(std::move(removed.error()));
  co_return no_content();
}

handled list_deliveries(http_context& context, const request& from) {
  const auto id = path_id<webhook_id>(from, "webhook_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const auto wish = decode_delivery_listing(from.query);
  if (!wish)
    co_return tl::unexpected(wish.error());
  auto list = [id = *id, wish = *wish](storage::reader& reader) -> storage::result<page<webhook_delivery>> {
    if (!reader.webhooks().find(id))
      return tl::unexpected(error_code::webhook_not_found);
    return reader.webhooks().list_deliveries(id, wish.state, wish.at);
  };
  auto found = co_await look_up(context, std::move(list));
  if (!found)
    co_return tl::unexpected(std::move(found.error()));
  co_return json(200, encode(*found));
}

handled resend_delivery(http_context& context, const request& from) {
  const auto path = read_delivery_path(from);
  if (!path)
    co_return tl::unexpected(path.error());
  auto resend = [path = *path, now = context.now()](storage::writer& writer) -> storage::result<webhook_delivery> {
    if (!writer.webhooks().find(path.hook))
      return tl::unexpected(error_code::webhook_not_found);
    return writer.webhooks().resend(path.hook, path.event, now);
  };
  auto waiting = co_await store(context, std::move(resend));
  if (!waiting)
    co_return tl::unexpected(std::move(waiting.error()));
  co_return json(202, encode(*waiting));
}

handled test_webhook(http_context& context, const request& from) {
  const auto id = path_id<webhook_id>(from, "webhook_id");
  if (!id)
    co_return tl::unexpected(id.error());
  auto test = [id = *id, now = context.now()](storage::writer& writer) { return writer.webhooks().test(id, now); };
  auto waiting = co_await store(context, std::move(test));
  if (!waiting)
    co_return tl::unexpected(std::move(waiting.error()));
  co_return json(202, encode(*waiting));
}

} // namespace parley::net
