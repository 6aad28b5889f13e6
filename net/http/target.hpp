// The target of a request (RFC 9112 §3.2): which path is asked for, with which query, of whom.
#pragma once

#include <string_view>

namespace parley::net {

/// Path and query are still percent-encoded.
struct target_parts {
  std::string_view path;
  std::string_view query;     ///< without its `?`
  std::string_view authority; ///< of absolute-form, where it goes before `Host` (RFC 9112 §3.2.2); else empty
};

/// Takes origin-form and absolute-form; an empty path where `target` is neither. A fragment, `"`, `<` and `>` are in no
/// target. Beyond RFC 3986, what browsers and curl send as it is typed is taken: `[]{}|\^` and the backtick, and bytes
/// of UTF-8.
target_parts split_target(std::string_view target);

} // namespace parley::net
