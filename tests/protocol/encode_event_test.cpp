#include "protocol/events.hpp"
#include "tests/protocol/generators.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <utility>

namespace parley {
namespace {

using nlohmann::json;

constexpr timestamp noon{std::chrono::milliseconds{1'795'228'685'123}};
constexpr moment even_noon{noon.time_since_epoch()};

message_posted posted() {
  message_posted out;
  out.value.id = message_id{9};
  out.value.room = room_id{3};
  out.value.sender = user_id{2};
  out.value.sender_username = "alice";
  out.value.content = "你好";
  out.value.sent_at = noon;
  return out;
}

TEST(a_posted_message, is_a_room_message_in_the_envelope) {
  EXPECT_EQ(encode_envelope(posted()),
            R"({"type":"room_message","payload":{"id":9,"room_id":3,"sender_id":2,"sender_username":"alice",)"
            R"("content":"你好","message_type":"text","timestamp":"2026-11-21T02:38:05.123Z","edited_at":null,)"
            R"("deleted":false,"client_msg_id":null,"attachments":[]}})");
}

TEST(a_posted_message, is_a_chat_message_without_its_room_when_flat) {
  EXPECT_EQ(encode_flat(posted()), R"({"type":"chat_message","message":{"id":9,"content":"你好","message_type":"text",)"
                                   R"("timestamp":"2026-11-21T02:38:05.123Z","sender":{"id":2,"username":"alice"}}})");
}

TEST(a_posted_message, shows_what_is_set) {
  auto event = posted();
  event.replayed = true;
  event.value.client_msg_id = "c\"1";
  event.value.edited_at = noon + std::chrono::milliseconds{1};
  event.value.type = message_type::system;
  EXPECT_EQ(
    encode_envelope(event),
    R"({"type":"room_message","payload":{"id":9,"room_id":3,"sender_id":2,"sender_username":"alice",)"
    R"("content":"你好","message_type":"system","timestamp":"2026-11-21T02:38:05.123Z",)"
    R"("edited_at":"2026-11-21T02:38:05.124Z","deleted":false,"client_msg_id":"c\"1","attachments":[],"replayed":true}})");
  EXPECT_EQ(encode_flat(event),
            R"({"type":"chat_message","message":{"id":9,"content":"你好","message_type":"system",)"
            R"("timestamp":"2026-11-21T02:38:05.123Z","sender":{"id":2,"username":"alice"},"client_msg_id":"c\"1"}})");
}

TEST(a_posted_message, that_was_deleted_has_no_content) {
  auto event = posted();
  event.value.deleted = true;
  const auto payload = json::parse(encode_envelope(event)).at("payload");
  EXPECT_EQ(payload.at("content"), "");
  EXPECT_EQ(payload.at("deleted"), true);
  EXPECT_EQ(json::parse(encode_flat(event)).at("message").at("content"), "");
}

RC_GTEST_PROP(a_posted_message, of_any_text_parses_back_in_both_shapes, ()) {
  auto event = posted();
  event.value.content = *test::utf8_text();
  event.value.sender_username = *test::utf8_text();
  event.value.client_msg_id = *test::utf8_text();
  const auto payload = json::parse(encode_envelope(event)).at("payload");
  RC_ASSERT(payload.at("content").get<std::string>() == event.value.content);
  RC_ASSERT(payload.at("sender_username").get<std::string>() == event.value.sender_username);
  RC_ASSERT(payload.at("client_msg_id").get<std::string>() == *event.value.client_msg_id);
  const auto flat = json::parse(encode_flat(event)).at("message");
  RC_ASSERT(flat.at("content").get<std::string>() == event.value.content);
  RC_ASSERT(flat.at("sender").at("username").get<std::string>() == event.value.sender_username);
  RC_ASSERT(flat.at("client_msg_id").get<std::string>() == *event.value.client_msg_id);
}

const user_brief alice{user_id{2}, "alice", "/avatars/x.png"};

TEST(typing, names_the_user_without_the_avatar) {
  const room_event event = typing_changed{room_id{3}, alice, true};
  EXPECT_EQ(encode_envelope(event),
            R"({"type":"typing","payload":{"room_id":3,"user":{"id":2,"username":"alice"},"is_typing":true}})");
  EXPECT_EQ(encode_flat(event), R"({"type":"typing","user":{"id":2,"username":"alice"},"is_typing":true})");
}

TEST(a_guest_with_a_name, is_shown_by_it_beside_anonymous) {
  const user_brief nobody{anonymous_user, std::string(anonymous_name), {}};
  const json zoe{{"id", 1}, {"username", "anonymous"}, {"guest_name", "Zoë"}};
  const room_event types = typing_changed{room_id{3}, nobody, true, "Zoë"};
  const room_event came = presence_changed{room_id{3}, nobody, true, 4, "Zoë"};
  for (const auto& x : {types, came}) {
    EXPECT_EQ(json::parse(encode_envelope(x))["payload"]["user"], zoe);
    EXPECT_EQ(json::parse(encode_flat(x))["user"], zoe);
  }
  auto said = posted();
  said.value.sender = anonymous_user;
  said.value.sender_username = anonymous_name;
  said.guest_name = "Zoë";
  EXPECT_EQ(json::parse(encode_flat(said))["message"]["sender"], zoe);
  EXPECT_EQ(json::parse(encode_envelope(said))["payload"]["guest_name"], "Zoë");
  EXPECT_EQ(json::parse(encode_envelope(said))["payload"]["sender_username"], "anonymous");
}

TEST(presence, is_join_and_leave_when_flat) {
  const room_event here = presence_changed{room_id{3}, alice, true, 4};
  const room_event gone = presence_changed{room_id{3}, alice, false, 3};
  EXPECT_EQ(encode_envelope(here), R"({"type":"presence","payload":{"room_id":3,"user":{"id":2,"username":"alice"},)"
                                   R"("status":"online","active_users":4}})");
  EXPECT_EQ(encode_envelope(gone), R"({"type":"presence","payload":{"room_id":3,"user":{"id":2,"username":"alice"},)"
                                   R"("status":"offline","active_users":3}})");
  EXPECT_EQ(encode_flat(here), R"({"type":"user_join","user":{"id":2,"username":"alice"}})");
  EXPECT_EQ(encode_flat(gone), R"({"type":"user_leave","user":{"id":2,"username":"alice"}})");
}

TEST(an_updated_room, shows_all_of_it) {
  room value;
  value.id = room_id{3};
  value.name = "Чат";
  value.description = "d";
  value.owner = user_id{2};
  value.config.join = join_policy::open;
  value.created_at = noon;
  value.members = 6;
  const std::string members =
    R"("id":3,"name":"Чат","description":"d","owner_id":2,"is_active":true,"active_users":5,"member_count":6,)"
    R"("config":{"is_public":false,"join_policy":"open","history":"all","allow_guests":false,"sync_mode":"owner"},)"
    R"("created_at":"2026-11-21T02:38:05.123Z")";
  const room_event event = room_updated{value, occupancy{5}};
  EXPECT_EQ(encode_envelope(event), R"({"type":"room_updated","payload":{)" + members + "}}");
  EXPECT_EQ(encode_flat(event), R"({"type":"room_updated",)" + members + "}");
}

TEST(a_closed_room, is_named) {
  EXPECT_EQ(encode_envelope(room_closed{room_id{3}}), R"({"type":"room_closed","payload":{"room_id":3}})");
  EXPECT_EQ(encode_flat(room_closed{room_id{3}}), R"({"type":"room_closed","room_id":3})");
}

TEST(an_edited_message, is_a_message_in_the_envelope_and_the_chat_shape_when_flat) {
  message_edited event{posted().value};
  event.value.edited_at = noon + std::chrono::milliseconds{1};
  event.value.client_msg_id = "c1";
  EXPECT_EQ(encode_envelope(event),
            R"({"type":"message_edited","payload":{"id":9,"room_id":3,"sender_id":2,"sender_username":"alice",)"
            R"("content":"你好","message_type":"text","timestamp":"2026-11-21T02:38:05.123Z",)"
            R"("edited_at":"2026-11-21T02:38:05.124Z","deleted":false,"client_msg_id":"c1","attachments":[]}})");
  EXPECT_EQ(encode_flat(event),
            R"({"type":"message_edited","message":{"id":9,"content":"你好","message_type":"text",)"
            R"("timestamp":"2026-11-21T02:38:05.123Z","sender":{"id":2,"username":"alice"},"client_msg_id":"c1",)"
            R"("edited_at":"2026-11-21T02:38:05.124Z"}})");
}

TEST(a_deleted_message, is_named) {
  const room_event event = message_deleted{message_id{9}, room_id{3}};
  EXPECT_EQ(encode_envelope(event), R"({"type":"message_deleted","payload":{"id":9,"room_id":3}})");
  EXPECT_EQ(encode_flat(event), R"({"type":"message_deleted","id":9,"room_id":3})");
}

TEST(a_read_message, says_how_far_who_has_read) {
  const room_event event = message_read{{room_id{3}, user_id{2}, message_id{9}}};
  EXPECT_EQ(encode_envelope(event), R"({"type":"message_read","payload":{"room_id":3,"user_id":2,"last_read_id":9}})");
  EXPECT_EQ(encode_flat(event), R"({"type":"message_read","room_id":3,"user_id":2,"last_read_id":9})");
}

TEST(playback, of_nothing_has_nulls) {
  sync_state value;
  value.room = room_id{3};
  value.at = even_noon;
  const std::string members =
    R"("room_id":3,"version":0,"video":null,"state":"paused","position_s":0,"rate":1,"server_time_ms":1795228685123,)"
    R"("by":null,"waiting_for":[])";
  EXPECT_EQ(encode_envelope(sync_changed{value}), R"({"type":"sync_state","payload":{)" + members + "}}");
  EXPECT_EQ(encode_flat(sync_changed{value}), R"({"type":"sync_state",)" + members + "}");
}

TEST(playback, shows_all_of_it) {
  sync_state value;
  value.room = room_id{3};
  value.version = 12;
  value.watched = video{video_id{4},  room_id{3}, "T", video_kind::url, "https://a.example/v", std::nullopt,
                        std::nullopt, user_id{2}, noon};
  value.playing = true;
  value.position_s = 12.345;
  value.rate = 1.25;
  value.at = even_noon;
  value.by = user_id{2};
  value.waiting_for = {user_id{5}, user_id{6}};
  EXPECT_EQ(encode_envelope(sync_changed{value}),
            R"({"type":"sync_state","payload":{"room_id":3,"version":12,"video":{"id":4,"room_id":3,"title":"T",)"
            R"("kind":"url","url":"https://a.example/v","size":null,"content_type":null,"uploaded_by":2,)"
            R"("created_at":"2026-11-21T02:38:05.123Z"},"state":"playing","position_s":12.345,"rate":1.25,)"
            R"("server_time_ms":1795228685123,"by":2,"waiting_for":[5,6]}})");
}

TEST(a_member, is_told_of_in_both_shapes) {
  const member_news news{room_id{3}, {user_id{2}, "alice", "/avatars/a.png"}, member_role::moderator, noon};
  const std::string members =
    R"("room_id":3,"user":{"id":2,"username":"alice","avatar_url":"/avatars/a.png"},"role":"moderator",)"
    R"("muted_until":"2026-11-21T02:38:05.123Z")";
  const std::pair<const char*, room_event> all[]{{"member_joined", member_joined{news}},
                                                 {"member_left", member_left{news}},
                                                 {"member_changed", member_changed{news}}};
  for (const auto& [type, event] : all) {
    EXPECT_EQ(encode_envelope(event), std::string(R"({"type":")") + type + R"(","payload":{)" + members + "}}");
    EXPECT_EQ(encode_flat(event), std::string(R"({"type":")") + type + "\"," + members + "}");
  }
}

TEST(a_change_that_was_missed, says_that_it_is_told_again) {
  message changed;
  changed.id = message_id{5};
  EXPECT_EQ(encode_envelope(message_deleted{message_id{5}, room_id{3}, true}),
            R"({"type":"message_deleted","payload":{"id":5,"room_id":3,"replayed":true}})");
  EXPECT_NE(encode_envelope(message_edited{changed, true}).find(R"("attachments":[],"replayed":true}})"),
            std::string::npos);
  EXPECT_EQ(encode_envelope(message_edited{changed}).find("replayed"), std::string::npos);
}

} // namespace
} // namespace parley
