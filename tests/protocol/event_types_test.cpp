// The lists of `type`s against what the encoders write.
#include "protocol/events.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <string>
#include <vector>

namespace parley {
namespace {

using names = std::set<std::string>;

names all(std::span<const std::string_view> types) {
  names out{types.begin(), types.end()};
  EXPECT_EQ(out.size(), types.size()) << "a type is there twice";
  return out;
}

std::string type_in(const std::string& frame) {
  return nlohmann::json::parse(frame).at("type").get<std::string>();
}

/// What `encode` makes of each alternative of `Variant`, as it is by default.
template <class Variant, class Encode, std::size_t... I>
names encoded(Encode encode, std::index_sequence<I...>) {
  return {type_in(encode(Variant{std::variant_alternative_t<I, Variant>{}}))...};
}

template <class Variant, class Encode>
names encoded(Encode encode) {
  return encoded<Variant>(encode, std::make_index_sequence<std::variant_size_v<Variant>>{});
}

TEST(the_types_of_the_envelope, are_those_that_are_written) {
  auto written = encoded<room_event>([](const room_event& x) { return encode_envelope(x); });
  written.merge(encoded<envelope_reply>([](envelope_reply x) {
    if (auto* pong = std::get_if<clock_pong_reply>(&x))
      pong->t0 = "1";
    return encode_envelope(x, "", language::en);
  }));
  EXPECT_EQ(all(envelope_event_types()), written);
}

TEST(the_types_of_the_envelope, are_those_of_the_contract) {
  EXPECT_EQ(all(envelope_event_types()), (names{"room_message",
                                                "typing",
                                                "presence",
                                                "room_updated",
                                                "room_closed",
                                                "message_edited",
                                                "message_deleted",
                                                "message_read",
                                                "sync_state",
                                                "connected",
                                                "pong",
                                                "auth_ok",
                                                "auth_expiring",
                                                "room_joined",
                                                "room_join_error",
                                                "room_left",
                                                "room_leave_error",
                                                "message_ack",
                                                "server_draining",
                                                "error",
                                                "notification",
                                                "notification_answered",
                                                "sync_conflict",
                                                "clock_pong",
                                                "member_joined",
                                                "member_left",
                                                "member_changed",
                                                "room_activity"}));
}

TEST(the_types_of_chat, are_those_that_are_written) {
  auto written = encoded<room_event>([](const room_event& x) { return encode_flat(x); });
  written.insert(type_in(encode_flat(presence_changed{room_id{1}, {}, true, 1})));
  written.merge(encoded<flat_reply>([](const flat_reply& x) { return encode_flat(x, language::en); }));
  EXPECT_EQ(all(chat_event_types()), written);
  EXPECT_TRUE(written.contains("chat_message"));
  EXPECT_FALSE(written.contains("presence"));
}

TEST(the_types_of_the_other_sockets, are_those_that_are_written) {
  const auto written = encoded<channel_reply>([](channel_reply x) {
    if (auto* push = std::get_if<push_reply>(&x))
      push->data = "null";
    return encode_channel(x, language::en);
  });
  names listed;
  for (const auto types : {client_event_types(), task_event_types(), simple_event_types(), test_event_types()})
    listed.merge(all(types));
  EXPECT_EQ(listed, written);
}

TEST(the_types_of_the_other_sockets, are_those_of_the_contract) {
  EXPECT_EQ(all(client_event_types()), (names{"connected", "hello", "push", "pong", "server_draining", "error"}));
  EXPECT_EQ(all(task_event_types()), (names{"connected", "task_status", "pong", "server_draining", "error"}));
  EXPECT_EQ(all(simple_event_types()), (names{"connected", "echo", "server_draining", "error"}));
  EXPECT_EQ(all(test_event_types()), (names{"test", "server_draining", "error"}));
}

} // namespace
} // namespace parley
