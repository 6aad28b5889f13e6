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

using upload_metadata = std::vector<std::pair<std::string, std::string>>;

/// `key value,key value,key`: each key once, a value may be left out. nullopt where it is malformed, or where a value
/// is no UTF-8 or holds U+0000.
std::optional<upload_metadata> read_metadata(std::string_view field);

std::string write_metadata(const upload_metadata& x);

/// Of `Upload-Length` and `Upload-Offset`. A number too large for its type is the largest, one too small is -1.
tl::expected<std::int64_t, fault> read_byte_count(std::optional<std::string_view> field);

} // namespace parley::net
