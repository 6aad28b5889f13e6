// What every answer of resumable uploads has in common, whoever makes it (tus 1.0, core protocol).
#pragma once

#include "net/http/message.hpp"

#include <string_view>

namespace parley::net {

inline constexpr std::string_view tus_version = "1.0.0";

/// For `Tus-Extension`.
inline constexpr std::string_view tus_extensions =
  "creation,creation-with-upload,creation-defer-length,concatenation,checksum,expiration,termination";

/// True for the paths of uploads: `/rooms/{room_id}/uploads` and `/uploads/{upload_id}`. `path` has no query.
bool is_upload_path(std::string_view path);

/// The method that a request means. For uploads, a POST may name another one in `X-HTTP-Method-Override`, for clients
/// behind a proxy that knows no PATCH.
std::string_view meant_method(const request_head& from, std::string_view path);

/// `Tus-Resumable`, which every answer has, refusals too.
void add_tus_version(response& to);

} // namespace parley::net
