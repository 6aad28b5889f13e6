// Filling a trial database through the port.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {

content_seal seal_by(std::string_view key) {
  return [key = std::string(key)](std::string_view text) {
    return key + std::to_string(std::hash<std::string_view>{}(text));
  };
}

void storage_suite::SetUp() {
  trial_ = GetParam().make();
  database_ = open_database(trial_->url(), durability::full, seal_by("key A"));
  database_->migrate(noon);
  writer_ = database_->open_writer();
  reader_ = database_->open_reader();
}

user_id storage_suite::add_user(const std::string& name) {
  return commit([&] {
           return writer_->users().create({.username = name,
                                           .email = name + "@example.org",
                                           .password_hash = "hash of " + name,
                                           .role = user_role::user,
                                           .created_at = noon});
         })
    .value()
    .id;
}

room_id storage_suite::add_room(user_id owner, const std::string& name, const room_config& config) {
  return commit([&] { return writer_->rooms().create(owner, {name, "about " + name, config}, noon); }).id;
}

void storage_suite::join(room_id room, user_id user, member_role role) {
  const auto joined = commit([&] { return writer_->members().add(room, user, role, noon); });
  ASSERT_TRUE(joined);
}

message_id storage_suite::post(room_id room, user_id sender, const std::string& content) {
  return append({draft(room, sender, content)}).at(0).value().value.id;
}

std::vector<result<appended>> storage_suite::append(const std::vector<message_draft>& drafts) {
  return commit([&] { return writer_->messages().append(drafts); });
}

void storage_suite::mark_deleted(message_id id) {
  EXPECT_TRUE(commit([&] { return writer_->messages().remove(id); }));
}

void storage_suite::mark_read(room_id room, user_id user, message_id last) {
  EXPECT_EQ(commit([&] { return writer_->read_marks().raise(room, user, last); }).last_read, last);
}

result<notification> storage_suite::ask(notification_kind kind, room_id room, user_id receiver, user_id from,
                                        timestamp at) {
  return commit([&] {
    return writer_->notifications().add(
      {.kind = kind, .receiver = receiver, .from = from, .room = room, .token = "secret", .created_at = at});
  });
}

new_video storage_suite::link_to(room_id room, user_id by, const std::string& title) {
  return {.room = room,
          .title = title,
          .kind = video_kind::url,
          .url = "https://example.org/" + title,
          .file = {},
          .size = {},
          .content_type = {},
          .uploaded_by = by,
          .created_at = noon};
}

message_draft storage_suite::draft(room_id room, user_id sender, const std::string& content,
                                   std::optional<std::string> client_msg_id, timestamp at) {
  return {.room = room,
          .sender = {sender, "name at sending", std::nullopt},
          .post = {content, message_type::text, std::move(client_msg_id)},
          .sent_at = at};
}

} // namespace parley::storage::testing
