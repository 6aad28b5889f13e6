#include "net/http/tus.hpp"

#include <algorithm>
#include <array>

namespace parley::net {

bool is_upload_path(std::string_view path) {
  constexpr std::string_view folder = "/uploads";
  if (path.ends_with('/'))
    path.remove_suffix(1);
  if (path.ends_with(folder))
    return path.find("/rooms/") != std::string_view::npos;
  return path.starts_with("/uploads/");
}

std::string_view meant_method(const request_head& from, std::string_view path) {
  constexpr std::array<std::string_view, 5> known{"PATCH", "DELETE", "HEAD", "POST", "OPTIONS"};
  if (is_upload_path(path))
    if (const auto wish = from.find("X-HTTP-Method-Override"))
      if (const auto* found = std::ranges::find(known, *wish); found != known.end())
        return *found;
  return from.method;
}

void add_tus_version(response& to) {
  to.extra.emplace_back("Tus-Resumable", tus_version);
}

} // namespace parley::net
