// The documents of the model that more than one answer holds. Inside `protocol/` only.
#pragma once

#include "protocol/json_writer.hpp"
#include "protocol/model.hpp"

namespace parley {

// Each writes the members of an object that the caller opens and closes.

/// `Message` (wire contract §5). A deleted message is shown without its content.
void write_members(json_writer& out, const message& x);

/// `File` (§5).
void write_members(json_writer& out, const attachment& x);

/// `"attachments":[File…]`.
void write_attachments(json_writer& out, const std::vector<attachment>& all);

/// `User` (§2).
void write_members(json_writer& out, const user& x);

/// `Room` (§3).
void write_members(json_writer& out, const room& x, const occupancy& live);

/// `UserBrief` (§1), with the avatar.
void write_members(json_writer& out, const user_brief& x);

/// A member of a room's details (§3): UserBrief with role, online, joined_at.
void write_members(json_writer& out, const member_view& x);

/// `Notification` (§4).
void write_members(json_writer& out, const notification& x);

/// `Video` (§10).
void write_members(json_writer& out, const video& x);

/// `SyncState` (§10).
void write_members(json_writer& out, const sync_state& x);

/// What `task_status` says (§9), without its `type`.
void write_members(json_writer& out, const task_status& x);

/// `"user":{"id","username"}`, as frames name people; `"guest_name"` as well, where it is not empty.
void write_frame_user(json_writer& out, const user_brief& x, std::string_view guest_name = {});
/// `"guest_name"`, where it is not empty.
void write_guest_name(json_writer& out, std::string_view name);

} // namespace parley
