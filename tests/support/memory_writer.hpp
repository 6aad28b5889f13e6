// The changes of `storage::writer` to a database in memory.
#pragma once

#include "tests/support/memory_answers.hpp"

namespace parley::test {

class memory_writer final : public memory_answers<storage::writer> {
public:
  explicit memory_writer(memory_store& store) : store_(store) {}

  void begin() override;
  void commit() override;
  void rollback() noexcept override { open_.reset(); }

  /// No user has a login that was stored: none of its families dies, but what was issued up to `now`.
  std::vector<std::string> revoke_user(user_id id, timestamp now, timestamp forget_at) override;

  room create_room(user_id owner, const new_room& x, timestamp now) override;
  storage::result<room> update_room(room_id id, const room_patch& x) override;
  storage::result<room> update_room_config(room_id id, const room_config& x) override;
  storage::result<void> delete_room(room_id id) override;
  void set_active(room_id id, bool is_active) override;
  void clear_active() override;
  storage::result<membership> add_member(room_id room, user_id user, member_role role, timestamp now) override;
  storage::result<void> remove_member(room_id room, user_id user, bool ban, timestamp now) override;
  storage::result<membership> change_member(room_id room, user_id user, const member_patch& x) override;
  storage::result<void> lift_ban(room_id room, user_id user) override;
  void mute_guests(room_id room, std::optional<timestamp> until) override;
  storage::result<void> block_user(user_id by, user_id whom, timestamp now) override;
  void unblock_user(user_id by, user_id whom) override;
  storage::result<std::pair<room, std::vector<notification>>> transfer_room(room_id room, user_id to) override;

  storage::result<notification> add_notification(const storage::new_notification& x) override;
  storage::result<notification> mark_notification(notification_id id, user_id receiver, bool read) override;
  storage::result<notification> answer_notification(notification_id id, bool accept, timestamp now) override;
  storage::result<void> withdraw_request(room_id room, user_id by) override;

  std::vector<storage::result<storage::appended>> append(std::span<const storage::message_draft> drafts) override;
  storage::result<message> edit_message(message_id id, std::string_view content, timestamp now) override;
  storage::result<message> delete_message(message_id id) override;
  read_mark raise_read_mark(room_id room, user_id user, message_id id) override;

  storage::result<void> save_task(user_id by, const task_status& x) override;
  void save_playback(room_id room, const storage::playback& x) override;
  storage::result<video> add_video(const storage::new_video& x) override;
  storage::result<storage::stored_video> remove_video(video_id id) override;
  storage::result<void> add_upload(const storage::upload& x) override;
  void set_upload_length(std::string_view id, std::int64_t length) override;
  void finish_upload(std::string_view id, video_id made) override;
  void touch_upload(std::string_view id, timestamp now) override;
  void remove_upload(std::string_view id) override;

  storage::result<user> create_user(const storage::new_user&) override { unexpected("a new user"); }
  storage::result<user> update_user(user_id, const storage::user_patch&) override { unexpected("a changed user"); }
  storage::result<void> promote(user_id, user_role) override { unexpected("a promotion"); }
  void add_refresh_token(const storage::refresh_token_record&) override { unexpected("a refresh token"); }
  storage::result<storage::rotated> rotate_refresh_token(const storage::rotation&,
                                                         std::optional<std::string>&) override {
    unexpected("a rotation");
  }
  std::optional<std::string> revoke_refresh_token(std::string_view, timestamp) override { unexpected("a revocation"); }
  bool owes_erasure() const override { return store_.owes_erasure; }
  storage::erasure erase(std::chrono::milliseconds) override { return store_.erase(); }
  bool gather(std::chrono::milliseconds) override { return true; }

  bool is_empty() override { unexpected("fixtures"); }

protected:
  const memory_state& state() const override { return open_ ? *open_ : store_.committed; }
  void savepoint() override {
    store_.count(store_call::savepoint);
    saved_ = current();
  }
  void release_savepoint() override { saved_.reset(); }
  void rollback_to_savepoint() override { open_ = std::exchange(saved_, std::nullopt); }

private:
  memory_state& current();
  message* find_stored(message_id id);
  storage::result<storage::appended> append_one(const storage::message_draft& x);

  memory_store& store_;
  std::optional<memory_state> open_;
  std::optional<memory_state> saved_;
};

} // namespace parley::test
