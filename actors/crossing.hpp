// The fields of what can cross from one node to another, for whoever packs and unpacks it.
#pragma once

#include "actors/interfaces/room.hpp"

namespace parley {

/// A field that does not cross: the link that receives the message puts its own there.
template <class T>
struct stays {
  T& here;
};

template <class T>
stays(T&) -> stays<T>;

// Each calls `f` once, with all fields in the order of their declaration.

// -- what messages are made of ---------------------------------------------------------------

template <class F, class Tag>
void each_field(F& f, id<Tag>& x) {
  f(x.value);
}

template <class F>
void each_field(F& f, user_brief& x) {
  f(x.id, x.username, x.avatar_url);
}

template <class F>
void each_field(F& f, room_config& x) {
  f(x.is_public, x.join, x.history, x.allow_guests, x.sync);
}

template <class F>
void each_field(F& f, room& x) {
  f(x.id, x.name, x.description, x.owner, x.config, x.created_at, x.members);
}

template <class F>
void each_field(F& f, occupancy& x) {
  f(x.active_users);
}

template <class F>
void each_field(F& f, member_view& x) {
  f(x.user, x.role, x.joined_at, x.online);
}

template <class F>
void each_field(F& f, notification& x) {
  f(x.id, x.receiver, x.kind, x.status, x.room, x.room_name, x.from, x.token, x.created_at, x.withdrawn);
}

template <class F>
void each_field(F& f, video& x) {
  f(x.id, x.room, x.title, x.kind, x.url, x.size, x.content_type, x.uploaded_by, x.created_at);
}

template <class F>
void each_field(F& f, sync_state& x) {
  f(x.room, x.version, x.watched, x.playing, x.position_s, x.rate, x.at, x.by, x.waiting_for);
}

template <class F>
void each_field(F& f, post_draft& x) {
  f(x.content, x.type, x.client_msg_id, x.attachments);
}

template <class F>
void each_field(F& f, post_receipt& x) {
  f(x.id, x.sent_to_online_users, x.sent_at);
}

template <class F>
void each_field(F& f, room_patch& x) {
  f(x.name, x.description);
}

template <class F>
void each_field(F& f, config_patch& x) {
  f(x.is_public, x.join, x.history, x.allow_guests, x.sync);
}

template <class F>
void each_field(F& f, member_patch& x) {
  f(x.role, x.muted_until);
}

template <class F>
void each_field(F& f, sync_load& x) {
  f(x.what);
}

template <class F>
void each_field(F& f, sync_play& x) {
  f(x.position_s);
}

template <class F>
void each_field(F& f, sync_pause& x) {
  f(x.position_s);
}

template <class F>
void each_field(F& f, sync_seek& x) {
  f(x.position_s);
}

template <class F>
void each_field(F& f, sync_rate& x) {
  f(x.rate);
}

template <class F>
void each_field(F& f, origin& x) {
  f(x.connection, stays{x.outlet}, x.shape, stays{x.visitor}, x.request_id, x.ticket, x.again);
}

// -- to visitors and audiences -----------------------------------------------------------------

template <class F>
void each_field(F& f, entered_room& x) {
  f(x.room, x.connection);
}

template <class F>
void each_field(F& f, refused& x) {
  f(x.room, x.connection, x.what, x.code, x.request_id, x.sync, x.ticket);
}

template <class F>
void each_field(F& f, removed_from_room& x) {
  f(x.room, x.connection);
}

template <class F>
void each_field(F& f, attach_listener& x) {
  f(x.room, x.connection, x.shape, x.first, x.replay, x.last, x.revision);
}

template <class F>
void each_field(F& f, detach_listener& x) {
  f(x.room, x.connection);
}

template <class F>
void each_field(F& f, deliver& x) {
  f(x.room, x.envelope, x.flat, x.except, stays{x.stages}, x.last, x.revision);
}

template <class F>
void each_field(F& f, unicast& x) {
  f(x.connection, x.frame, x.room, x.ticket);
}

template <class F>
void each_field(F& f, close_connection& x) {
  f(x.connection, x.code, x.reason, x.room);
}

template <class F>
void each_field(F& f, present_person& x) {
  f(x.user, x.guest_name);
}

template <class F>
void each_field(F& f, mirror_presence& x) {
  f(x.room, x.all, x.come, x.gone);
}

// -- to rooms -----------------------------------------------------------------------------------

template <class F>
void each_field(F& f, join_room& x) {
  f(x.from, x.user, x.guest, x.greeting, x.last_message, x.guest_name, x.name_fault, x.last_change, x.members_only,
    x.returning, stays{x.mirror});
}

template <class F>
void each_field(F& f, expect_people& x) {
  f(stays{x.outlet}, x.people);
}

template <class F>
void each_field(F& f, leave_room& x) {
  f(x.from, x.user, x.why);
}

template <class F>
void each_field(F& f, post_message& x) {
  f(x.from, x.user, x.draft);
}

template <class F>
void each_field(F& f, set_typing& x) {
  f(x.from, x.user, x.is_typing);
}

template <class F>
void each_field(F& f, rename_member& x) {
  f(x.user);
}

template <class F>
void each_field(F& f, submit_message& x) {
  f(x.user, x.draft);
}

template <class F>
void each_field(F& f, change_room& x) {
  f(x.by, x.patch);
}

template <class F>
void each_field(F& f, change_config& x) {
  f(x.by, x.patch);
}

template <class F>
void each_field(F& f, dissolve_room& x) {
  f(x.by);
}

template <class F>
void each_field(F& f, become_member& x) {
  f(x.user);
}

template <class F>
void each_field(F& f, withdraw_request& x) {
  f(x.by);
}

template <class F>
void each_field(F& f, invite_member& x) {
  f(x.by, x.target);
}

template <class F>
void each_field(F& f, answer_notification& x) {
  f(x.by, x.id, x.accept, x.token);
}

template <class F>
void each_field(F& f, change_member& x) {
  f(x.by, x.target, x.patch);
}

template <class F>
void each_field(F& f, lift_ban& x) {
  f(x.by, x.target);
}

template <class F>
void each_field(F& f, transfer_room& x) {
  f(x.by, x.target);
}

template <class F>
void each_field(F& f, edit_message& x) {
  f(x.by, x.id, x.content);
}

template <class F>
void each_field(F& f, delete_message& x) {
  f(x.by, x.id);
}

template <class F>
void each_field(F& f, mark_read& x) {
  f(x.by, x.id);
}

template <class F>
void each_field(F& f, steer& x) {
  f(x.from, x.by, x.what, x.if_version);
}

template <class F>
void each_field(F& f, set_buffering& x) {
  f(x.from, x.by, x.is_buffering);
}

template <class F>
void each_field(F& f, request_sync& x) {
  f(x.from, x.by);
}

template <class F>
void each_field(F& f, video_removed& x) {
  f(x.id);
}

template <class F>
void each_field(F& f, remove_member& x) {
  f(x.by, x.target, x.ban);
}

// -- from rooms ---------------------------------------------------------------------------------

template <class F>
void each_field(F& f, finished&) {
  f();
}

template <class F>
void each_field(F& f, submitted& x) {
  f(x.receipt, x.repeated);
}

template <class F>
void each_field(F& f, room_view& x) {
  f(x.value, x.live);
}

template <class F>
void each_field(F& f, admission& x) {
  f(x.pending);
}

template <class F>
void each_field(F& f, notification_outcome& x) {
  f(x.status, x.room);
}

template <class F>
void each_field(F& f, member_state& x) {
  f(x.member, x.muted_until);
}

template <class F>
void each_field(F& f, message& x) {
  f(x.id, x.room, x.sender, x.sender_username, x.content, x.type, x.sent_at, x.edited_at, x.deleted, x.client_msg_id,
    x.change, x.attachments);
}

template <class F>
void each_field(F& f, attachment& x) {
  f(x.id, x.room, x.name, x.content_type, x.size, x.width, x.height, x.url, x.thumbnail_url, x.uploaded_by,
    x.created_at);
}

template <class F>
void each_field(F& f, read_mark& x) {
  f(x.room, x.user, x.last_read);
}

} // namespace parley
