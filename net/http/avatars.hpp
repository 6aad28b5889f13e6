// Avatars as files: made from what a client sent, given to whoever asks.
#pragma once

#include "net/http/context.hpp"

#include <boost/asio/awaitable.hpp>
#include <tl/expected.hpp>

#include <optional>
#include <string>

namespace parley::net {

/// Makes a picture of our own from `upload` and stores it under a random name; its path on the wire. `bad_image`, or
/// `internal` if the disk fails. Decoding runs on the file pool.
boost::asio::awaitable<tl::expected<std::string, error_code>> store_avatar(http_context& context, std::string upload);

/// Removes the file behind a path that `store_avatar` gave; nobody waits for it.
void remove_avatar(http_context& context, const std::optional<std::string>& url);

} // namespace parley::net
