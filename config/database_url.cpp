#include "config/database_url.hpp"

namespace parley::config {

namespace {

constexpr std::string_view sqlite = "sqlite:///";
constexpr std::string_view postgresql = "postgresql://";
constexpr std::string_view mask = "********";

} // namespace

bool is_database_url(std::string_view url) {
  if (url.starts_with(postgresql))
    return url.size() > postgresql.size();
  if (!url.starts_with(sqlite))
    return false;
  auto file = url.substr(sqlite.size());
  return !file.empty() && !file.ends_with('/') && file != ":memory:" &&
         file.find_first_of("?#") == std::string_view::npos;
}

std::string resolve_database_url(const settings& s) {
  std::string_view url = s.storage.url;
  if (!url.starts_with(sqlite))
    return s.storage.url;
  // `/` keeps an absolute right-hand side as it is
  return std::string(sqlite) + (s.data_dir / url.substr(sqlite.size())).string();
}

std::optional<std::filesystem::path> database_path(const settings& s) {
  const auto url = resolve_database_url(s);
  if (!url.starts_with(sqlite))
    return std::nullopt;
  return url.substr(sqlite.size());
}

std::string mask_password(std::string_view url) {
  std::string out(url);
  auto scheme = out.find("://");
  if (scheme == std::string::npos)
    return out;
  // The last `@`, not the first: a password may hold one unescaped, and hiding too much does no harm.
  auto at = out.rfind('@');
  auto colon = out.find(':', scheme + 3);
  if (at != std::string::npos && colon < at)
    out.replace(colon + 1, at - colon - 1, mask);
  // A query may name it too, even percent-encoded (`pass%77ord`).
  auto query = out.find('?');
  if (query != std::string::npos &&
      (out.find("password", query) != std::string::npos || out.find('%', query) != std::string::npos))
    out.replace(query + 1, std::string::npos, mask);
  return out;
}

} // namespace parley::config
