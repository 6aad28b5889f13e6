// The WebSocket side of the wire contract as an AsyncAPI 3.0 document.
#pragma once

#include "net/http/routes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace parley::net::api {

/// JSON text, with the bounds of texts as they are configured. Each WebSocket row of `table` must have its row in
/// `channels()`.
std::string make_asyncapi(const std::vector<route>& table, std::string_view version, const text_limits& bounds = {});

} // namespace parley::net::api
