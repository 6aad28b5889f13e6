// What handlers of videos and of uploads share.
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"
#include "storage/ports.hpp"

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace parley::net {

/// Where the file of that name lies.
std::filesystem::path video_path(const http_context& context, std::string_view file);

/// A name that no other file has, 32 characters.
std::string new_file_name();

/// Where the bytes of the video are had: `/videos/{id}/content`.
std::string content_path(video_id id);

/// How long a signed URL is good at least: a player that asks for more of a video asks by the URL that it was given.
inline constexpr std::chrono::hours link_lifetime{6};

/// How long an upload waits for its next byte, and how long it is known once it is a video.
inline constexpr std::chrono::hours upload_patience{24};

/// Gives the video of a file a URL that is good without a token for `link_lifetime`.
void sign_url(const http_context& context, video& shown);

/// Who asks for the bytes at `path`: nobody, where the query of the request is a signature for it, else the user of its
/// bearer token. `auth_required`, `invalid_token`, `token_expired`.
tl::expected<std::optional<user_id>, error_code> check_signature_or_bearer(const http_context& context,
                                                                           const request& from, std::string_view path);

/// What is wrong with a title, if anything: 1 to limits::video_title_max characters, something to see among them.
std::optional<fault> find_title_fault(const std::optional<std::string>& title);

/// Stores the video; the uploader must be a member still. Errors of `find_place`.
storage::result<video> store_video(storage::writer& to, const storage::new_video& draft);

/// What is owed once the video's row is gone: its file goes, and its room hears of it.
boost::asio::awaitable<void> bury_video(http_context& context, const storage::stored_video& gone);

/// An answer for what went wrong with a file, which is logged.
refusal file_failure(std::string_view what, const std::error_code& why);

/// An answer for a body that ended before its time.
refusal body_failure(error_code why);

} // namespace parley::net
