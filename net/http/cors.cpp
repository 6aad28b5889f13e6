#include "net/http/cors.hpp"

#include "net/http/fields.hpp"
#include "protocol/origin.hpp"
#include "protocol/public_place.hpp"

#include <algorithm>
#include <utility>

namespace parley::net {

namespace {

/// Names of headers that a preflight may ask for: no page has more.
constexpr std::size_t asked_most = 64;

// What a page of another origin may read of an answer, beyond what Fetch allows to all. Most of it is of resumable
// uploads (tus 1.0) and of players that seek.
constexpr std::string_view exposed =
  "Accept-Encoding, Accept-Ranges, Allow, Content-Disposition, Content-Encoding, Content-Location, Content-Range, "
  "Date, ETag, Location, "
  "Retry-After, Tus-Checksum-Algorithm, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, Upload-Concat, "
  "Upload-Defer-Length, Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset, Vary, WWW-Authenticate";

/// What pages usually send, beyond what Fetch allows to all: so that a browser, which keeps the answer, need not ask
/// again.
constexpr std::string_view usual =
  "Accept-Language, Authorization, Baggage, Cache-Control, Content-Type, Idempotency-Key, If-Match, If-Modified-Since, "
  "If-None-Match, If-Range, If-Unmodified-Since, Range, Sentry-Trace, Traceparent, Tracestate, Tus-Resumable, "
  "Upload-Checksum, Upload-Concat, Upload-Defer-Length, Upload-Length, Upload-Metadata, Upload-Offset, "
  "X-HTTP-Method-Override, X-Request-ID, X-Requested-With";

/// Those, and what a preflight asks for beside them where all of it are names of headers (RFC 9110 §5.1): what is
/// repeated in an answer must be nothing else.
std::string allowed_headers(const request_head& from) {
  std::string out(usual);
  std::size_t count = 0;
  for (const auto& [field, value] : from.fields) {
    if (!same_token(field, "Access-Control-Request-Headers"))
      continue;
    for (auto rest = std::string_view(value); !rest.empty();) {
      const auto comma = std::min(rest.find(','), rest.size());
      const auto name = trim(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      if (name.empty())
        continue;
      if (++count > asked_most || !std::ranges::all_of(name, is_token_character))
        return std::string(usual);
      if (!list_holds(out, name))
        out.append(", ").append(name);
    }
  }
  return out;
}

} // namespace

bool is_own_origin(std::string_view origin, const request_head& head, std::string_view forwarded_host) {
  const auto& place = settled_place();
  return is_origin_of(origin, trim(head.find("Host").value_or(std::string_view()))) ||
         is_origin_of(origin, forwarded_host) || is_origin_of(origin, place.authority());
}

void allow_origin(response& out, const request_head& from, std::span<const std::string> list) {
  if (list.empty())
    return;
  out.extra.emplace_back("Vary", "Origin");
  const auto origin = from.find("Origin");
  if (!origin || !is_listed_origin(*origin, list))
    return;
  out.extra.emplace_back("Access-Control-Allow-Origin", *origin);
  out.extra.emplace_back("Access-Control-Expose-Headers", exposed);
}

response describe_options(const request_head& from, std::string allow, std::span<const std::string> list) {
  auto out = no_content();
  const auto origin = from.find("Origin");
  if (origin && from.find("Access-Control-Request-Method") && is_listed_origin(*origin, list)) {
    out.extra.emplace_back("Access-Control-Allow-Methods", allow);
    out.extra.emplace_back("Access-Control-Allow-Headers", allowed_headers(from));
    out.extra.emplace_back("Access-Control-Max-Age", "600");
    out.extra.emplace_back("Vary", "Access-Control-Request-Headers");
  }
  out.extra.emplace_back("Allow", std::move(allow));
  return out;
}

} // namespace parley::net
