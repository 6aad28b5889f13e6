// Filling a trial database through the port, and past it where the port has no call yet.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {

void storage_suite::SetUp() {
  trial_ = GetParam().make();
  database_ = open_database(trial_->url(), durability::full);
  database_->migrate(noon);
  writer_ = database_->open_writer();
  reader_ = database_->open_reader();
}

user_id storage_suite::add_user(const std::string& name) {
  return commit([&] {
           return writer_->create_user({.username = name,
                                        .email = name + "@example.org",
                                        .password_hash = "hash of " + name,
                                        .role = user_role::user,
                                        .created_at = noon});
         })
    .value()
    .id;
}

room_id storage_suite::add_room(user_id owner, const std::string& name, const room_config& config) {
  return commit([&] { return writer_->create_room(owner, {name, "about " + name, config}, noon); }).id;
}

void storage_suite::join(room_id room, user_id user, member_role role) {
  const auto joined = commit([&] { return writer_->add_member(room, user, role, noon); });
  ASSERT_TRUE(joined);
}

message_id storage_suite::post(room_id room, user_id sender, const std::string& content) {
  return append({draft(room, sender, content)}).at(0).value().value.id;
}

std::vector<result<appended>> storage_suite::append(const std::vector<message_draft>& drafts) {
  return commit([&] { return writer_->append(drafts); });
}

void storage_suite::mark_deleted(message_id id) {
  trial_->execute("UPDATE messages SET deleted = 1 WHERE id = " + std::to_string(id.value));
}

void storage_suite::mark_read(room_id room, user_id user, message_id last) {
  trial_->execute("INSERT INTO read_marks (room_id, user_id, last_read_id) VALUES (" + std::to_string(room.value) +
                  ", " + std::to_string(user.value) + ", " + std::to_string(last.value) + ")");
}

message_draft storage_suite::draft(room_id room, user_id sender, const std::string& content,
                                   std::optional<std::string> client_msg_id, timestamp at) {
  return {.room = room,
          .sender = {sender, "name at sending", std::nullopt},
          .post = {content, message_type::text, std::move(client_msg_id)},
          .sent_at = at};
}

} // namespace parley::storage::testing
