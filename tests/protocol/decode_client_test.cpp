#include "protocol/commands.hpp"
#include "tests/protocol/generators.hpp"
#include "tests/protocol/printing.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <string>

namespace parley {
namespace {

template <class Command>
Command taken(std::string_view text) {
  const auto command = decode_client(text);
  const auto* out = command ? std::get_if<Command>(&*command) : nullptr;
  if (out == nullptr) {
    ADD_FAILURE() << text;
    return {};
  }
  return *out;
}

error_code refusal(std::string_view text) {
  const auto command = decode_client(text);
  if (command)
    return error_code::none;
  EXPECT_EQ(command.error().request_id, "");
  return command.error().code;
}

TEST(the_types_of_clients, are_in_the_order_of_the_variant) {
  ASSERT_EQ(client_command_types().size(), std::variant_size_v<client_command>);
  for (std::size_t i = 0; i < client_command_types().size(); ++i) {
    const auto command = decode_client(R"({"message":"m","type":")" + std::string{client_command_types()[i]} + "\"}");
    ASSERT_TRUE(command) << client_command_types()[i];
    EXPECT_EQ(command->index(), i);
  }
}

TEST(a_hello, has_a_message_that_may_be_empty) {
  EXPECT_EQ(taken<hello_command>(R"({"type":"hello","message":"Привет, сервер!"})").message, "Привет, сервер!");
  EXPECT_EQ(taken<hello_command>(R"({"type":"hello","message":"a","message":""})").message, "");
}

TEST(a_clients_ping, keeps_its_timestamp_as_it_was_written) {
  EXPECT_EQ(taken<ping_command>(R"({"type":"ping"})").timestamp, "null");
  EXPECT_EQ(taken<ping_command>(R"({"type":"ping","timestamp":null})").timestamp, "null");
  EXPECT_EQ(taken<ping_command>(R"({"type":"ping","timestamp" : 1.50 })").timestamp, "1.50");
  EXPECT_EQ(taken<ping_command>(R"({"x":{"timestamp":1},"timestamp":{"b":[], "a":"}"},"type":"ping"})").timestamp,
            R"({"b":[], "a":"}"})");
}

TEST(a_clients_frame, of_the_wrong_form_is_a_bad_message) {
  for (const char* text :
       {"", "x", "[]", "{}", R"({"type":1})", R"({"type":"hello"})", R"({"type":"hello","message":null})",
        R"({"type":"hello","message":5})", R"({"type":"hello","message":"a\u0000"})",
        R"({"type":"ping","timestamp":"\u0000"})", R"({"type":"hello","payload":{"message":"x"}})"})
    EXPECT_EQ(refusal(text), error_code::bad_message) << text;
}

TEST(a_clients_frame, of_an_unknown_type_is_told_so) {
  for (const char* text : {R"({"type":"auth"})", R"({"type":"push","data":1})", R"({"type":"Hello","message":"x"})"})
    EXPECT_EQ(refusal(text), error_code::unknown_type) << text;
}

RC_GTEST_PROP(a_hello, arrives_as_it_was_sent, ()) {
  const auto text =
    *rc::gen::suchThat(test::utf8_text(), [](const std::string& x) { return x.find('\0') == std::string::npos; });
  const auto command = decode_client(nlohmann::json{{"type", "hello"}, {"message", text}}.dump());
  RC_ASSERT(command.has_value());
  RC_ASSERT(std::get<hello_command>(*command).message == text);
}

} // namespace
} // namespace parley
