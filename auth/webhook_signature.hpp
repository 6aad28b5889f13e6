// What shows a webhook's receiver that an event is ours: the symmetric signature of Standard Webhooks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::auth {

/// The field `webhook-signature`: `v1,` and HMAC-SHA256 over `id.seconds.body` in Base64. `seconds` since the Unix
/// epoch. Any thread. Throws std::runtime_error if OpenSSL cannot.
std::string sign_webhook(std::string_view key, std::string_view id, std::int64_t seconds, std::string_view body);

} // namespace parley::auth
