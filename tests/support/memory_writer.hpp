// The changes of storage's tables in a database in memory.
#pragma once

#include "tests/support/memory_tables.hpp"
#include "tests/support/memory_webhooks.hpp"

namespace parley::test {

/// A transaction of the one writer, or what is committed where none is open.
class memory_transaction final : public memory_view {
public:
  explicit memory_transaction(memory_store& store) : store_(store), incarnation_(store.incarnation) {}

  const memory_state& state() const override { return open_ ? *open_ : store_.committed; }
  memory_store& store() const { return store_; }
  /// What a change works on; it is a fault of the caller where no transaction is open.
  memory_state& current();

  void begin();
  /// False where it is not stored, as far as the writer knows: it was lost on its way. Nothing is open any more.
  bool commit();
  void rollback() { open_.reset(); }
  void savepoint();
  void release_savepoint() { saved_.reset(); }
  void rollback_to_savepoint() { open_ = std::exchange(saved_, std::nullopt); }

private:
  void require_place() const;

  memory_store& store_;
  int incarnation_;
  std::optional<memory_state> open_;
  std::optional<memory_state> saved_;
};

class memory_user_changes final : public memory_users, public storage::user_writer {
public:
  using memory_users::memory_users;

  storage::result<user> create(const storage::new_user&) override { unexpected("a new user"); }
  storage::result<user> update(user_id, const storage::user_patch&) override { unexpected("a changed user"); }
  storage::result<void> promote(user_id, user_role) override { unexpected("a promotion"); }
  storage::result<user_id> admit(const storage::identity&, timestamp, const storage::new_user&) override {
    unexpected("a new identity");
  }
};

class memory_token_changes final : public memory_tokens, public storage::token_writer {
public:
  explicit memory_token_changes(memory_transaction& in) : memory_tokens(in), in_(in) {}

  void add(const storage::refresh_token_record&) override { unexpected("a refresh token"); }
  storage::result<storage::rotated> rotate(const storage::rotation&, std::optional<std::string>&) override {
    unexpected("a rotation");
  }
  std::optional<std::string> revoke(std::string_view, timestamp) override { unexpected("a revocation"); }
  storage::result<std::string> end_session(user_id, session_id, timestamp) override { unexpected("a session"); }
  std::vector<std::string> end_other_sessions(user_id, std::string_view, timestamp) override {
    unexpected("other sessions");
  }
  /// No user has a login that was stored: none of its families dies, but what was issued up to `now`.
  std::vector<std::string> revoke_user(user_id id, timestamp now, timestamp forget_at) override;

private:
  memory_transaction& in_;
};

class memory_block_changes final : public memory_blocks, public storage::block_writer {
public:
  explicit memory_block_changes(memory_transaction& in) : memory_blocks(in), in_(in) {}

  storage::result<void> add(user_id by, user_id whom, timestamp now) override;
  void remove(user_id by, user_id whom) override;

private:
  memory_transaction& in_;
};

class memory_room_changes final : public memory_rooms, public storage::room_writer {
public:
  explicit memory_room_changes(memory_transaction& in) : memory_rooms(in), in_(in) {}

  room create(user_id owner, const new_room& x, timestamp now) override;
  storage::result<room> update(room_id id, const room_patch& x) override;
  storage::result<room> update_config(room_id id, const room_config& x) override;
  storage::result<void> remove(room_id id) override;
  void set_active(room_id id, bool is_active) override;
  void clear_active() override;
  storage::result<std::pair<room, std::vector<notification>>> transfer(room_id room, user_id to) override;

private:
  memory_transaction& in_;
};

class memory_member_changes final : public memory_members, public storage::member_writer {
public:
  explicit memory_member_changes(memory_transaction& in) : memory_members(in), in_(in) {}

  storage::result<membership> add(room_id room, user_id user, member_role role, timestamp now) override;
  storage::result<void> remove(room_id room, user_id user, bool ban, timestamp now) override;
  storage::result<membership> change(room_id room, user_id user, const member_patch& x) override;
  storage::result<void> lift_ban(room_id room, user_id user) override;
  void mute_guests(room_id room, std::optional<timestamp> until) override;

private:
  memory_transaction& in_;
};

class memory_notification_changes final : public memory_notifications, public storage::notification_writer {
public:
  explicit memory_notification_changes(memory_transaction& in) : memory_notifications(in), in_(in) {}

  storage::result<notification> add(const storage::new_notification& x) override;
  storage::result<notification> mark(notification_id id, user_id receiver, bool read) override;
  storage::result<notification> answer(notification_id id, bool accept, timestamp now) override;
  storage::result<void> withdraw(room_id room, user_id by) override;

private:
  memory_transaction& in_;
};

class memory_message_changes final : public memory_messages, public storage::message_writer {
public:
  explicit memory_message_changes(memory_transaction& in) : memory_messages(in), in_(in) {}

  std::vector<storage::result<storage::appended>> append(std::span<const storage::message_draft> drafts) override;
  storage::result<message> edit(message_id id, std::string_view content, timestamp now) override;
  storage::result<message> remove(message_id id) override;

private:
  message* find_stored(message_id id);
  void count_change(message& x);
  storage::result<std::vector<attachment>> find_files(const storage::message_draft& x);
  storage::result<storage::appended> append_one(const storage::message_draft& x);

  memory_transaction& in_;
};

class memory_read_mark_changes final : public memory_read_marks, public storage::read_mark_writer {
public:
  explicit memory_read_mark_changes(memory_transaction& in) : memory_read_marks(in), in_(in) {}

  read_mark raise(room_id room, user_id user, message_id id) override;

private:
  memory_transaction& in_;
};

class memory_task_changes final : public memory_tasks, public storage::task_writer {
public:
  explicit memory_task_changes(memory_transaction& in) : memory_tasks(in), in_(in) {}

  storage::result<std::int64_t> save(user_id by, const task_status& x) override;

private:
  memory_transaction& in_;
};

class memory_playback_changes final : public storage::playback_writer {
public:
  explicit memory_playback_changes(memory_transaction& in) : in_(in) {}

  void save(room_id room, const storage::playback& x) override;

private:
  memory_transaction& in_;
};

class memory_video_changes final : public memory_videos, public storage::video_writer {
public:
  explicit memory_video_changes(memory_transaction& in) : memory_videos(in), in_(in) {}

  storage::result<video> add(const storage::new_video& x) override;
  storage::result<storage::stored_video> remove(video_id id) override;

private:
  memory_transaction& in_;
};

class memory_upload_changes final : public memory_uploads, public storage::upload_writer {
public:
  explicit memory_upload_changes(memory_transaction& in) : memory_uploads(in), in_(in) {}

  storage::result<void> add(const storage::upload& x) override;
  void set_length(std::string_view id, std::int64_t length) override;
  void finish(std::string_view id, video_id made) override;
  void finish(std::string_view, file_id) override { unexpected("a file that was uploaded"); }
  void touch(std::string_view id, timestamp now) override;
  void remove(std::string_view id) override;

private:
  memory_transaction& in_;
};

class memory_account_changes final : public storage::account_writer {
public:
  std::optional<user_id> find_successor(room_id) override { unexpected("a successor"); }
  storage::sent_messages find_sent(user_id, message_id, std::int64_t) override { unexpected("all that somebody said"); }
  storage::result<storage::retired_user> retire(user_id) override { unexpected("the end of a user"); }
};

class memory_file_changes final : public memory_files, public storage::file_writer {
public:
  using memory_files::memory_files;

  storage::result<attachment> add(const storage::new_file&) override { unexpected("a new file"); }
  bool remove_unused(file_id) override { unexpected("the end of a file"); }
};

class memory_writer final : public storage::writer {
public:
  explicit memory_writer(memory_store& store) : in_(store) {}

  memory_user_changes& users() override { return users_; }
  memory_profiles& profiles() override { return profiles_; }
  memory_block_changes& blocks() override { return blocks_; }
  memory_token_changes& tokens() override { return tokens_; }
  memory_room_changes& rooms() override { return rooms_; }
  memory_member_changes& members() override { return members_; }
  memory_notification_changes& notifications() override { return notifications_; }
  memory_message_changes& messages() override { return messages_; }
  memory_read_mark_changes& read_marks() override { return read_marks_; }
  memory_task_changes& tasks() override { return tasks_; }
  memory_video_changes& videos() override { return videos_; }
  memory_upload_changes& uploads() override { return uploads_; }
  memory_file_changes& files() override { return files_; }
  memory_webhooks& webhooks() override { return webhooks_; }
  memory_playback_changes& playback() override { return playback_; }
  memory_account_changes& accounts() override { return accounts_; }

  void ping() override {}
  void begin() override { in_.begin(); }
  void commit() override;
  void rollback() noexcept override { in_.rollback(); }
  std::vector<storage::result<storage::appended>> store(std::span<const storage::message_draft> drafts) override;

  bool owes_erasure() const override { return in_.store().owes_erasure; }
  storage::erasure erase(std::chrono::milliseconds) override { return in_.store().erase(); }
  bool gather(std::chrono::milliseconds) override { return true; }

protected:
  void savepoint() override { in_.savepoint(); }
  void release_savepoint() override { in_.release_savepoint(); }
  void rollback_to_savepoint() override { in_.rollback_to_savepoint(); }

private:
  memory_transaction in_;
  memory_user_changes users_{in_};
  memory_profiles profiles_{in_};
  memory_block_changes blocks_{in_};
  memory_token_changes tokens_{in_};
  memory_room_changes rooms_{in_};
  memory_member_changes members_{in_};
  memory_notification_changes notifications_{in_};
  memory_message_changes messages_{in_};
  memory_read_mark_changes read_marks_{in_};
  memory_task_changes tasks_{in_};
  memory_video_changes videos_{in_};
  memory_upload_changes uploads_{in_};
  memory_file_changes files_{in_};
  memory_webhooks webhooks_;
  memory_playback_changes playback_{in_};
  memory_account_changes accounts_;
};

} // namespace parley::test
