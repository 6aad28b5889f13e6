// The tables of a connection that only reads.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/blocks.hpp"
#include "storage/sql/files.hpp"
#include "storage/sql/members.hpp"
#include "storage/sql/messages.hpp"
#include "storage/sql/notifications.hpp"
#include "storage/sql/playback.hpp"
#include "storage/sql/profile.hpp"
#include "storage/sql/read_marks.hpp"
#include "storage/sql/rooms.hpp"
#include "storage/sql/tasks.hpp"
#include "storage/sql/tokens.hpp"
#include "storage/sql/uploads.hpp"
#include "storage/sql/users.hpp"
#include "storage/sql/videos.hpp"
#include "storage/sql/webhooks.hpp"

namespace parley::storage::sql {

/// Not thread-safe.
class sql_reader final : public reader {
public:
  explicit sql_reader(const std::shared_ptr<const dialect>& kind) : link_(kind, access::read) {}

  user_queries& users() override { return users_; }
  profile_queries& profiles() override { return profiles_; }
  block_queries& blocks() override { return blocks_; }
  token_queries& tokens() override { return tokens_; }
  room_queries& rooms() override { return rooms_; }
  member_queries& members() override { return members_; }
  notification_queries& notifications() override { return notifications_; }
  message_queries& messages() override { return messages_; }
  read_mark_queries& read_marks() override { return read_marks_; }
  task_queries& tasks() override { return tasks_; }
  video_queries& videos() override { return videos_; }
  upload_queries& uploads() override { return uploads_; }
  file_queries& files() override { return files_; }
  webhook_queries& webhooks() override { return webhooks_; }

  void ping() override { ping_.one(); }
  standby find_standby() override { return link_.find_standby(); }

private:
  connection link_; // first: the statements below end before it does
  user_queries users_{link_};
  block_queries blocks_{link_};
  token_queries tokens_{link_};
  video_queries videos_{link_};
  playback_queries playback_{link_, videos_};
  room_queries rooms_{link_, playback_};
  member_queries members_{link_};
  notification_queries notifications_{link_};
  file_queries files_{link_};
  profile_queries profiles_{link_, users_, notifications_, files_};
  message_queries messages_{link_, files_};
  read_mark_queries read_marks_{link_};
  task_queries tasks_{link_};
  upload_queries uploads_{link_};
  webhook_queries webhooks_{link_};
  ping_query ping_{link_};
};

} // namespace parley::storage::sql
