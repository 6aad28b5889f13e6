// GET /openapi.json and /asyncapi.json: each made once, at the first request, but where a proxy says how it was called.
#include "net/http/api/asyncapi.hpp"
#include "net/http/api/openapi.hpp"
#include "net/http/assets.hpp"
#include "net/http/gzip.hpp"
#include "net/http/handlers.hpp"
#include "net/http/routes.hpp"
#include "protocol/public_place.hpp"

namespace parley::net {

namespace {

/// A document that stays where it is while the process lives.
struct document {
  explicit document(std::string made)
    : text(std::move(made)), packed(gzip(text)), served{text, "application/json", make_etag(text), packed} {}

  const std::string text;
  const std::string packed;
  const asset served;
};

} // namespace

handled show_openapi(http_context& context, const request& from) {
  static const document made(api::make_openapi(routes(), context.options.version, context.options.texts));
  co_return serve_asset(made.served, from);
}

handled show_asyncapi(http_context& context, const request& from) {
  static const document made(api::make_asyncapi(routes(), context.options.version, context.options.texts));
  if (from.called.empty() || !settled_place().origin.empty())
    co_return serve_asset(made.served, from);
  const api::called_as called{.host = from.called, .secure = from.called_by_tls};
  const document asked(api::make_asyncapi(routes(), context.options.version, context.options.texts, called));
  co_return serve_asset(asked.served, from);
}

} // namespace parley::net
