// The fields of tus 1.0: `Upload-Metadata`, keys with values in Base64, and those that count bytes.
#pragma once

#include "protocol/error_code.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::net {

/// Keys with their values, decoded; none if a value is no Base64, no UTF-8, or holds U+0000: what is of no concern
/// to us need not be text.
using upload_metadata = std::vector<std::pair<std::string, std::optional<std::string>>>;

/// `key value,key value,key`: each key once, a value may be left out. nullopt if it is malformed.
std::optional<upload_metadata> read_metadata(std::string_view field);

/// Values that are none are written as empty ones.
std::string write_metadata(const upload_metadata& x);

/// What `Upload-Checksum` (extension Checksum) says of a request's body.
struct upload_checksum {
  std::string algorithm; ///< one of `checksum_algorithms`
  std::string digest;    ///< as bytes

  friend bool operator==(const upload_checksum&, const upload_checksum&) = default;
};

/// For `Tus-Checksum-Algorithm`.
inline constexpr std::string_view checksum_algorithms = "sha1,sha256";

/// `algorithm digest`, the latter in Base64. `bad_characters` if it is malformed, `not_a_choice` for another
/// algorithm.
tl::expected<upload_checksum, fault> read_checksum(std::string_view field);

/// What `Upload-Concat` (extension Concatenation) makes of an upload.
struct upload_concat {
  bool is_whole = false;          ///< made of parts; else it is a part
  std::vector<std::string> parts; ///< the ids of a whole's parts, in their order, at least one
};

/// `partial`, or `final;` and the addresses of the parts, absolute or not. nullopt if it is malformed.
std::optional<upload_concat> read_concat(std::string_view field);

/// Reads `Upload-Length` and `Upload-Offset`. A number too large for its type is the largest, one too small is -1.
tl::expected<std::int64_t, fault> read_byte_count(std::optional<std::string_view> field);

} // namespace parley::net
