// Every message between actors by name, and the number by which CAF knows it. What a message holds, and who takes it,
// stands in actors/interfaces/.
#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/type_id.hpp>

// clang-format off

/// What a room and whoever hears it say to each other. With several nodes the two may be on different ones: a link packs
/// these itself (crossing.hpp shows it their fields), so that to CAF they are as local as the others.
#define PARLEY_CROSSING_MESSAGES(each) \
  each(finished) \
  each(entered_room) \
  each(refused) \
  each(removed_from_room) \
  each(attach_listener) \
  each(detach_listener) \
  each(deliver) \
  each(unicast) \
  each(close_connection) \
  each(mirror_presence) \
  each(expect_people) \
  each(join_room) \
  each(leave_room) \
  each(post_message) \
  each(set_typing) \
  each(rename_member) \
  each(submit_message) \
  each(submitted) \
  each(change_room) \
  each(change_config) \
  each(dissolve_room) \
  each(become_member) \
  each(withdraw_request) \
  each(invite_member) \
  each(admission) \
  each(answer_notification) \
  each(notification_outcome) \
  each(change_member) \
  each(member_state) \
  each(lift_ban) \
  each(transfer_room) \
  each(edit_message) \
  each(message) \
  each(delete_message) \
  each(mark_read) \
  each(read_mark) \
  each(steer) \
  each(set_buffering) \
  each(request_sync) \
  each(video_removed) \
  each(remove_member) \
  each(room_view)

/// What never leaves the process: it holds sockets, sessions, jobs and promises, or is said by and to one thread.
#define PARLEY_LOCAL_MESSAGES(each) \
  each(inbound) \
  each(connection_lost) \
  each(wake) \
  each(access_revoked) \
  each(renamed) \
  each(push_frame) \
  each(room_news) \
  each(replaced) \
  each(drain) \
  each(enrol) \
  each(identify) \
  each(withdraw) \
  each(dismiss) \
  each(get_connections) \
  each(connection_list) \
  each(get_disconnects) \
  each(disconnect_list) \
  each(get_hub_figures) \
  each(hub_figures) \
  each(remind) \
  each(revoked_tokens) \
  each(forget_user) \
  each(tick) \
  each(retire) \
  each(settle_room) \
  each(committed) \
  each(find_room) \
  each(signed_in) \
  each(signed_out) \
  each(occupancy_changed) \
  each(room_gone) \
  each(revoke_access) \
  each(user_renamed) \
  each(notify_user) \
  each(find_absent) \
  each(absent_users) \
  each(tell_absent) \
  each(claim_client) \
  each(release_client) \
  each(evict_client) \
  each(get_clients) \
  each(client_list) \
  each(push_to_client) \
  each(push_to_user) \
  each(get_occupancy) \
  each(occupancies) \
  each(get_rooms_active) \
  each(get_online) \
  each(online_flags) \
  each(get_users_online) \
  each(publish_task) \
  each(published_task) \
  each(task_elsewhere) \
  each(refresh_tasks) \
  each(watch_task) \
  each(unwatch_task) \
  each(find_nodes) \
  each(found_nodes) \
  each(find_connections) \
  each(found_connections) \
  each(find_disconnects) \
  each(found_disconnects) \
  each(get_cluster_figures) \
  each(cluster_figures) \
  each(count_attempt) \
  each(counted_attempt) \
  each(hold_upload) \
  each(release_upload) \
  each(append_message) \
  each(write_request) \
  each(flush) \
  each(get_writer_figures) \
  each(writer_figures) \
  each(read_request) \
  each(hash_password) \
  each(check_password)

// clang-format on

#define PARLEY_DECLARE(type) struct type;

namespace parley {

PARLEY_CROSSING_MESSAGES(PARLEY_DECLARE)
PARLEY_LOCAL_MESSAGES(PARLEY_DECLARE)

namespace auth {
struct password_verdict;
}

} // namespace parley

#undef PARLEY_DECLARE

#define PARLEY_MESSAGE(type)                                                                                           \
  CAF_ADD_TYPE_ID(parley_actors, (parley::type))                                                                       \
  CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parley::type)

CAF_BEGIN_TYPE_ID_BLOCK(parley_actors, caf::first_custom_type_id)

PARLEY_CROSSING_MESSAGES(PARLEY_MESSAGE)
PARLEY_LOCAL_MESSAGES(PARLEY_MESSAGE)
PARLEY_MESSAGE(auth::password_verdict)

CAF_END_TYPE_ID_BLOCK(parley_actors)

#undef PARLEY_MESSAGE
