#include "protocol/commands.hpp"
#include "tests/protocol/printing.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

error_code refusal(std::string_view text) {
  const auto command = decode_chat(text);
  if (command)
    return error_code::none;
  EXPECT_EQ(command.error().request_id, "");
  return command.error().code;
}

TEST(the_types_of_chat, are_in_the_order_of_the_variant) {
  ASSERT_EQ(chat_command_types().size(), std::variant_size_v<chat_command>);
  for (std::size_t i = 0; i < chat_command_types().size(); ++i) {
    const auto command =
      decode_chat(R"({"type":")" + std::string{chat_command_types()[i]} + R"(","content":"c","is_typing":true})");
    ASSERT_TRUE(command) << chat_command_types()[i];
    EXPECT_EQ(command->index(), i);
  }
}

TEST(a_chat_message, has_its_draft_beside_the_type) {
  const auto command =
    decode_chat(R"({"type":"chat_message","content":"hi","message_type":"file","client_msg_id":"a"})");
  ASSERT_TRUE(command);
  const auto& draft = std::get<chat_message_command>(*command).draft;
  EXPECT_EQ(draft.content, "hi");
  EXPECT_EQ(draft.type, message_type::file);
  EXPECT_EQ(draft.client_msg_id, "a");
}

TEST(a_chat_typing, says_whether) {
  const auto command = decode_chat(R"({"type":"typing","is_typing":true})");
  ASSERT_TRUE(command);
  EXPECT_TRUE(std::get<chat_typing_command>(*command).is_typing);
}

TEST(a_chat_frame, of_the_wrong_form_is_a_bad_message) {
  for (const char* text :
       {"", "x", "[]", "{}", R"({"type":[]})", R"({"type":"chat_message"})", R"({"type":"chat_message","content":1})",
        R"({"type":"chat_message","content":"a\u0000"})", R"({"type":"chat_message","content":"\ud83d"})",
        R"({"type":"chat_message","content":"a","message_type":[]})", R"({"type":"typing"})",
        R"({"type":"typing","is_typing":"true"})", R"({"type":"chat_message","payload":{"content":"x"}})"})
    EXPECT_EQ(refusal(text), error_code::bad_message) << text;
}

TEST(a_chat_frame, ends_where_its_json_ends) {
  const std::string frame = R"({"type":"chat_message","content":"a"})";
  EXPECT_EQ(refusal(frame), error_code::none);
  EXPECT_EQ(refusal(frame + '\0' + "x"), error_code::bad_message);
}

TEST(a_chat_message, has_the_configured_bound) {
  text_limits bounds;
  bounds.content_characters = 3;
  for (const char* members : {"", R"("odd":1,)"}) { // as the short reader and the long one take it
    const auto message = [&](const char* content) {
      return std::string("{") + members + R"("type":"chat_message","content":")" + content + "\"}";
    };
    EXPECT_TRUE(decode_chat(message("字字字"), bounds));
    EXPECT_EQ(decode_chat(message("four"), bounds).error().code, error_code::validation_failed);
  }
}

TEST(a_chat_frame, of_an_unknown_type_is_told_so) {
  EXPECT_EQ(refusal(R"({"type":"send_message"})"), error_code::unknown_type);
}

TEST(a_chat_frame, out_of_bounds_is_not_valid) {
  EXPECT_EQ(refusal(R"({"type":"chat_message","content":""})"), error_code::validation_failed);
  EXPECT_EQ(refusal(R"({"type":"chat_message","content":" \u200b"})"), error_code::validation_failed);
  EXPECT_EQ(refusal("{\"type\":\"chat_message\",\"content\":\"\u3164\"}"), error_code::validation_failed);
  EXPECT_EQ(refusal(R"({"type":"chat_message","content":")" + std::string(4001, 'a') + "\"}"),
            error_code::validation_failed);
  EXPECT_EQ(refusal(R"({"type":"chat_message","content":"a","message_type":"x"})"), error_code::validation_failed);
}

} // namespace
} // namespace parley
