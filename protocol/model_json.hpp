// The documents of the model that more than one answer holds. Inside `protocol/` only.
#pragma once

#include "protocol/json_writer.hpp"
#include "protocol/model.hpp"

namespace parley {

// Each writes the members of an object that the caller opens and closes.

/// `Message` (wire contract §5). A deleted message is shown without its content.
void write_members(json_writer& out, const message& x);

/// `User` (§2).
void write_members(json_writer& out, const user& x);

/// `Room` (§3).
void write_members(json_writer& out, const room& x, const occupancy& live);

/// `UserBrief` (§1), with the avatar.
void write_members(json_writer& out, const user_brief& x);

/// `"user":{"id","username"}`, as frames name people.
void write_frame_user(json_writer& out, const user_brief& x);

} // namespace parley
