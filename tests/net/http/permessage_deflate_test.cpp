// What is agreed on for which offer of permessage-deflate (RFC 7692 §7.1), and which are declined.
#include "net/http/handshake.hpp"
#include "net/http/permessage_deflate.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace parley::net {
namespace {

std::optional<extension_choice> choose(const std::vector<std::string>& fields) {
  request_head head;
  for (const auto& value : fields)
    head.fields.emplace_back("sec-websocket-extensions", value);
  return choose_extension(head);
}

/// The answer, or `declined`, or `broken` where the handshake must fail.
std::string answer_to(const std::vector<std::string>& fields) {
  const auto chosen = choose(fields);
  if (!chosen)
    return "broken";
  EXPECT_EQ(chosen->answer.empty(), chosen->deflate.window_bits == 0);
  return chosen->answer.empty() ? "declined" : chosen->answer;
}

struct offered_deflate {
  std::vector<std::string> fields;
  std::string answer;
};

const std::string plain_answer = "permessage-deflate; client_no_context_takeover";

TEST(an_offer_of_compression, is_answered_by_the_table) {
  const offered_deflate table[] = {
    {{}, "declined"},
    {{""}, "declined"},
    {{" , ,"}, "declined"},
    {{"permessage-deflate"}, plain_answer},
    {{"Permessage-Deflate"}, plain_answer},
    {{"permessage-deflate; client_max_window_bits"}, plain_answer},
    {{"permessage-deflate;client_max_window_bits=8"}, plain_answer},
    {{"permessage-deflate ; client_max_window_bits = \"15\""}, plain_answer},
    {{"permessage-deflate; client_no_context_takeover"}, plain_answer},
    {{"permessage-deflate; server_no_context_takeover"},
     "permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
    {{"permessage-deflate; server_max_window_bits=8"},
     "permessage-deflate; server_max_window_bits=8; client_no_context_takeover"},
    {{"permessage-deflate; server_max_window_bits=15; server_no_context_takeover; client_max_window_bits"},
     "permessage-deflate; server_max_window_bits=15; server_no_context_takeover; client_no_context_takeover"},
    // What is not understood, or makes no sense, declines the offer.
    {{"permessage-deflate; unknown"}, "declined"},
    {{"permessage-deflate; server_no_context_takeover=1"}, "declined"},
    {{"permessage-deflate; client_no_context_takeover=true"}, "declined"},
    {{"permessage-deflate; server_max_window_bits"}, "declined"},
    {{"permessage-deflate; server_max_window_bits=7"}, "declined"},
    {{"permessage-deflate; server_max_window_bits=16"}, "declined"},
    {{"permessage-deflate; server_max_window_bits=08"}, "declined"},
    {{"permessage-deflate; server_max_window_bits=1x"}, "declined"},
    {{"permessage-deflate; client_max_window_bits=16"}, "declined"},
    {{"permessage-deflate; client_max_window_bits=0"}, "declined"},
    {{"permessage-deflate; client_max_window_bits; client_max_window_bits"}, "declined"},
    {{"x-webkit-deflate-frame"}, "declined"},
    {{"permessage-bzip2; client_max_compress_level=9"}, "declined"},
    // Several: the first one that will do.
    {{"permessage-deflate; unknown, permessage-deflate"}, plain_answer},
    {{"permessage-deflate; server_max_window_bits=20", "permessage-deflate; server_no_context_takeover"},
     "permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
    {{"permessage-deflate; server_max_window_bits=10, permessage-deflate"},
     "permessage-deflate; server_max_window_bits=10; client_no_context_takeover"},
    {{"foo, permessage-deflate, bar; baz=1"}, plain_answer},
    {{"foo; a=\"b\\c\",,permessage-deflate"}, plain_answer},
    // What is no list of extensions at all.
    {{"permessage-deflate;"}, "broken"},
    {{"permessage-deflate; client_max_window_bits="}, "broken"},
    {{"permessage-deflate; client_max_window_bits=\"\""}, "broken"},
    {{"permessage-deflate; client_max_window_bits=\"15"}, "broken"},
    {{"foo; a=\"b c\""}, "broken"},
    {{"foo; a=\"b,permessage-deflate\""}, "broken"},
    {{"permessage deflate"}, "broken"},
    {{"permessage-deflate, ;"}, "broken"},
    {{"=1"}, "broken"},
    {{"permessage-deflate", "@"}, "broken"},
  };
  for (const auto& [fields, answer] : table)
    EXPECT_EQ(answer_to(fields), answer) << testing::PrintToString(fields);
}

TEST(an_offer_of_compression, says_what_may_be_used) {
  EXPECT_EQ(choose({"permessage-deflate"})->deflate.window_bits, 15);
  EXPECT_TRUE(choose({"permessage-deflate"})->deflate.keeps_context);
  EXPECT_FALSE(choose({"permessage-deflate; server_no_context_takeover"})->deflate.keeps_context);
  for (int bits = 8; bits <= 15; ++bits)
    EXPECT_EQ(choose({"permessage-deflate; server_max_window_bits=" + std::to_string(bits)})->deflate.window_bits,
              bits);
}

TEST(an_offer_of_compression, that_was_taken_stands_in_the_answer) {
  EXPECT_NE(switching_protocols("KEY", "parley.v1", plain_answer)
              .find("\r\nSec-WebSocket-Protocol: parley.v1\r\nSec-WebSocket-Extensions: " + plain_answer + "\r\n\r\n"),
            std::string::npos);
  EXPECT_EQ(switching_protocols("KEY", "", "").find("Sec-WebSocket-Extensions"), std::string::npos);
}

RC_GTEST_PROP(an_offer_of_compression, of_any_text_is_answered_or_broken, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::element(' ', ',', ';', '=', '"', '\\', 'a', '8', '\t'));
  const auto behind = answer_to({text, "permessage-deflate"});
  RC_ASSERT(behind == plain_answer || behind == "broken");
}

} // namespace
} // namespace parley::net
