// What becomes of the bytes of an upload: they are appended, put together of parts, and made a video.
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"
#include "net/http/uploads_metadata.hpp"
#include "storage/ports.hpp"

#include <boost/asio/awaitable.hpp>
#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::net {

/// The caller's own upload, in a room where the caller is a member still; else `not_found`, or why not.
boost::asio::awaitable<tl::expected<storage::upload, error_code>>
find_own_upload(http_context& context, const std::string& id, user_id caller);

/// The row goes, then the file. The caller holds the upload.
boost::asio::awaitable<tl::expected<void, error_code>> discard_upload(http_context& context, const std::string& id);

struct appended_bytes {
  std::uint64_t end = 0;        ///< the file's size now
  std::optional<refusal> fault; ///< why it is not more
};

/// Writes what comes to the end of the file of `what`, up to its length in all, or to what a video may have. What is
/// there stays, whatever happens; but bytes whose checksum is another go again: 460 (extension Checksum). The first
/// bytes of a film must be of its type's family: 415.
boost::asio::awaitable<appended_bytes> append_bytes(http_context& context, body_source& from, const sized_file& to,
                                                    const storage::upload& what,
                                                    const std::optional<upload_checksum>& expected);

/// Makes the video of an upload whose bytes are all there; what is no film is discarded, 415. The caller holds it.
boost::asio::awaitable<tl::expected<video_id, refusal>> make_video(http_context& context, const storage::upload& from,
                                                                   const shared_file& file);

/// Makes of an upload whose bytes are all there what it is to be, and notes that in `what`: its video, or a file of a
/// message. What cannot become it is discarded: 415, 422. The caller holds it.
boost::asio::awaitable<tl::expected<void, refusal>> complete(http_context& context, storage::upload& what,
                                                             const shared_file& file);

/// Makes a whole and its video of parts, which are complete and the caller's own (else 404 or 409 `upload_conflict`),
/// and go then. `wish` has its id, room, user and time. Asked for again, the whole that was made before is given.
boost::asio::awaitable<tl::expected<storage::upload, refusal>> concatenate(http_context& context, storage::upload wish,
                                                                           std::vector<std::string> parts);

} // namespace parley::net
