// What a client wants to upload, read from the fields of its request.
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"
#include "net/http/uploads_metadata.hpp"
#include "storage/ports.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::net {

struct upload_wish {
  storage::upload what;           ///< without id, room, user and time
  std::vector<std::string> parts; ///< of a whole that is made of parts: their ids
};

/// True for what `Upload-Concat: partial` began: bytes that become no video by themselves.
bool is_part(const storage::upload& x);
/// True for what `Upload-Concat: final;…` made: nothing can be appended to it.
bool is_whole(const storage::upload& x);

/// How many bytes it may have, and the code for more.
std::uint64_t bytes_max(const http_context& context, const storage::upload& x);
error_code too_long(const storage::upload& x);

/// Reads `Upload-Length` or `Upload-Defer-Length`, `Upload-Metadata` and `Upload-Concat`. The title is what `title`,
/// `name` or `filename` says (of the latter two no more than fits), the type what `filetype` or `type` says; a type
/// that says nothing is told by content later. With `purpose` `file` it is a file of a message, of any type, and no
/// whole of parts. 422 with every fault, 415 for what is no video, 413 for what is too long.
tl::expected<upload_wish, refusal> read_upload_wish(const http_context& context, const request& from);

/// The number of bytes that a field gives; 422 in the field's name.
tl::expected<std::int64_t, field_fault> read_bytes(const request& from, std::string_view name);

/// `Upload-Checksum`, where it is there. 400 for an algorithm that is not ours, 422 where it is malformed.
tl::expected<std::optional<upload_checksum>, refusal> read_checksum_field(const request& from);

} // namespace parley::net
