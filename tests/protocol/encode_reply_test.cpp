#include "protocol/events.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace parley {
namespace {

constexpr timestamp noon{std::chrono::milliseconds{1'795'228'685'123}};
constexpr moment even_noon{noon.time_since_epoch()};
const user_brief alice{user_id{2}, "alice", "/avatars/x.png"};

std::string envelope(const envelope_reply& x, std::string_view id = "") {
  return encode_envelope(x, id, language::en);
}

std::string flat(const flat_reply& x) {
  return encode_flat(x, language::en);
}

// -- the envelope ------------------------------------------------------------------------

TEST(connected, says_who_the_client_is) {
  EXPECT_EQ(envelope(connected_reply{connection_id{5}, auth_status::authenticated, alice, 30'000, noon}),
            R"({"type":"connected","payload":{"connection_id":5,"auth_status":"authenticated",)"
            R"("user":{"id":2,"username":"alice"},"heartbeat_ms":30000,"server_time":"2026-11-21T02:38:05.123Z"}})");
}

TEST(connected, has_no_user_for_a_guest) {
  EXPECT_EQ(envelope(connected_reply{connection_id{5}, auth_status::guest, std::nullopt, 30'000, noon}),
            R"({"type":"connected","payload":{"connection_id":5,"auth_status":"guest","user":null,)"
            R"("heartbeat_ms":30000,"server_time":"2026-11-21T02:38:05.123Z"}})");
}

TEST(pong, repeats_the_clients_timestamp) {
  EXPECT_EQ(envelope(pong_reply{R"({"a":1})", even_noon}, "7"),
            R"({"type":"pong","payload":{"timestamp":{"a":1},"server_time_ms":1795228685123},"id":7})");
  EXPECT_EQ(envelope(pong_reply{"", even_noon}),
            R"({"type":"pong","payload":{"timestamp":null,"server_time_ms":1795228685123}})");
}

TEST(auth_replies, say_how_long) {
  EXPECT_EQ(
    envelope(auth_ok_reply{alice, noon}, R"("q")"),
    R"({"type":"auth_ok","payload":{"user":{"id":2,"username":"alice"},"expires_at":"2026-11-21T02:38:05.123Z"},"id":"q"})");
  EXPECT_EQ(envelope(auth_expiring_reply{noon}),
            R"({"type":"auth_expiring","payload":{"expires_at":"2026-11-21T02:38:05.123Z"}})");
}

TEST(room_joined, says_where_the_room_is) {
  EXPECT_EQ(envelope(room_joined_reply{room_id{3}, 4, message_id{9}, false, std::nullopt}),
            R"({"type":"room_joined","payload":{"room_id":3,"status":"success","active_users":4,)"
            R"("last_message_id":9,"sync":null,"last_change":0,"online":null,"reads":null}})");
}

TEST(room_joined, says_who_is_here_and_has_read_what_where_those_are_few) {
  EXPECT_EQ(envelope(room_joined_reply{room_id{3},
                                       2,
                                       message_id{9},
                                       false,
                                       std::nullopt,
                                       7,
                                       {{user_id{2}, user_id{4}}},
                                       {{read_mark{room_id{3}, user_id{4}, message_id{8}}}}}),
            R"({"type":"room_joined","payload":{"room_id":3,"status":"success","active_users":2,)"
            R"("last_message_id":9,"sync":null,"last_change":7,"online":[2,4],)"
            R"("reads":[{"user_id":4,"last_read_id":8}]}})");
}

TEST(room_joined, has_a_null_for_an_empty_room_and_resync_where_it_is_set) {
  EXPECT_EQ(envelope(room_joined_reply{room_id{3}, 1, message_id{}, true, std::nullopt}),
            R"({"type":"room_joined","payload":{"room_id":3,"status":"success","active_users":1,)"
            R"("last_message_id":null,"sync":null,"last_change":0,"online":null,"reads":null,"resync":true}})");
}

sync_state at_noon() {
  sync_state out;
  out.room = room_id{3};
  out.version = 2;
  out.at = even_noon;
  return out;
}

const std::string at_noon_json = R"({"room_id":3,"version":2,"video":null,"state":"paused","position_s":0,"rate":1,)"
                                 R"("server_time_ms":1795228685123,"by":null,"waiting_for":[]})";

TEST(room_joined, says_what_the_room_watches) {
  EXPECT_EQ(envelope(room_joined_reply{room_id{3}, 4, message_id{9}, false, at_noon()}),
            R"({"type":"room_joined","payload":{"room_id":3,"status":"success","active_users":4,)"
            R"("last_message_id":9,"sync":)" +
              at_noon_json + R"(,"last_change":0,"online":null,"reads":null}})");
}

TEST(activity_of_a_room, shows_the_beginning_of_its_last_message) {
  message last;
  last.id = message_id{9};
  last.sender = alice.id;
  last.sender_username = alice.username;
  last.content = "я" + std::string(200, 'x');
  last.sent_at = noon;
  const std::string beginning = R"({"type":"room_activity","payload":{"room_id":3,"last_message":{"id":9,)"
                                R"("sender":{"id":2,"username":"alice"},"snippet":")";
  const std::string end = R"(","timestamp":"2026-11-21T02:38:05.123Z"},"unread":4}})";
  EXPECT_EQ(envelope(room_activity_reply{room_id{3}, last, 4}), beginning + "я" + std::string(119, 'x') + end);
  last.deleted = true;
  EXPECT_EQ(envelope(room_activity_reply{room_id{3}, last, 4}), beginning + end);
  EXPECT_EQ(envelope(room_activity_reply{room_id{3}, std::nullopt, 0}),
            R"({"type":"room_activity","payload":{"room_id":3,"last_message":null,"unread":0}})");
}

TEST(playback, is_told_to_whoever_asks) {
  EXPECT_EQ(envelope(sync_state_reply{at_noon()}, "5"),
            R"({"type":"sync_state","payload":)" + at_noon_json + R"(,"id":5})");
}

TEST(a_sync_conflict, shows_the_state_as_it_is) {
  EXPECT_EQ(encode_envelope(sync_conflict_reply{at_noon()}, "", language::ru),
            R"({"type":"sync_conflict","payload":{"code":"sync_conflict","message":")" +
              std::string{text(error_code::sync_conflict, language::ru)} + R"(","sync":)" + at_noon_json + "}}");
}

TEST(a_clock_pong, repeats_t0_between_two_times_of_the_server) {
  EXPECT_EQ(envelope(clock_pong_reply{"1.50", even_noon, even_noon + std::chrono::milliseconds{2}}, R"("a")"),
            R"({"type":"clock_pong","payload":{"t0":1.50,"t1":1795228685123,"t2":1795228685125},"id":"a"})");
}

TEST(a_notification, is_pushed_with_its_content) {
  notification x;
  x.id = notification_id{7};
  x.kind = notification_kind::member_invitation;
  x.room = room_id{3};
  x.room_name = "r";
  x.from = alice;
  x.token = "secret";
  x.created_at = noon;
  EXPECT_EQ(envelope(notification_reply{x}),
            R"({"type":"notification","payload":{"id":7,"status":"unread","created_at":"2026-11-21T02:38:05.123Z",)"
            R"("content":{"type":"member_invitation","room_id":3,"room_name":"r","user_id":2,"username":"alice",)"
            R"("token":"secret"}}})");
}

TEST(an_answered_notification, says_who_answered_with_the_avatar) {
  EXPECT_EQ(envelope(notification_answered_reply{notification_id{7}, room_id{3}, notification_status::rejected, alice}),
            R"({"type":"notification_answered","payload":{"id":7,"room_id":3,"status":"rejected",)"
            R"("user":{"id":2,"username":"alice","avatar_url":"/avatars/x.png"}}})");
}

TEST(room_errors, name_the_room_and_the_code) {
  EXPECT_EQ(envelope(room_join_error_reply{room_id{3}, error_code::room_not_found}),
            R"({"type":"room_join_error","payload":{"room_id":3,"status":"failed","message":"No such room",)"
            R"("code":"room_not_found"}})");
  EXPECT_EQ(envelope(room_leave_error_reply{room_id{3}, error_code::not_joined}),
            R"({"type":"room_leave_error","payload":{"room_id":3,"status":"error",)"
            R"("message":"You have not joined this room","code":"not_joined"}})");
}

TEST(room_left, gives_a_reason_where_there_is_one) {
  EXPECT_EQ(envelope(room_left_reply{room_id{3}, ""}),
            R"({"type":"room_left","payload":{"room_id":3,"status":"success"}})");
  EXPECT_EQ(envelope(room_left_reply{room_id{3}, "removed"}),
            R"({"type":"room_left","payload":{"room_id":3,"status":"success","reason":"removed"}})");
}

TEST(message_ack, names_the_stored_message) {
  EXPECT_EQ(envelope(message_ack_reply{message_id{9}, "c1", noon, 3}, "1"),
            R"({"type":"message_ack","payload":{"message_id":9,"client_msg_id":"c1",)"
            R"("timestamp":"2026-11-21T02:38:05.123Z","sent_to_online_users":3},"id":1})");
  EXPECT_EQ(envelope(message_ack_reply{message_id{9}, std::nullopt, noon, 0}),
            R"({"type":"message_ack","payload":{"message_id":9,"client_msg_id":null,)"
            R"("timestamp":"2026-11-21T02:38:05.123Z","sent_to_online_users":0}})");
}

TEST(server_draining, says_when_to_come_back) {
  EXPECT_EQ(envelope(server_draining_reply{1200}),
            R"({"type":"server_draining","payload":{"reconnect_after_ms":1200}})");
  EXPECT_EQ(flat(server_draining_reply{1200}), R"({"type":"server_draining","reconnect_after_ms":1200})");
}

TEST(an_error, has_code_and_text) {
  EXPECT_EQ(envelope(error_reply{error_code::bad_message, std::nullopt}),
            R"({"type":"error","payload":{"code":"bad_message","message":"The message is malformed"}})");
  EXPECT_EQ(flat(error_reply{error_code::bad_message, std::nullopt}),
            R"({"type":"error","message":"The message is malformed","code":"bad_message"})");
}

TEST(an_error, of_an_unknown_type_lists_the_known_ones) {
  EXPECT_EQ(
    envelope(error_reply{error_code::unknown_type, std::nullopt}),
    R"({"type":"error","payload":{"code":"unknown_type","message":"Unknown message type",)"
    R"("supported_types":["ping","auth","join_room","leave_room","send_message","typing","sync_load","sync_play",)"
    R"("sync_pause","sync_seek","sync_rate","sync_buffering","sync_request","clock_ping"]}})");
  EXPECT_EQ(flat(error_reply{error_code::unknown_type, std::nullopt}),
            R"({"type":"error","message":"Unknown message type","code":"unknown_type",)"
            R"("supported_types":["chat_message","typing","user_join","user_leave","ping"]})");
}

TEST(an_error, of_the_rate_limit_says_when_to_try_again) {
  EXPECT_EQ(envelope(error_reply{error_code::rate_limited, 250}),
            R"({"type":"error","payload":{"code":"rate_limited","message":"Too many requests, try again later",)"
            R"("retry_after_ms":250}})");
  EXPECT_EQ(flat(error_reply{error_code::rate_limited, 250}),
            R"({"type":"error","message":"Too many requests, try again later","code":"rate_limited",)"
            R"("retry_after_ms":250})");
}

TEST(every_error, is_encoded_in_every_language) {
  for (language lang : all_languages) {
    for (error_code x : all_error_codes()) {
      const auto payload = nlohmann::json::parse(encode_envelope(error_reply{x, {}}, "", lang)).at("payload");
      EXPECT_EQ(payload.at("code"), std::string{name(x)});
      EXPECT_EQ(payload.at("message"), std::string{text(x, lang)});
    }
  }
}

// -- flat ----------------------------------------------------------------------------------

TEST(connection_established, greets_in_the_clients_language) {
  EXPECT_EQ(encode_flat(connection_established_reply{alice}, language::zh),
            R"({"type":"connection_established","message":"连接成功","user":{"id":2,"username":"alice"}})");
}

TEST(flat_replies, show_the_name_of_a_guest_who_has_one) {
  const user_brief nobody{anonymous_user, std::string(anonymous_name), {}};
  const auto zoe = R"("user":{"id":1,"username":"anonymous","guest_name":"Zoë"}})";
  EXPECT_EQ(flat(user_join_reply{nobody, "Zoë"}), std::string(R"({"type":"user_join",)") + zoe);
  EXPECT_EQ(flat(user_leave_reply{nobody, "Zoë"}), std::string(R"({"type":"user_leave",)") + zoe);
  EXPECT_EQ(encode_flat(connection_established_reply{nobody, "Zoë"}, language::en),
            std::string(R"({"type":"connection_established","message":"Connected",)") + zoe);
}

TEST(flat_replies, are_as_the_rooms_own_events) {
  EXPECT_EQ(flat(user_join_reply{alice}), R"({"type":"user_join","user":{"id":2,"username":"alice"}})");
  EXPECT_EQ(flat(user_leave_reply{alice}), R"({"type":"user_leave","user":{"id":2,"username":"alice"}})");
  EXPECT_EQ(flat(pong_reply{"5", even_noon}), R"({"type":"pong","server_time_ms":1795228685123})");
}

} // namespace
} // namespace parley
