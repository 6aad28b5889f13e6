#include "net/http/target.hpp"

#include "net/http/authority.hpp"
#include "net/http/fields.hpp"

#include <algorithm>

namespace parley::net {

namespace {

/// What would be a target with `/` for a path where it has none.
target_parts split_path(std::string_view text, std::string_view authority) {
  const auto mark = std::min(text.find('?'), text.size());
  const auto path = mark == 0 ? std::string_view("/") : text.substr(0, mark);
  return {path, text.substr(std::min(mark + 1, text.size())), authority};
}

} // namespace

target_parts split_target(std::string_view target) {
  if (target.find_first_of("#<>\"") != std::string_view::npos)
    return {};
  for (const std::string_view scheme : {"http://", "https://"})
    if (same_token(target.substr(0, scheme.size()), scheme)) {
      target.remove_prefix(scheme.size());
      const auto authority = target.substr(0, target.find_first_of("/?"));
      // An http URI without a host is none (RFC 9110 §4.2.1), and one with a user's name is a trick (§4.2.4).
      if (!is_authority(authority))
        return {};
      return split_path(target.substr(authority.size()), authority);
    }
  return target.starts_with('/') ? split_path(target, {}) : target_parts{};
}

} // namespace parley::net
