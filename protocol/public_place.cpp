#include "protocol/public_place.hpp"

#include "protocol/ascii.hpp"
#include "protocol/web_url.hpp"

#include <algorithm>

namespace parley {

namespace {

constexpr std::size_t base_path_max = 128;

struct settled {
  public_place place;
  std::string root;
};

/// Written by `settle_at` alone, read everywhere.
settled& here() {
  static settled at;
  return at;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

/// Where the path begins; the size of the text where it has none.
std::size_t end_of_origin(std::string_view url) {
  const auto mark = url.find("://");
  return mark == std::string_view::npos ? 0 : std::min(url.find('/', mark + 3), url.size());
}

std::string_view without_last_slash(std::string_view path) {
  return path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

} // namespace

std::string_view public_place::authority() const {
  const auto mark = origin.find("://");
  return mark == std::string::npos ? std::string_view() : std::string_view(origin).substr(mark + 3);
}

std::string_view public_place::scheme() const {
  return std::string_view(origin).substr(0, origin.empty() ? 0 : origin.find("://"));
}

bool is_base_path(std::string_view text) {
  if (text.size() > base_path_max)
    return false;
  if (text.empty() || text == "/")
    return true;
  if (!text.starts_with('/'))
    return false;
  for (auto rest = without_last_slash(text); !rest.empty();) {
    rest.remove_prefix(1); // its slash
    const auto segment = rest.substr(0, rest.find('/'));
    if (segment.empty() || segment == "." || segment == ".." || !std::ranges::all_of(segment, is_unreserved))
      return false;
    rest.remove_prefix(segment.size());
  }
  return true;
}

bool is_public_url(std::string_view text) {
  if (text.empty())
    return true;
  const auto end = end_of_origin(text);
  const auto origin = text.substr(0, end);
  const bool is_plain =
    std::ranges::all_of(origin, [](char c) { return c > ' ' && c <= '~' && c != '@' && c != '?' && c != '#'; });
  return is_plain && !origin.ends_with(':') && is_web_url(text) && is_base_path(text.substr(end));
}

std::optional<public_place> find_public_place(std::string_view public_url, std::string_view base_path) {
  const auto end = end_of_origin(public_url);
  const auto path = without_last_slash(public_url.substr(end));
  const auto base = without_last_slash(base_path);
  if (!path.empty() && !base.empty() && path != base)
    return std::nullopt;
  public_place out{.origin = std::string(public_url.substr(0, end)), .base = std::string(base.empty() ? path : base)};
  std::ranges::transform(out.origin, out.origin.begin(), to_lower);
  return out;
}

void settle_at(const public_place& where) {
  here() = {where, where.origin + where.base};
}

const public_place& settled_place() {
  return here().place;
}

std::string give_out(std::string_view path) {
  return path.starts_with('/') ? here().root + std::string(path) : std::string(path);
}

std::string public_root() {
  return here().root.empty() ? "/" : here().root;
}

std::string_view without_base(std::string_view path) {
  const auto& base = here().place.base;
  if (base.empty() || !path.starts_with(base))
    return path;
  const auto rest = path.substr(base.size());
  if (rest.empty())
    return "/";
  return rest.starts_with('/') ? rest : path;
}

} // namespace parley
