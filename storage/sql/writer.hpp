// The tables of the connection that changes, and its transactions.
#pragma once

#include "storage/sql/accounts.hpp"
#include "storage/sql/reader.hpp"

namespace parley::storage::sql {

/// Not thread-safe. A destroyed writer loses what it did not commit.
class sql_writer final : public writer {
public:
  sql_writer(const std::shared_ptr<const dialect>& kind, content_seal seal)
    : link_(kind, access::write), messages_(link_, files_, book_, std::move(seal)) {}

  user_changes& users() override { return users_; }
  profile_queries& profiles() override { return profiles_; }
  block_changes& blocks() override { return blocks_; }
  token_changes& tokens() override { return tokens_; }
  room_changes& rooms() override { return rooms_; }
  member_changes& members() override { return members_; }
  notification_changes& notifications() override { return notifications_; }
  message_changes& messages() override { return messages_; }
  read_mark_changes& read_marks() override { return read_marks_; }
  task_changes& tasks() override { return tasks_; }
  video_changes& videos() override { return videos_; }
  upload_changes& uploads() override { return uploads_; }
  file_changes& files() override { return files_; }
  webhook_changes& webhooks() override { return webhooks_; }
  playback_changes& playback() override { return playback_changes_; }
  account_changes& accounts() override { return accounts_; }

  void begin() override { link_.begin(); }
  void commit() override { link_.commit(); }
  void rollback() noexcept override {
    link_.rollback();
    book_.forget();
  }
  std::vector<result<appended>> store(std::span<const message_draft> drafts) override;

  bool owes_erasure() const override { return link_.owes_erasure(); }
  erasure erase(std::chrono::milliseconds patience) override;
  bool gather(std::chrono::milliseconds patience) override { return eraser_->gather(patience); }

  void ping() override;

protected:
  void savepoint() override { link_.savepoint(); }
  void release_savepoint() override { link_.release_savepoint(); }
  void rollback_to_savepoint() override {
    link_.rollback_to_savepoint();
    book_.forget();
  }

private:
  connection link_; // first: the statements below end before it does
  std::unique_ptr<eraser> eraser_{link_.make_eraser()};
  event_book book_{link_};
  webhook_changes webhooks_{link_, book_};
  user_changes users_{link_};
  block_changes blocks_{link_, users_};
  token_changes tokens_{link_, users_};
  video_changes videos_{link_};
  playback_queries playback_{link_, videos_};
  playback_changes playback_changes_{link_};
  room_changes rooms_{link_, playback_, members_, notifications_, book_};
  member_changes members_{link_, rooms_, users_, book_};
  notification_changes notifications_{link_, rooms_, users_, book_};
  file_changes files_{link_};
  profile_queries profiles_{link_, users_, notifications_, files_};
  message_changes messages_;
  read_mark_changes read_marks_{link_};
  task_changes tasks_{link_, book_};
  upload_changes uploads_{link_};
  account_changes accounts_{link_, users_};
  ping_query ping_{link_};
};

} // namespace parley::storage::sql
