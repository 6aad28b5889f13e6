// The HTTP side of the wire contract as an OpenAPI 3.1 document.
#pragma once

#include "net/http/routes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace parley::net::api {

/// JSON text, with the bounds of texts as they are configured. Each row of `table` must have its row in `operations()`.
std::string make_openapi(const std::vector<route>& table, std::string_view version, const text_limits& bounds = {});

} // namespace parley::net::api
