// What the log tells of clients that were refused: lines of a fixed form, which programs such as fail2ban read.
#pragma once

#include "protocol/error_code.hpp"
#include "protocol/ids.hpp"

#include <optional>
#include <string_view>

namespace parley {

/// Any thread. The form of the lines is part of docs/operations.md. No token, password or name that a client claims is
/// in them. How many there are is bounded.
class refusal_log {
public:
  virtual ~refusal_log() = default;

  /// A password that was wrong, `bad_credentials` or `wrong_password`. `user` is whose it should have been; nullopt
  /// where there is no such user.
  virtual void failed_login(std::string_view address, error_code why, std::optional<user_id> user) = 0;

  /// A token that was none, `invalid_token` or `token_expired`. `where` is printable: what was asked
  /// for, or the kind of socket.
  virtual void refused_token(std::string_view address, error_code why, std::string_view where) = 0;
};

} // namespace parley
