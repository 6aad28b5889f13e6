#include "tests/support/memory_store.hpp"

#include "tests/support/memory_writer.hpp"

namespace parley::test {

namespace {

class memory_reader final : public storage::reader {
public:
  explicit memory_reader(memory_store& store) : committed_(store) {}

  memory_users& users() override { return users_; }
  memory_profiles& profiles() override { return profiles_; }
  memory_blocks& blocks() override { return blocks_; }
  memory_tokens& tokens() override { return tokens_; }
  memory_rooms& rooms() override { return rooms_; }
  memory_members& members() override { return members_; }
  memory_notifications& notifications() override { return notifications_; }
  memory_messages& messages() override { return messages_; }
  memory_read_marks& read_marks() override { return read_marks_; }
  memory_tasks& tasks() override { return tasks_; }
  memory_videos& videos() override { return videos_; }
  memory_uploads& uploads() override { return uploads_; }
  memory_files& files() override { return files_; }
  memory_webhooks& webhooks() override { return webhooks_; }

  void ping() override {}

private:
  class committed final : public memory_view {
  public:
    explicit committed(memory_store& store) : store_(store) {}

    const memory_state& state() const override {
      store_.count(store_call::read);
      return store_.committed;
    }
    void missed_found() const override { store_.after_find_missed(); }

  private:
    memory_store& store_;
  };

  committed committed_;
  memory_users users_{committed_};
  memory_profiles profiles_{committed_};
  memory_blocks blocks_{committed_};
  memory_tokens tokens_{committed_};
  memory_rooms rooms_{committed_};
  memory_members members_{committed_};
  memory_notifications notifications_{committed_};
  memory_messages messages_{committed_};
  memory_read_marks read_marks_{committed_};
  memory_tasks tasks_{committed_};
  memory_videos videos_{committed_};
  memory_uploads uploads_{committed_};
  memory_files files_{committed_};
  memory_webhooks webhooks_;
};

} // namespace

void memory_state::start_after(room_id room, message_id message, video_id video) {
  last_room_ = room.value;
  last_message_ = message.value;
  last_video_ = video.value;
}

room_id memory_state::next_room() {
  return room_id{++last_room_};
}

message_id memory_state::next_message() {
  if (reserved_ > 0)
    return message_id{reserved_++};
  last_message_ = std::max(last_message_, messages.empty() ? 0 : messages.back().id.value) + 1;
  return message_id{last_message_};
}

video_id memory_state::next_video() {
  return video_id{++last_video_};
}

notification_id memory_state::next_notification() {
  return notification_id{notifications.empty() ? 1 : notifications.rbegin()->first.value + 1};
}

message_id memory_state::last_message(room_id room) const {
  message_id out;
  for (const auto& x : messages)
    if (x.room == room)
      out = x.id;
  return out;
}

bool memory_state::is_active(room_id room) const {
  const auto last = std::find_if(activity.rbegin(), activity.rend(), [room](const auto& x) { return x.first == room; });
  return last != activity.rend() && last->second;
}

user_brief memory_state::brief(user_id id) const {
  auto it = users.find(id);
  if (it == users.end())
    return {id, {}, std::nullopt};
  return {id, it->second.username, it->second.avatar_url};
}

const notification* memory_state::pending(room_id room, user_id candidate) const {
  for (const auto& [id, x] : notifications)
    if (x.room == room && x.candidate() == candidate && !x.answered())
      return &x;
  return nullptr;
}

std::unique_ptr<storage::reader> memory_store::open_reader() {
  return std::make_unique<memory_reader>(*this);
}

std::unique_ptr<storage::writer> memory_store::open_writer() {
  return std::make_unique<memory_writer>(*this);
}

void memory_store::count(store_call what) {
  if (before)
    before(what);
  auto it = failures_.find(what);
  if (it != failures_.end() && --it->second == 0) {
    failures_.erase(it);
    throw storage::storage_error("told to fail");
  }
}

user_id memory_store::add_user(const std::string& name) {
  user_id id{static_cast<std::int64_t>(committed.users.size()) + 2}; // 1 is `anonymous`, who is not listed
  committed.users[id] = {id, name, name + "@example.org", std::nullopt, user_role::user, {}};
  return id;
}

room_id memory_store::add_room(user_id owner, const room_config& config) {
  const auto id = committed.next_room();
  committed.rooms[id] = {id, "room", {}, owner, config, {}};
  add_member(id, owner, member_role::owner);
  return id;
}

void memory_store::add_member(room_id room, user_id user, member_role role) {
  committed.rooms.at(room).members += committed.members.contains({room, user}) ? 0 : 1;
  committed.members[{room, user}] = {user, role, std::nullopt, {}, committed.last_message(room)};
}

message_id memory_store::add_message(room_id room, user_id sender, const std::string& content) {
  auto& all = committed.messages;
  const auto id = committed.next_message();
  all.push_back(
    {id, room, sender, committed.users.at(sender).username, content, message_type::text, {}, {}, false, {}});
  return id;
}

notification_id memory_store::add_notification(notification_kind kind, room_id room, user_id receiver, user_id from,
                                               const std::string& token) {
  const auto id = committed.next_notification();
  committed.notifications[id] = {.id = id,
                                 .receiver = receiver,
                                 .kind = kind,
                                 .status = notification_status::unread,
                                 .room = room,
                                 .room_name = committed.rooms.at(room).name,
                                 .from = committed.brief(from),
                                 .token = token,
                                 .created_at = {}};
  return id;
}

file_id memory_store::add_file(room_id room, user_id by, std::optional<std::int64_t> width) {
  const file_id id{std::ssize(committed.files) + 1};
  attachment value{.id = id,
                   .room = room,
                   .name = "file",
                   .content_type = "text/plain",
                   .size = 1,
                   .width = width,
                   .height = width,
                   .uploaded_by = by};
  committed.files[id] = {std::move(value), "on disk " + std::to_string(id.value), std::nullopt};
  return id;
}

video_id memory_store::add_video(room_id room, user_id by, const std::string& title) {
  const auto id = committed.next_video();
  const std::string url = "https://example.org/" + title;
  committed.videos[id] = {{id, room, title, video_kind::url, url, std::nullopt, std::nullopt, by, {}}, {}};
  return id;
}

} // namespace parley::test
