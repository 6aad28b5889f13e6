#include "net/http/assets.hpp"

#include "auth/password.hpp"
#include "net/http/conditions.hpp"
#include "net/http/embedded.hpp"
#include "net/http/gzip.hpp"
#include "net/http/handlers.hpp"
#include "protocol/base64.hpp"
#include "protocol/public_place.hpp"

#include <array>
#include <cassert>
#include <list>
#include <map>
#include <utility>

namespace parley::net {

namespace {

/// Pages load what this server gives them and nothing else. The reader of the API draws with styles of its own.
constexpr std::string_view page_policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The application runs its own scripts alone, has no styles in its markup, and what it shows are pictures and films of
/// this server; scripts cannot make scripts of texts.
/// Behind it come the hosts of media, and then `app_policy_rest`.
constexpr std::string_view app_policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:";
constexpr std::string_view app_policy_rest =
  "; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
  "require-trusted-types-for 'script'; trusted-types vue";
constexpr std::string_view app_permissions =
  "autoplay=(self), fullscreen=(self), picture-in-picture=(self), screen-wake-lock=(self), camera=(), microphone=(), "
  "geolocation=(), usb=(), payment=()";

constexpr std::string_view packed_suffix = ".gz";

/// Below it a name has the digest of its content in it: such a file never changes.
constexpr std::string_view hashed_folder = "app/assets/";
constexpr std::string_view app_page = "app/index.html";

constexpr std::string_view untyped_file = "application/octet-stream";

std::string_view content_type_of(std::string_view path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> known{{
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
    {".webp", "image/webp"},
    {".ico", "image/vnd.microsoft.icon"},
    {".woff2", "font/woff2"},
  }};
  for (const auto& [ending, type] : known)
    if (path.ends_with(ending))
      return type;
  return untyped_file;
}

/// Pages as they stand below `http.base_path`; everything else is found from them, or by its own address.
std::string_view placed(std::string_view content, std::string_view type) {
  static std::list<std::string> pages;
  const auto& base = settled_place().base;
  if (base.empty() || !type.starts_with("text/html"))
    return content;
  return pages.emplace_back(place_page(content, base));
}

std::map<std::string_view, asset> load_assets() {
  std::map<std::string_view, asset> out;
  for (const auto& file : web_files()) {
    if (file.path.ends_with(packed_suffix))
      continue;
    const auto type = content_type_of(file.path);
    const auto content = placed(file.content, type);
    out.emplace(file.path, asset{.content = content,
                                 .content_type = type,
                                 .etag = make_etag(content),
                                 .lasts = file.path.starts_with(hashed_folder),
                                 .policy = file.path == app_page ? app_policy : page_policy});
  }
  for (const auto& file : web_files())
    if (file.path.ends_with(packed_suffix))
      out.at(file.path.substr(0, file.path.size() - packed_suffix.size())).packed = file.content;
  return out;
}

/// Another representation has another strong tag.
std::string packed_etag(std::string_view etag) {
  return std::string(etag.substr(0, etag.size() - 1)).append("-gzip\"");
}

answer serve_page(std::string_view path, const request& from) {
  const auto* page = find_asset(path);
  assert(page != nullptr);
  return serve_asset(*page, from);
}

/// A page's path ends like no file, but for that of a task, whose id may be anything.
bool names_asset(std::string_view path) {
  return !path.starts_with("tasks/") && content_type_of(path) != untyped_file;
}

std::string policy_of_app(std::span<const std::string> media_hosts) {
  std::string out(app_policy);
  for (const auto& host : media_hosts)
    out.append(" ").append(host);
  return out.append(app_policy_rest);
}

} // namespace

std::string place_page(std::string_view html, std::string_view base) {
  std::string out;
  while (!html.empty()) {
    auto next = html.size();
    for (const std::string_view mark : {"href=\"/", "src=\"/"})
      if (const auto found = html.find(mark); found != std::string_view::npos)
        next = std::min(next, found + mark.size() - 1);
    out.append(html.substr(0, next));
    html.remove_prefix(next);
    if (html.empty())
      return out;
    if (!html.starts_with("//")) // another host
      out.append(base);
    out += '/';
    html.remove_prefix(1);
  }
  return out;
}

const asset* find_asset(std::string_view path) {
  static const auto table = load_assets();
  const auto found = table.find(path);
  return found == table.end() ? nullptr : &found->second;
}

std::string make_etag(std::string_view content) {
  return '"' + encode_base64url(auth::digest(content)) + '"';
}

answer serve_asset(const asset& what, const request& from, std::span<const std::string> media_hosts) {
  const bool packs = !what.packed.empty() && takes_gzip(*from.head);
  const auto etag = packs ? packed_etag(what.etag) : what.etag;
  response out;
  // Other names do not change with the content: a client asks again each time, and mostly hears 304.
  out.extra = {{"ETag", etag}, {"Cache-Control", what.lasts ? "public, max-age=31536000, immutable" : "no-cache"}};
  if (!what.packed.empty())
    out.extra.emplace_back("Vary", "Accept-Encoding");
  const auto condition = check_conditions(*from.head, {.etag = etag, .modified = std::nullopt});
  if (condition == precondition::failed)
    return tl::unexpected(failed_precondition());
  if (condition == precondition::not_modified) {
    out.status = 304;
    return out;
  }
  out.content_type = what.content_type;
  if (packs)
    out.extra.emplace_back("Content-Encoding", "gzip");
  if (what.content_type.starts_with("text/html")) {
    const bool is_app = what.policy == app_policy;
    out.extra.emplace_back("Content-Security-Policy", is_app ? policy_of_app(media_hosts) : std::string(what.policy));
    out.extra.emplace_back("Referrer-Policy", "no-referrer");
    if (is_app) {
      out.extra.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
      out.extra.emplace_back("Permissions-Policy", app_permissions);
    }
  }
  out.body = packs ? what.packed : what.content;
  return out;
}

handled show_home(http_context&, const request& from) {
  co_return serve_page("home/index.html", from);
}

handled show_docs(http_context&, const request& from) {
  co_return serve_page("docs/index.html", from);
}

handled show_app(http_context& context, const request& from) {
  const auto* page = find_asset(app_page);
  const auto path = from.parameters.empty() ? std::string_view() : std::string_view(from.parameters.front().value);
  if (page == nullptr || names_asset(path)) // built without npm, or a file that is not there
    co_return tl::unexpected<refusal>(error_code::not_found);
  co_return serve_asset(*page, from, context.options.media_hosts);
}

handled show_static(http_context& context, const request& from) {
  const auto* found = find_asset(from.parameters.front().value);
  if (found == nullptr)
    co_return tl::unexpected<refusal>(error_code::not_found);
  co_return serve_asset(*found, from, context.options.media_hosts);
}

} // namespace parley::net
