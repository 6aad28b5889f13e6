// What replies of more than one shape hold. Inside `protocol/` only.
#pragma once

#include "protocol/error_code.hpp"
#include "protocol/events.hpp"
#include "protocol/json_writer.hpp"

namespace parley {

inline constexpr std::size_t reply_size = 256; ///< bytes of most replies

/// `"server_time_ms"`, without the client's `timestamp`.
void write_members(json_writer& out, const pong_reply& x);

/// `"timestamp"`, as the client sent it.
void write_echo(json_writer& out, const pong_reply& x);

void write_members(json_writer& out, const server_draining_reply& x);

/// What an `error` holds beside code and message; `types` are the ones that its client may send.
void write_extras(json_writer& out, const error_reply& x, std::span<const std::string_view> types);

/// The members of an `error` that is flat.
void write_flat_members(json_writer& out, const error_reply& x, language lang, std::span<const std::string_view> types);

/// `"user":{"id","username"}`, or null.
void write_frame_user_or_null(json_writer& out, const std::optional<user_brief>& x);

} // namespace parley
