// Files of videos that nobody knows any more, and uploads that nobody goes on with.
#pragma once

#include "net/http/context.hpp"

#include <boost/asio/awaitable.hpp>

namespace parley::net {

/// Removes uploads whose last byte came more than 24 h ago, and files without a row: of rooms that were dissolved, of
/// requests that a crash cut off. A file that somebody may be writing to just now is left alone. Errors are logged.
boost::asio::awaitable<void> sweep_videos(http_context& context);

/// Sweeps now and then every hour, for as long as the loop runs. One a node.
boost::asio::awaitable<void> keep_videos_swept(http_context& context);

} // namespace parley::net
