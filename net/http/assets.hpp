// Embedded files and generated documents as answers, with an ETag and without a foreign host.
#pragma once

#include "net/http/message.hpp"

#include <span>
#include <string>
#include <string_view>

namespace parley::net {

/// Bytes that do not change while the process lives. Views are static.
struct asset {
  std::string_view content;
  std::string_view content_type;
  std::string etag;             ///< strong, made from the content (RFC 9110 §8.8.3)
  std::string_view packed = {}; ///< by gzip; may be empty
  bool lasts = false;           ///< no other content will ever have this name
  std::string_view policy = {}; ///< of a page: the Content-Security-Policy
};

/// The page with that path before the address of each link, script, style and picture that is on this server.
std::string place_page(std::string_view html, std::string_view base);

/// The embedded file at exactly this path, such as `docs/docs.css`; null where there is none.
const asset* find_asset(std::string_view path);

/// `"…"` with a digest of the content.
std::string make_etag(std::string_view content);

/// 200 with the bytes, packed where the client takes that; 304 or 412 by the request's conditions. The application may
/// play films of `media_hosts` beside this server's.
answer serve_asset(const asset& what, const request& from, std::span<const std::string> media_hosts = {});

} // namespace parley::net
