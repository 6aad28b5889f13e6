// Making the two tokens of a login.
#pragma once

#include "net/http/context.hpp"
#include "protocol/http_codec.hpp"

#include <string>

namespace parley::net {

/// When every access token that is good now has expired: revocations may be forgotten then.
timestamp forget_time(const http_context& context);

/// A pair for the wire: `refresh` as it is, beside a fresh access token of the family.
token_pair issue_pair(const http_context& context, user_id user, std::string family, std::string refresh);

} // namespace parley::net
