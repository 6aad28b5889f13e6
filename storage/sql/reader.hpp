// The questions of `storage::reader`, for a connection that only reads and for one that writes as well.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/blocks.hpp"
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

namespace parley::storage::sql {

/// Implements the reading part of `Port` (`reader` or `writer`). Inside a writer's transaction it sees the changes.
template <class Port>
class answers : public Port {
public:
  answers(std::shared_ptr<const dialect> kind, access how) : link_(std::move(kind), how) {}

  std::optional<user> find_user(user_id id) override { return users_.find(id); }
  std::optional<credentials> find_credentials(std::string_view login) override {
    return users_.find_credentials(login);
  }
  std::optional<credentials> find_credentials(user_id id) override { return users_.find_credentials(id); }
  std::optional<own_profile> find_profile(user_id id) override { return profiles_.find(id); }
  bool has_blocked(user_id by, user_id whom) override { return blocks_.has(by, whom); }
  page<user_brief> find_blocks(user_id by, page_request at) override { return blocks_.list(by, at); }
  std::int64_t count_blocks(user_id by) override { return blocks_.count(by); }
  revocations find_revocations(timestamp now) override { return tokens_.find_revocations(now); }
  page<user_brief> find_users(std::string_view search, page_request at) override { return users_.list(search, at); }

  std::optional<room_state> find_room(room_id id) override {
    const snapshot state(link_);
    auto out = rooms_.find(id);
    if (out)
      out->watching = playback_.find(id);
    return out;
  }
  std::optional<room_access> find_access(room_id room, user_id user) override { return rooms_.find_access(room, user); }
  page<room> find_rooms(user_id user, room_scope scope, std::string_view search, page_request at) override {
    return rooms_.list(user, scope, search, at);
  }
  std::vector<member_view> find_members(room_id room) override { return members_.list(room); }
  page<user_brief> find_bans(room_id room, page_request at) override { return members_.bans(room, at); }

  page<notification> find_notifications(user_id receiver, std::optional<notification_status> status,
                                        page_request at) override {
    return notifications_.list(receiver, status, at);
  }
  std::optional<notification> find_notification(notification_id id) override { return notifications_.find(id); }

  std::int64_t count_rejections(room_id room, user_id from, user_id by, timestamp since) override {
    return notifications_.count_rejections(room, from, by, since);
  }

  std::optional<message> find_message(message_id id) override { return messages_.find(id); }
  history_page find_messages(room_id room, message_id visible_after, history_request at) override {
    return messages_.list(room, visible_after, at);
  }
  std::vector<message> find_missed(room_id room, message_id after, std::size_t limit) override {
    return messages_.list_after(room, after, static_cast<integer>(limit));
  }
  page<user_brief> find_readers(room_id room, message_id id, page_request at) override {
    return read_marks_.readers(room, id, at);
  }

  std::optional<owned_task> find_task(std::string_view connection) override { return tasks_.find(connection); }

  std::optional<stored_video> find_video(video_id id) override { return videos_.find(id); }
  page<video> find_videos(room_id room, page_request at) override { return videos_.list(room, at); }
  std::optional<upload> find_upload(std::string_view id) override { return uploads_.find(id); }
  std::optional<upload> find_whole_upload(user_id user, std::string_view concat) override {
    return uploads_.find_whole(user, concat);
  }
  std::vector<upload> find_stale_uploads(timestamp limit) override { return uploads_.stale(limit); }
  std::int64_t count_uploads(user_id user) override { return uploads_.count(user); }
  std::vector<std::string> find_video_files() override { return videos_.files(); }

  void ping() override { ping_.one(); }

protected:
  connection link_; // first: the statements below end before it does
  user_queries users_{link_};
  block_queries blocks_{link_};
  notification_queries notifications_{link_};
  profile_queries profiles_{link_, users_, notifications_};
  token_queries tokens_{link_};
  room_queries rooms_{link_};
  member_queries members_{link_};
  message_queries messages_{link_};
  read_mark_queries read_marks_{link_};
  task_queries tasks_{link_};
  video_queries videos_{link_};
  upload_queries uploads_{link_};
  playback_queries playback_{link_, videos_};
  query<scalar<integer>> ping_{link_, "SELECT COUNT(*) FROM schema_migrations", {}};
};

class sql_reader final : public answers<reader> {
public:
  explicit sql_reader(std::shared_ptr<const dialect> kind) : answers(std::move(kind), access::read) {}
};

} // namespace parley::storage::sql
