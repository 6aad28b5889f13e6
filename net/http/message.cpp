#include "net/http/message.hpp"

#include "net/http/fields.hpp"
#include "protocol/whole_number.hpp"

#include <algorithm>
#include <cassert>

namespace parley::net {

namespace {

// What a client that was not told otherwise should wait.
constexpr std::chrono::seconds default_retry{5};

tl::unexpected<refusal> bad_parameter(std::string_view name, fault what) {
  return tl::unexpected<refusal>(problem({{std::string(name), what}}));
}

} // namespace

std::optional<std::string_view> request_head::find(std::string_view name) const {
  for (const auto& [field, value] : fields)
    if (same_token(field, name))
      return value;
  return std::nullopt;
}

bool request_head::lists(std::string_view name, std::string_view token) const {
  return std::ranges::any_of(
    fields, [&](const auto& field) { return same_token(field.first, name) && list_holds(field.second, token); });
}

response json(int status, std::string document) {
  return {.status = status, .content_type = "application/json", .body = std::move(document), .extra = {}};
}

response no_content() {
  return {.status = 204, .content_type = {}, .body = {}, .extra = {}};
}

response to_response(const refusal& why, language lang) {
  response out{.status = why.what.status.value_or(http_status(why.what.code)),
               .content_type = "application/problem+json",
               .body = encode(why.what, lang),
               .extra = why.extra,
               .refused = why.what.code};
  if (out.status == 401)
    out.extra.emplace_back("WWW-Authenticate", "Bearer");
  if (out.status == 429 || out.status == 503)
    out.extra.emplace_back("Retry-After", std::to_string(why.retry_after.value_or(default_retry).count()));
  return out;
}

tl::expected<std::int64_t, refusal> path_number(const request& from, std::string_view name) {
  const auto found = std::ranges::find(from.parameters, name, &path_parameter::name);
  assert(found != from.parameters.end());
  const auto& text = found->value;
  const auto number = whole_number<std::int64_t>(text);
  if (!number && number.error() == number_fault::not_an_integer)
    return bad_parameter(name, fault::not_an_integer);
  if (!number || *number < 1)
    return bad_parameter(name, fault::out_of_range);
  return *number;
}

} // namespace parley::net
