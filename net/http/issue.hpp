// Making the two tokens of a login.
#pragma once

#include "net/http/context.hpp"
#include "protocol/http_codec.hpp"

#include <string>

namespace parley::net {

/// When every access token that is good now has expired: revocations may be forgotten then.
timestamp forget_time(const http_context& context);

/// What a pair is made of.
struct token_grant {
  user_id user;
  std::string family;
  std::string refresh_token;
  std::string access_id; ///< `jti`
  timestamp issued_at{}; ///< earlier than now where the pair was given out before
};

/// The pair for the wire: the same one for the same grant, but for the seconds that it is good.
token_pair issue_pair(const http_context& context, token_grant grant);

} // namespace parley::net
