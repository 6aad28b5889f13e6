// The target of a request (RFC 9112 §3.2): which path is asked for, with which query.
#pragma once

#include <string_view>

namespace parley::net {

/// Both still percent-encoded.
struct target_parts {
  std::string_view path;
  std::string_view query; ///< without its `?`
};

/// Of origin-form or absolute-form; an empty path where `target` is neither.
target_parts split_target(std::string_view target);

} // namespace parley::net
