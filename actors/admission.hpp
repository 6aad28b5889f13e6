// Users of an identity provider who come for the first time.
#pragma once

#include "actors/ports.hpp"
#include "protocol/limits.hpp"
#include "storage/ports.hpp"

namespace parley {

/// The user whom the provider means; one is made where there is none: with the name that was wished for, or one like it
/// that is free, without a password, and with the e-mail where the provider has verified it and nobody has it. An
/// e-mail that somebody has does not make the newcomer that somebody. `invalid_token` where the user has ended the
/// account since the token was issued.
storage::result<user_id> admit(storage::writer& to, const stranger& x, const text_limits& bounds, timestamp now);

} // namespace parley
