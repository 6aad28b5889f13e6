// The short way of reading a post: whatever it reads, the long way reads the same; what is odd it leaves alone.
#include "protocol/plain_post.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace parley {
namespace {

TEST(plain_post, reads_what_clients_send) {
  const auto got = read_plain_send_message(
    R"( {"type" : "send_message", "payload":{"room_id":12,"content":"Grüße","client_msg_id":"a1"}, "id":"q-7"} )");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->request_id, R"("q-7")");
  const auto& command = std::get<send_message_command>(got->command);
  EXPECT_EQ(command.room, room_id{12});
  EXPECT_EQ(command.draft.content, "Grüße");
  EXPECT_EQ(command.draft.type, message_type::text);
  EXPECT_EQ(command.draft.client_msg_id, "a1");
}

TEST(plain_post, reads_ids_that_are_numbers_and_frames_without_one) {
  const auto numbered =
    read_plain_send_message(R"({"id":7,"payload":{"content":"x","room_id":1},"type":"send_message"})");
  ASSERT_TRUE(numbered);
  EXPECT_EQ(numbered->request_id, "7");
  const auto bare = read_plain_send_message(R"({"payload":{"content":"x","room_id":1},"type":"send_message"})");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->request_id, "");
}

TEST(plain_post, reads_flat_messages) {
  const auto got = read_plain_chat_message(R"({"type":"chat_message","content":"hi","message_type":"file"})");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->draft.content, "hi");
  EXPECT_EQ(got->draft.type, message_type::file);
}

TEST(plain_post, leaves_everything_else_to_the_reader_of_whole_json) {
  const std::string long_text(4001, 'x');
  for (const auto& text : std::initializer_list<std::string>{
         "",
         "{}",
         "[]",
         "{",
         R"({"type":"send_message")",
         R"({"type":"send_message","payload":{"room_id":1,"content":"a\n"}})",
         R"({"type":"send_message","payload":{"room_id":1,"content":""}})",
         R"({"type":"send_message","payload":{"room_id":1,"content":" "}})",
         "{\"type\":\"send_message\",\"payload\":{\"room_id\":1,\"content\":\"\u200b\u2800\"}}",
         R"({"type":"send_message","payload":{"room_id":1,"content":")" + long_text + "\"}}",
         "{\"type\":\"send_message\",\"payload\":{\"room_id\":1,\"content\":\"a\tb\"}}",
         "{\"type\":\"send_message\",\"payload\":{\"room_id\":1,\"content\":\"\xC0\x80\"}}",
         R"({"type":"send_message","payload":{"room_id":0,"content":"a"}})",
         R"({"type":"send_message","payload":{"room_id":-1,"content":"a"}})",
         R"({"type":"send_message","payload":{"room_id":1.0,"content":"a"}})",
         R"({"type":"send_message","payload":{"room_id":1e2,"content":"a"}})",
         R"({"type":"send_message","payload":{"room_id":"1","content":"a"}})",
         R"({"type":"send_message","payload":{"room_id":1234567890123456789,"content":"a"}})",
         R"({"type":"send_message","payload":{"room_id":1,"content":"a","content":"b"}})",
         R"({"type":"send_message","payload":{"room_id":1,"content":"a"},"payload":{"room_id":1,"content":"a"}})",
         R"({"type":"send_message","payload":{"room_id":1,"content":"a","more":1}})",
         R"({"type":"send_message","payload":{"room_id":1,"content":null}})",
         R"({"type":"send_message","payload":{"room_id":1,"content":"a","message_type":"loud"}})",
         R"({"type":"send_message","payload":{"room_id":1,"content":"a","client_msg_id":""}})",
         R"({"type":"send_message","payload":{"room_id":1,"content":"a"},"id":null})",
         R"({"type":"send_message","payload":{"room_id":1,"content":"a"},"id":1.5})",
         R"({"type":"send_message","payload":{"room_id":1,"content":"a"},"id":[]})",
         R"({"type":"send_message","payload":{"room_id":1,"content":"a"},"id":")" + std::string(127, 'i') + "\"}",
         R"({"type":"send_message","payload":{"room_id":1,"content":"a"},})",
         R"({"type":"send_message","payload":{"room_id":1,"content":"a"}}x)",
         std::string(R"({"type":"send_message","payload":{"room_id":1,"content":"a"}})") + '\0',
         std::string(R"({"type":"chat_message","content":"a"})") + '\0' + "x",
         R"({"type":"chat_message","content":" "})",
         R"({"type":"chat_message","payload":{"room_id":1,"content":"a"}})",
         R"({"payload":{"room_id":1,"content":"a"}})"}) {
    EXPECT_FALSE(read_plain_send_message(text)) << text;
    EXPECT_FALSE(read_plain_chat_message(text)) << text;
  }
}

/// JSON of or near the plain form, broken at times.
rc::Gen<std::string> frames() {
  return rc::gen::exec([] {
    using nlohmann::json;
    const auto word = rc::gen::element<std::string>("a", "Привет 世界", " ", "\u200b\ufe0f", "q\"", "back\\slash", "",
                                                    "x\ny", "\u007f/", "text", "image", "null", std::string(130, 'w'));
    const auto value = [&]() -> json {
      switch (*rc::gen::inRange(0, 8)) {
      case 0:
        return *rc::gen::arbitrary<std::int64_t>();
      case 1:
        return nullptr;
      case 2:
        return 1.5;
      default:
        return *word;
      }
    };
    json payload = json::object();
    payload["room_id"] = *rc::gen::inRange(0, 20) == 0 ? value() : json(*rc::gen::inRange(0, 1000));
    for (const auto* key : {"content", "message_type", "client_msg_id", "extra"})
      if (*rc::gen::inRange(0, 5) > (key == std::string("content") ? 0 : 3))
        payload[key] = value();
    json frame{{"type", *rc::gen::element<std::string>("send_message", "chat_message", "ping")}};
    if (*rc::gen::inRange(0, 4) > 0)
      frame["payload"] = payload;
    else
      frame.update(payload);
    if (*rc::gen::arbitrary<bool>())
      frame["id"] = value();
    auto text = frame.dump(*rc::gen::element(-1, 0, 2));
    if (*rc::gen::inRange(0, 5) == 0 && !text.empty())
      text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::element('"', ',', '}', '0', ' ');
    return text;
  });
}

void expect_same(const post_draft& draft, const nlohmann::json& members) {
  RC_ASSERT(draft.content == members.at("content").get<std::string>());
  RC_ASSERT(draft.client_msg_id.has_value() == members.contains("client_msg_id"));
  if (draft.client_msg_id)
    RC_ASSERT(*draft.client_msg_id == members.at("client_msg_id").get<std::string>());
  RC_ASSERT((draft.type != message_type::text) ==
            (members.contains("message_type") && members.at("message_type") != "text"));
}

RC_GTEST_PROP(plain_post, what_it_reads_is_what_the_json_says, ()) {
  const auto text = *frames();
  if (const auto got = read_plain_send_message(text)) {
    const auto frame = nlohmann::json::parse(text);
    const auto& command = std::get<send_message_command>(got->command);
    RC_ASSERT(frame.at("type") == "send_message");
    RC_ASSERT(command.room.value == frame.at("payload").at("room_id").get<std::int64_t>());
    RC_ASSERT(got->request_id == (frame.contains("id") ? frame.at("id").dump() : ""));
    expect_same(command.draft, frame.at("payload"));
  }
  if (const auto got = read_plain_chat_message(text)) {
    const auto frame = nlohmann::json::parse(text);
    RC_ASSERT(frame.at("type") == "chat_message");
    expect_same(got->draft, frame);
  }
}

} // namespace
} // namespace parley
