// One document of another server.
#pragma once

#include "config/key_place.hpp"

#include <tl/expected.hpp>

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>

namespace parley::app {

/// The body of a 200, or why there is none. A certificate has to be that of the host, by an authority that the machine
/// trusts. Follows no redirection. Blocks until the end of `patience` or of `until`, and for what the resolver takes.
tl::expected<std::string, std::string> http_get(const config::key_place& where, std::chrono::milliseconds patience,
                                                std::size_t bytes_max, const std::stop_token& until);

} // namespace parley::app
