#include "protocol/error_code.hpp"
#include "tests/protocol/printing.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace parley {
namespace {

// The wire contract §1, with the statuses of its tables: the code must say the same.
const std::map<std::string_view, int> contract{
  {"bad_json", 400},
  {"bad_request", 400},
  {"bad_message", 400},
  {"auth_required", 401},
  {"invalid_token", 401},
  {"token_expired", 401},
  {"auth_failed", 401},
  {"bad_credentials", 401},
  {"wrong_password", 403},
  {"forbidden", 403},
  {"admin_only", 403},
  {"owner_only", 403},
  {"moderator_only", 403},
  {"not_a_member", 403},
  {"user_blocked", 403},
  {"invitation_declined", 403},
  {"banned", 403},
  {"muted", 403},
  {"invite_only", 403},
  {"sender_only", 403},
  {"bad_token", 403},
  {"not_task_owner", 403},
  {"sync_forbidden", 403},
  {"not_found", 404},
  {"user_not_found", 404},
  {"room_not_found", 404},
  {"message_not_found", 404},
  {"notification_not_found", 404},
  {"task_not_found", 404},
  {"video_not_found", 404},
  {"file_not_found", 404},
  {"file_too_large", 413},
  {"method_not_allowed", 405},
  {"request_timeout", 408},
  {"username_taken", 409},
  {"email_taken", 409},
  {"owner_cannot_leave", 409},
  {"already_member", 409},
  {"already_pending", 409},
  {"already_answered", 409},
  {"upload_conflict", 409},
  {"client_id_taken", 409},
  {"client_msg_id_reused", 409},
  {"sync_conflict", 409},
  {"not_joined", 409},
  {"gone", 410},
  {"payload_too_large", 413},
  {"unsupported_media_type", 415},
  {"range_not_satisfiable", 416},
  {"sessions_not_found", 404},
  {"webhook_not_found", 404},
  {"webhook_configured", 409},
  {"validation_failed", 422},
  {"bad_image", 422},
  {"unknown_type", 422},
  {"upgrade_required", 426},
  {"rate_limited", 429},
  {"head_too_large", 431},
  {"internal", 500},
  {"draining", 503},
  {"server_full", 503},
};

TEST(the_catalogue, holds_exactly_the_codes_of_the_contract) {
  std::map<std::string_view, int> known;
  for (error_code x : all_error_codes())
    known.emplace(name(x), http_status(x));
  EXPECT_EQ(known, contract);
  EXPECT_EQ(all_error_codes().size(), contract.size());
  EXPECT_EQ(all_error_codes().back(), error_code::webhook_configured);
}

template <class Key>
void expect_texts_in_each_language(Key x) {
  std::set<std::string_view> texts;
  for (language lang : all_languages) {
    EXPECT_FALSE(text(x, lang).empty());
    texts.insert(text(x, lang));
  }
  EXPECT_EQ(texts.size(), all_languages.size()) << text(x, language::en);
}

TEST(the_catalogue, has_a_text_of_its_own_in_each_language_for_every_code) {
  for (error_code x : all_error_codes())
    expect_texts_in_each_language(x);
}

TEST(the_catalogue, has_a_text_of_its_own_in_each_language_for_every_fault) {
  EXPECT_EQ(all_faults().back(), fault::not_a_webhook_secret);
  for (fault x : all_faults())
    expect_texts_in_each_language(x);
}

TEST(the_catalogue, has_a_text_of_its_own_in_each_language_for_every_phrase) {
  expect_texts_in_each_language(phrase::connected);
  expect_texts_in_each_language(phrase::message_sent);
  expect_texts_in_each_language(phrase::websocket_connected);
  expect_texts_in_each_language(phrase::test_connected);
}

TEST(the_catalogue, tells_codes_apart_in_each_language) {
  for (language lang : all_languages) {
    std::set<std::string_view> texts;
    for (error_code x : all_error_codes())
      EXPECT_TRUE(texts.insert(text(x, lang)).second) << name(x);
  }
}

TEST(the_catalogue, says_what_the_contract_quotes) {
  EXPECT_EQ(text(error_code::room_not_found, language::zh), "房间不存在");
  EXPECT_EQ(text(phrase::connected, language::zh), "连接成功");
  EXPECT_EQ(text(phrase::message_sent, language::zh), "消息发送成功");
  EXPECT_EQ(text(phrase::websocket_connected, language::zh), "WebSocket连接成功");
}

TEST(the_catalogue, writes_each_language_in_its_own_script) {
  for (error_code x : all_error_codes()) {
    for (char c : text(x, language::en))
      EXPECT_LT(static_cast<unsigned char>(c), 0x80) << name(x);
    EXPECT_NE(text(x, language::ru).find("\xd0"), std::string_view::npos) << name(x); // Cyrillic
  }
}

TEST(every_code, has_a_status_with_a_reason_phrase) {
  const auto unknown = reason_phrase(599);
  EXPECT_FALSE(unknown.empty());
  for (error_code x : all_error_codes())
    EXPECT_NE(reason_phrase(http_status(x)), unknown) << name(x);
  EXPECT_EQ(reason_phrase(404), "Not Found");
  EXPECT_EQ(reason_phrase(422), "Unprocessable Content");
}

} // namespace
} // namespace parley
