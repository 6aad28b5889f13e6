// The WebSocket side of the wire contract as an AsyncAPI 3.0 document.
#pragma once

#include "net/http/routes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace parley::net::api {

/// By what a client called the server, where that is known from elsewhere than the settings.
struct called_as {
  std::string_view host = {}; ///< `chat.example.org:8443`
  bool secure = false;
};

/// JSON text, with the bounds of texts as they are configured. Each WebSocket row of `table` must have its row in
/// `channels()`. The server is where `http.public_url` says; else as it was called; else a variable.
std::string make_asyncapi(const std::vector<route>& table, std::string_view version, const text_limits& bounds = {},
                          called_as called = {});

} // namespace parley::net::api
