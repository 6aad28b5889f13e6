#include "net/http/target.hpp"

#include "net/http/fields.hpp"

#include <algorithm>

namespace parley::net {

target_parts split_target(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (same_token(target.substr(0, scheme.size()), scheme)) {
      target.remove_prefix(scheme.size());
      const auto host_size = std::min(target.find_first_of("/?#"), target.size());
      if (host_size == 0) // an http URI without a host is none (RFC 9110 §4.2.1)
        return {};
      target.remove_prefix(host_size);
      if (target.starts_with('#'))
        return {};
      if (!target.starts_with('/'))
        return {"/", target.empty() ? target : target.substr(1)};
      break;
    }
  if (!target.starts_with('/'))
    return {};
  const auto mark = target.find('?');
  if (mark == std::string_view::npos)
    return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

} // namespace parley::net
