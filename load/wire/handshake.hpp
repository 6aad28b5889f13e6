// The client's side of the WebSocket opening handshake (RFC 6455 §4.1).
#pragma once

#include "load/wire/client.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::load {

/// 16 random bytes in Base64.
std::string make_handshake_key(const std::array<std::uint64_t, 2>& random);

/// What a server answers to `key` in Sec-WebSocket-Accept.
std::string accept_for(std::string_view key);

/// The whole head as it goes on the wire; with `compress` it offers permessage-deflate.
std::string handshake_request(const ws_url& url, const request& ask, std::string_view key, bool compress = false);

/// The value of the first header `name` of a head, trimmed; names compare without case. Empty where there is none.
std::string_view header_of(std::string_view head, std::string_view name);

/// Empty where `head` (up to and with its blank line) accepts `key`, else one line for people.
std::string handshake_fault(std::string_view head, std::string_view key);

} // namespace parley::load
