// The client's side of the WebSocket opening handshake (RFC 6455 §4.1).
#pragma once

#include "load/endpoint.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::load {

/// 16 random bytes in Base64.
std::string make_handshake_key(const std::array<std::uint64_t, 2>& random);

/// `target` is path and query as they go on the wire.
std::string handshake_request(const ws_url& url, std::string_view target, std::string_view key);

/// Empty where `head` (up to and with its blank line) accepts `key`, else one line for people.
std::string handshake_fault(std::string_view head, std::string_view key);

} // namespace parley::load
