// Members of a JSON document exactly as the client wrote them. Inside `protocol/` only.
#pragma once

#include <string_view>

namespace parley {

/// The text of a member's value within `json`, digits and order of members kept; of members with one name the last.
/// Empty if there is no such member. `json` is an object that `parse_json` took.
std::string_view raw_member(std::string_view json, std::string_view key);

} // namespace parley
