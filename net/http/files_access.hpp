// What handlers of files, of uploads and of messages share.
#pragma once

#include "auth/signed_url.hpp"
#include "net/http/context.hpp"
#include "net/http/message.hpp"
#include "storage/ports.hpp"

#include <boost/asio/awaitable.hpp>
#include <tl/expected.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace parley::net {

/// Where the file of that name lies, and its thumbnail.
std::filesystem::path file_path(const http_context& context, std::string_view file);
std::filesystem::path thumbnail_path(const http_context& context, std::string_view file);

/// Ends a thumbnail's name, behind the name of its file.
inline constexpr std::string_view thumbnail_suffix = ".thumbnail";

/// Where the bytes are had: `/files/{id}/content`, `/files/{id}/thumbnail`.
std::string content_path(file_id id);
std::string thumbnail_path(file_id id);

/// How long a file waits for a message.
inline constexpr std::chrono::hours file_patience{24};

/// Gives a file addresses that are good without a token until `until`.
void sign_file(const auth::path_signer& signer, timestamp until, attachment& shown);

/// The same for `link_lifetime`, for all files of a message.
void sign_files(const http_context& context, attachment& shown);
void sign_files(const http_context& context, message& shown);

/// Removes files of messages, with their thumbnails, and of videos; nobody waits for it. Any thread.
void bury_files(file_pool& files, const http_options& where, const storage::lost_files& gone);

/// What is wrong with the name of a file, if anything: 1 to limits::file_name_max characters, something to see among
/// them.
std::optional<fault> find_name_fault(const std::optional<std::string>& name);

/// The type that a client says a file has; `application/octet-stream` for what is none.
std::string declared_type(std::string_view field);

/// A file of a message of bytes that are all there, under its name in the folder: looks whether it is a picture, makes
/// the thumbnail of one, stores the row. `draft` lacks what the bytes tell. 422 `bad_image` for a picture that is none;
/// errors of `find_place`; `rate_limited` where the user has too many that no message has. Where it fails, the caller
/// removes the file and its thumbnail. The row of `upload`, if it is not empty, says then what it has become.
boost::asio::awaitable<tl::expected<attachment, refusal>> make_file(http_context& context, storage::new_file draft,
                                                                    std::string upload = {});

} // namespace parley::net
