// Hands each change to its table, once the transaction is known to be open.
#include "storage/sql/writer.hpp"

namespace parley::storage::sql {

void sql_writer::begin() {
  link_.begin();
}

void sql_writer::commit() {
  link_.commit();
}

void sql_writer::rollback() noexcept {
  link_.rollback();
}

result<user> sql_writer::create_user(const new_user& x) {
  link_.require_transaction();
  return user_changes_.create(x);
}

result<user> sql_writer::update_user(user_id id, const user_patch& x) {
  require_transaction_to_erase();
  return user_changes_.update(id, x);
}

result<void> sql_writer::promote(user_id id, user_role role) {
  link_.require_transaction();
  return user_changes_.promote(id, role);
}

result<void> sql_writer::block_user(user_id by, user_id whom, timestamp now) {
  link_.require_transaction();
  return block_changes_.add(by, whom, now);
}

void sql_writer::unblock_user(user_id by, user_id whom) {
  link_.require_transaction();
  block_changes_.remove(by, whom);
}

void sql_writer::add_refresh_token(const refresh_token_record& x) {
  link_.require_transaction();
  token_changes_.add(x);
}

result<rotated> sql_writer::rotate_refresh_token(const rotation& x, std::optional<std::string>& revoked) {
  link_.require_transaction();
  return token_changes_.rotate(x, revoked);
}

std::optional<std::string> sql_writer::revoke_refresh_token(std::string_view hash, timestamp forget_at) {
  link_.require_transaction();
  return token_changes_.revoke(hash, forget_at);
}

std::vector<std::string> sql_writer::revoke_user(user_id id, timestamp now, timestamp forget_at) {
  link_.require_transaction();
  return token_changes_.revoke_user(id, now, forget_at);
}

room sql_writer::create_room(user_id owner, const new_room& x, timestamp now) {
  link_.require_transaction();
  auto made = room_changes_.create(owner, x, now);
  const auto joined = member_changes_.add(made.id, owner, member_role::owner, now);
  if (!joined)
    throw storage_error("the owner of a new room could not join it");
  return made;
}

result<room> sql_writer::update_room(room_id id, const room_patch& x) {
  require_transaction_to_erase();
  return room_changes_.update(id, x);
}

result<room> sql_writer::update_room_config(room_id id, const room_config& x) {
  link_.require_transaction();
  return room_changes_.update_config(id, x);
}

result<void> sql_writer::delete_room(room_id id) {
  require_transaction_to_erase();
  return room_changes_.remove(id);
}

void sql_writer::set_active(room_id id, bool is_active) {
  link_.require_transaction();
  room_changes_.set_active(id, is_active);
}

void sql_writer::clear_active() {
  link_.require_transaction();
  room_changes_.clear_active();
}

result<membership> sql_writer::add_member(room_id room, user_id user, member_role role, timestamp now) {
  link_.require_transaction();
  return member_changes_.add(room, user, role, now);
}

result<void> sql_writer::remove_member(room_id room, user_id user, bool ban, timestamp now) {
  link_.require_transaction();
  return member_changes_.remove(room, user, ban, now);
}

result<membership> sql_writer::change_member(room_id room, user_id user, const member_patch& x) {
  link_.require_transaction();
  return member_changes_.change(room, user, x);
}

result<void> sql_writer::lift_ban(room_id room, user_id user) {
  link_.require_transaction();
  return member_changes_.lift_ban(room, user);
}

void sql_writer::mute_guests(room_id room, std::optional<timestamp> until) {
  link_.require_transaction();
  member_changes_.mute_guests(room, until);
}

result<std::pair<room, std::vector<notification>>> sql_writer::transfer_room(room_id room, user_id to) {
  link_.require_transaction();
  auto access = rooms_.find_access(room, to);
  if (!access)
    return tl::unexpected(error_code::room_not_found);
  if (!access->who)
    return tl::unexpected(error_code::not_a_member);
  std::vector<notification> moved;
  if (access->value.owner != to) {
    member_changes_.hand_over(room, to);
    room_changes_.set_owner(room, to);
    moved = notification_changes_.hand_over(room, to);
    access->value.owner = to;
  }
  return std::pair(std::move(access->value), std::move(moved));
}

result<notification> sql_writer::add_notification(const new_notification& x) {
  link_.require_transaction();
  return notification_changes_.add(x);
}

result<notification> sql_writer::mark_notification(notification_id id, user_id receiver, bool read) {
  link_.require_transaction();
  return notification_changes_.mark(id, receiver, read);
}

result<notification> sql_writer::answer_notification(notification_id id, bool accept, timestamp now) {
  link_.require_transaction();
  return notification_changes_.answer(id, accept, now);
}

result<void> sql_writer::withdraw_request(room_id room, user_id by) {
  link_.require_transaction();
  return notification_changes_.withdraw(room, by);
}

std::vector<result<appended>> sql_writer::append(std::span<const message_draft> drafts) {
  link_.require_transaction();
  return message_changes_.append(drafts);
}

result<message> sql_writer::edit_message(message_id id, std::string_view content, timestamp now) {
  require_transaction_to_erase();
  return message_changes_.edit(id, content, now);
}

result<message> sql_writer::delete_message(message_id id) {
  require_transaction_to_erase();
  return message_changes_.remove(id);
}

read_mark sql_writer::raise_read_mark(room_id room, user_id user, message_id id) {
  link_.require_transaction();
  return read_mark_changes_.raise(room, user, id);
}

result<void> sql_writer::save_task(user_id by, const task_status& x) {
  link_.require_transaction();
  return task_changes_.save(by, x);
}

void sql_writer::save_playback(room_id room, const playback& x) {
  link_.require_transaction();
  playback_changes_.save(room, x);
}

result<video> sql_writer::add_video(const new_video& x) {
  link_.require_transaction();
  return video_changes_.add(x);
}

result<stored_video> sql_writer::remove_video(video_id id) {
  require_transaction_to_erase();
  return video_changes_.remove(id);
}

result<void> sql_writer::add_upload(const upload& x) {
  link_.require_transaction();
  return upload_changes_.add(x);
}

void sql_writer::set_upload_length(std::string_view id, std::int64_t length) {
  link_.require_transaction();
  upload_changes_.set_length(id, length);
}

void sql_writer::finish_upload(std::string_view id, video_id made) {
  link_.require_transaction();
  upload_changes_.finish(id, made);
}

void sql_writer::touch_upload(std::string_view id, timestamp now) {
  link_.require_transaction();
  upload_changes_.touch(id, now);
}

void sql_writer::remove_upload(std::string_view id) {
  link_.require_transaction();
  upload_changes_.remove(id);
}

void sql_writer::require_transaction_to_erase() {
  link_.require_transaction();
  owes_erasure_ = true;
}

erasure sql_writer::erase(std::chrono::milliseconds patience) {
  const auto out = eraser_->erase(patience);
  owes_erasure_ = out != erasure::done;
  return out;
}

bool sql_writer::is_empty() {
  return !users_.any_registered();
}

void sql_writer::ping() {
  answers::ping();
  link_.touch();
}

void sql_writer::savepoint() {
  link_.savepoint();
}

void sql_writer::release_savepoint() {
  link_.release_savepoint();
}

void sql_writer::rollback_to_savepoint() {
  link_.rollback_to_savepoint();
}

} // namespace parley::storage::sql
