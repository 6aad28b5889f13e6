// Files of videos that nobody knows any more, and uploads that nobody goes on with.
#pragma once

#include "net/http/context.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <unordered_map>

namespace parley::net {

/// Files of the videos folder by name, with the time of their last byte.
using files_by_name = std::unordered_map<std::string, timestamp>;

/// Removes uploads whose last byte came more than 24 h ago, and files without a row: of what was removed when a crash
/// came, of requests that a crash cut off. A file that somebody may be writing to just now is left alone: it has to be
/// as it was at the sweep `before`, or else, where there was none, from before the start. `before` becomes the files of
/// now. Errors are logged.
boost::asio::awaitable<void> sweep_videos(http_context& context, std::optional<files_by_name>& before);

/// The same for the folder of files of messages, and for files that waited for a message for more than 24 h.
boost::asio::awaitable<void> sweep_files(http_context& context, std::optional<files_by_name>& before);

/// Sweeps both now and then every hour, for as long as the loop runs. One a node.
boost::asio::awaitable<void> keep_videos_swept(http_context& context);

} // namespace parley::net
