// Origins (RFC 6454): what a browser says that a page came from, and what an operator lists.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace parley {

/// What may be listed: `https://a.example`, `http://localhost:5173`; with `https://*.a.example` every host below
/// a.example, at any depth, but not itself; `capacitor://localhost`, `app://parley` and other schemes of applications,
/// where `moz-extension://*` is any host; `null`; `*`. As browsers send it: in lower case (other schemes keep the case
/// of their hosts), without path and without the default port, for another spelling would be taken and then never
/// match.
bool is_origin_entry(std::string_view text);

/// What may be listed as a host of media: a host-source of a Content-Security-Policy (CSP 3 §2.3.1) without a path, as
/// `media.example.org`, `*.example.org`, `https://media.example.org:8443`; nothing that ends a directive.
bool is_media_host(std::string_view text);

/// True where the list names the origin. Scheme and host are compared without case, a default port may be left out.
bool is_listed_origin(std::string_view origin, std::span<const std::string> list);

/// True where the origin is that host by http or https. Its port matters only where `authority` has one: proxies drop
/// it.
bool is_origin_of(std::string_view origin, std::string_view authority);

} // namespace parley
