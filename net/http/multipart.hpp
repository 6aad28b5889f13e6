// Forms as `multipart/form-data` (RFC 7578), which is how FormData of a browser is sent.
#pragma once

#include "protocol/forms.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parley::net {

inline constexpr std::size_t multipart_parts_max = 64;        ///< of one form
inline constexpr std::size_t multipart_head_bytes_max = 1024; ///< of one part

/// The boundary that a `Content-Type` of `multipart/form-data` names (RFC 2046 §5.1.1); nullopt for another type, or
/// where it has none that is well-formed.
std::optional<std::string> read_boundary(std::string_view content_type);

/// The texts of a form; files are left out, for no form here has any. nullopt if `body` is malformed or over the
/// bounds. Strict: lines end with CR LF, nothing stands before the first boundary or behind the last but white space
/// and line ends, every part says `form-data` and its name, and nothing is encoded again (§4.7).
std::optional<form_fields> read_multipart(std::string_view body, std::string_view boundary);

} // namespace parley::net
