// The fixture of the storage suite: a migrated database with its writer and a reader, and short ways to fill it.
#pragma once

#include "storage/ports.hpp"
#include "tests/storage/backend.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace parley::storage::testing {

using namespace std::chrono_literals;

inline constexpr timestamp noon{std::chrono::milliseconds{1'800'000'000'123}};

/// Five characters that name the key, and something that depends on the text.
content_seal seal_by(std::string_view key);

class storage_suite : public ::testing::TestWithParam<backend> {
protected:
  void SetUp() override;

  /// Runs `step` in one transaction.
  template <class Step>
  auto commit(Step&& step) {
    writer_->begin();
    if constexpr (std::is_void_v<decltype(step())>) {
      step();
      writer_->commit();
    } else {
      auto out = step();
      writer_->commit();
      return out;
    }
  }

  user_id add_user(const std::string& name);
  room_id add_room(user_id owner, const std::string& name = "room", const room_config& config = {});
  void join(room_id room, user_id user, member_role role = member_role::member);
  message_id post(room_id room, user_id sender, const std::string& content);
  std::vector<result<appended>> append(const std::vector<message_draft>& drafts);
  void mark_deleted(message_id id);
  void mark_read(room_id room, user_id user, message_id last);
  result<notification> ask(notification_kind kind, room_id room, user_id receiver, user_id from, timestamp at = noon);

  static message_draft draft(room_id room, user_id sender, const std::string& content,
                             std::optional<std::string> client_msg_id = std::nullopt, timestamp at = noon);
  static new_video link_to(room_id room, user_id by, const std::string& title);

  std::unique_ptr<trial_database> trial_;
  std::unique_ptr<database> database_;
  std::unique_ptr<writer> writer_;
  std::unique_ptr<reader> reader_;
};

/// The names on a page of users.
inline std::vector<std::string> usernames(const page<user_brief>& users) {
  std::vector<std::string> out;
  for (const auto& x : users.items)
    out.push_back(x.username);
  return out;
}

template <class T>
std::vector<std::string> contents(const T& messages) {
  std::vector<std::string> out;
  for (const auto& x : messages)
    out.push_back(x.content);
  return out;
}

} // namespace parley::storage::testing
