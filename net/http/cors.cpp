#include "net/http/cors.hpp"

#include "net/http/fields.hpp"

#include <algorithm>
#include <optional>

namespace parley::net {

namespace {

struct origin_parts {
  std::string_view scheme;
  std::string_view host;
  std::string_view port;
};

std::string_view default_port(std::string_view scheme) {
  if (same_token(scheme, "http"))
    return "80";
  return same_token(scheme, "https") ? "443" : std::string_view();
}

// `host` or `host:port`, where the host may be an IPv6 address in brackets.
std::pair<std::string_view, std::string_view> split_authority(std::string_view text) {
  const auto bracket = text.rfind(']');
  const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos)
    return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

std::optional<origin_parts> parse_origin(std::string_view text) {
  const auto mark = text.find("://");
  if (mark == std::string_view::npos || mark == 0)
    return std::nullopt;
  origin_parts out{.scheme = text.substr(0, mark), .host = {}, .port = {}};
  std::tie(out.host, out.port) = split_authority(text.substr(mark + 3));
  if (out.host.empty() || out.host.find_first_of("/?#@") != std::string_view::npos)
    return std::nullopt;
  if (out.port.empty())
    out.port = default_port(out.scheme);
  return out;
}

// What a page of another origin may read of an answer, and what it may send, beyond what Fetch allows to all. Most of
// it is of resumable uploads (tus 1.0) and of players that seek.
constexpr std::string_view exposed = "Accept-Ranges, Allow, Content-Range, ETag, Last-Modified, Location, Retry-After, "
                                     "Tus-Checksum-Algorithm, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, "
                                     "Upload-Concat, Upload-Defer-Length, "
                                     "Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset, WWW-Authenticate";
constexpr std::string_view accepted =
  "Accept-Language, Authorization, Content-Type, If-None-Match, If-Range, Range, Tus-Resumable, Upload-Length, "
  "Upload-Metadata, Upload-Offset";

} // namespace

bool is_listed_origin(std::string_view origin, std::span<const std::string> list) {
  const auto asked = parse_origin(origin);
  return std::ranges::any_of(list, [&](const std::string& entry) {
    if (entry == "*")
      return true;
    const auto allowed = parse_origin(entry);
    return asked && allowed && same_token(asked->scheme, allowed->scheme) && same_token(asked->host, allowed->host) &&
           asked->port == allowed->port;
  });
}

bool is_same_origin(std::string_view origin, std::string_view host) {
  const auto asked = parse_origin(origin);
  if (!asked || default_port(asked->scheme).empty())
    return false;
  const auto [name, port] = split_authority(trim(host));
  return same_token(asked->host, name) && asked->port == (port.empty() ? default_port(asked->scheme) : port);
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
    out.extra.emplace_back("Access-Control-Allow-Headers", accepted);
    out.extra.emplace_back("Access-Control-Max-Age", "600");
  }
  out.extra.emplace_back("Allow", std::move(allow));
  return out;
}

} // namespace parley::net
