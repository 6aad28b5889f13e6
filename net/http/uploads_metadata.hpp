// The field `Upload-Metadata` of tus 1.0: keys with values in Base64.
#pragma once

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

} // namespace parley::net
