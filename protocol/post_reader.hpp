// The members that make a message to post, the same on both WebSockets. Inside `protocol/` only.
#pragma once

#include "protocol/commands.hpp"
#include "protocol/limits.hpp"

#include <nlohmann/json_fwd.hpp>

namespace parley {

/// `bad_message` where a member is missing or mistyped, `validation_failed` where one is out of bounds or the
/// content says nothing and no file does either, or a picture is announced and there is no file.
tl::expected<post_draft, error_code> read_post(const nlohmann::json& object, const text_limits& bounds);

} // namespace parley
