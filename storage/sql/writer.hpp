// The changes of `storage::writer`, each inside the transaction that its owner began.
#pragma once

#include "storage/sql/reader.hpp"

namespace parley::storage::sql {

/// Not thread-safe. A destroyed writer loses what it did not commit.
class sql_writer final : public answers<writer> {
public:
  sql_writer(std::shared_ptr<const dialect> kind, content_seal seal)
    : answers(std::move(kind), access::write), message_changes_(link_, messages_, std::move(seal)) {}

  void begin() override;
  void commit() override;
  void rollback() noexcept override;

  result<user> create_user(const new_user& x) override;
  result<user> update_user(user_id id, const user_patch& x) override;
  result<void> promote(user_id id, user_role role) override;
  result<void> block_user(user_id by, user_id whom, timestamp now) override;
  void unblock_user(user_id by, user_id whom) override;
  void add_refresh_token(const refresh_token_record& x) override;
  result<rotated> rotate_refresh_token(const rotation& x, std::optional<std::string>& revoked) override;
  std::optional<std::string> revoke_refresh_token(std::string_view hash, timestamp forget_at) override;
  std::vector<std::string> revoke_user(user_id id, timestamp now, timestamp forget_at) override;

  room create_room(user_id owner, const new_room& x, timestamp now) override;
  result<room> update_room(room_id id, const room_patch& x) override;
  result<room> update_room_config(room_id id, const room_config& x) override;
  result<void> delete_room(room_id id) override;
  void set_active(room_id id, bool is_active) override;
  void clear_active() override;
  result<membership> add_member(room_id room, user_id user, member_role role, timestamp now) override;
  result<void> remove_member(room_id room, user_id user, bool ban, timestamp now) override;
  result<membership> change_member(room_id room, user_id user, const member_patch& x) override;
  result<void> lift_ban(room_id room, user_id user) override;
  void mute_guests(room_id room, std::optional<timestamp> until) override;
  result<std::pair<room, std::vector<notification>>> transfer_room(room_id room, user_id to) override;

  result<notification> add_notification(const new_notification& x) override;
  result<notification> mark_notification(notification_id id, user_id receiver, bool read) override;
  result<notification> answer_notification(notification_id id, bool accept, timestamp now) override;
  result<void> withdraw_request(room_id room, user_id by) override;

  std::vector<result<appended>> append(std::span<const message_draft> drafts) override;
  result<message> edit_message(message_id id, std::string_view content, timestamp now) override;
  result<message> delete_message(message_id id) override;
  read_mark raise_read_mark(room_id room, user_id user, message_id id) override;

  result<void> save_task(user_id by, const task_status& x) override;
  void save_playback(room_id room, const playback& x) override;
  result<video> add_video(const new_video& x) override;
  result<stored_video> remove_video(video_id id) override;
  result<void> add_upload(const upload& x) override;
  void set_upload_length(std::string_view id, std::int64_t length) override;
  void finish_upload(std::string_view id, video_id made) override;
  void touch_upload(std::string_view id, timestamp now) override;
  void remove_upload(std::string_view id) override;

  bool owes_erasure() const override { return owes_erasure_; }
  erasure erase(std::chrono::milliseconds patience) override;
  bool gather(std::chrono::milliseconds patience) override { return eraser_->gather(patience); }

  bool is_empty() override;
  void ping() override;

protected:
  void savepoint() override;
  void release_savepoint() override;
  void rollback_to_savepoint() override;

private:
  /// As `require_transaction`, for a change that removes or replaces what somebody wrote.
  void require_transaction_to_erase();

  std::unique_ptr<eraser> eraser_{link_.make_eraser()};
  bool owes_erasure_ = true; ///< what was before this object may not have been erased
  user_changes user_changes_{link_, users_};
  block_changes block_changes_{link_, users_};
  token_changes token_changes_{link_, users_};
  room_changes room_changes_{link_, rooms_};
  member_changes member_changes_{link_, rooms_, users_};
  notification_changes notification_changes_{link_, notifications_, rooms_, users_};
  message_changes message_changes_;
  read_mark_changes read_mark_changes_{link_, read_marks_};
  task_changes task_changes_{link_};
  playback_changes playback_changes_{link_};
  video_changes video_changes_{link_, videos_};
  upload_changes upload_changes_{link_};
};

} // namespace parley::storage::sql
