// What frame_reader refuses, and with which close code (RFC 6455 §5 and §7.4).
#include "net/frame_reader.hpp"
#include "tests/net/client_frame.hpp"
#include "tests/net/recorded_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace parley::net {
namespace {

using test::big_endian;
using test::client_frame;
using test::client_head;
using test::close_payload;
using test::head_bytes;
using test::key_bytes;
using test::some_key;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t limit = 1000;

struct bad_stream {
  const char* name;
  std::string wire;
  close_code why;
  std::vector<std::string> before{}; ///< events that come all the same

  friend std::ostream& operator<<(std::ostream& out, const bad_stream& x) { return out << x.name; }
};

class refused_frames : public testing::TestWithParam<bad_stream> {};

TEST_P(refused_frames, give_their_close_code) {
  frame_reader reader(limit);
  const auto got = test::read_pieces(reader, std::vector{GetParam().wire});
  EXPECT_EQ(got.fault, GetParam().why);
  EXPECT_EQ(got.events, GetParam().before);
}

TEST_P(refused_frames, give_it_when_they_come_byte_by_byte) {
  frame_reader reader(limit);
  std::vector<std::string> pieces;
  for (char c : GetParam().wire)
    pieces.emplace_back(1, c);
  const auto got = test::read_pieces(reader, pieces);
  EXPECT_EQ(got.fault, GetParam().why);
  EXPECT_EQ(got.events, GetParam().before);
}

std::string begun(std::string_view payload) {
  return client_frame(opcode::text, payload, false);
}

std::string raw_op(unsigned first, std::string_view payload = "x") {
  return head_bytes(first, static_cast<unsigned>(payload.size())) + key_bytes(some_key) +
         test::masked(payload, some_key);
}

std::string close_with(std::string_view payload) {
  return client_frame(opcode::close, payload);
}

constexpr auto broken = close_code::protocol_violation;

// A head alone is enough for a refusal: no case has more of a payload than it needs.
INSTANTIATE_TEST_SUITE_P(
  heads, refused_frames,
  testing::Values(
    bad_stream{"unmasked", head_bytes(0x81, 1, false) + "x", broken},
    bad_stream{"unmasked_close", head_bytes(0x88, 0, false), broken},
    bad_stream{"first_reserved_bit", raw_op(0xc1), broken}, bad_stream{"second_reserved_bit", raw_op(0xa1), broken},
    bad_stream{"third_reserved_bit", raw_op(0x91), broken}, bad_stream{"reserved_bit_on_a_ping", raw_op(0xc9), broken},
    bad_stream{"opcode_3", raw_op(0x83), broken}, bad_stream{"opcode_4", raw_op(0x84), broken},
    bad_stream{"opcode_5", raw_op(0x85), broken}, bad_stream{"opcode_6", raw_op(0x86), broken},
    bad_stream{"opcode_7", raw_op(0x87), broken}, bad_stream{"opcode_11", raw_op(0x8b), broken},
    bad_stream{"opcode_12", raw_op(0x8c), broken}, bad_stream{"opcode_13", raw_op(0x8d), broken},
    bad_stream{"opcode_14", raw_op(0x8e), broken}, bad_stream{"opcode_15", raw_op(0x8f), broken},
    bad_stream{"fragmented_ping", client_head(opcode::ping, 0, false), broken},
    bad_stream{"fragmented_pong", client_head(opcode::pong, 0, false), broken},
    bad_stream{"fragmented_close", client_head(opcode::close, 0, false), broken},
    bad_stream{"ping_of_126_bytes", client_head(opcode::ping, 126), broken},
    bad_stream{"close_of_126_bytes", client_head(opcode::close, 126), broken},
    bad_stream{"short_length_in_two_bytes", head_bytes(0x81, 126) + big_endian(125, 2) + "keys", broken},
    bad_stream{"zero_length_in_two_bytes", head_bytes(0x81, 126) + big_endian(0, 2) + "keys", broken},
    bad_stream{"short_length_in_eight_bytes", head_bytes(0x81, 127) + big_endian(125, 8) + "keys", broken},
    bad_stream{"two_byte_length_in_eight_bytes", head_bytes(0x81, 127) + big_endian(65'535, 8) + "keys", broken},
    bad_stream{"length_with_its_top_bit", head_bytes(0x81, 127) + big_endian(1ULL << 63, 8) + "keys", broken}),
  [](const auto& x) { return x.param.name; });

INSTANTIATE_TEST_SUITE_P(
  orders, refused_frames,
  testing::Values(
    bad_stream{"continuation_of_nothing", client_head(opcode::continuation, 1), broken},
    bad_stream{"continuation_of_a_whole_message",
               test::text("whole") + client_head(opcode::continuation, 1),
               broken,
               {"text whole"}},
    bad_stream{"continuation_of_an_ended_message",
               begun("a") + client_frame(opcode::continuation, "b") + client_head(opcode::continuation, 1),
               broken,
               {"text ab"}},
    bad_stream{"text_within_fragments", begun("a") + client_head(opcode::text, 1), broken},
    bad_stream{"text_within_fragments_that_were_empty", begun("") + client_head(opcode::text, 1), broken},
    bad_stream{"binary_within_fragments", begun("a") + client_head(opcode::binary, 1), broken},
    bad_stream{"binary_where_text_is_asked", client_head(opcode::binary, 1), close_code::unsupported_data},
    bad_stream{"fragmented_binary", client_head(opcode::binary, 1, false), close_code::unsupported_data}),
  [](const auto& x) { return x.param.name; });

INSTANTIATE_TEST_SUITE_P(
  sizes, refused_frames,
  testing::Values(bad_stream{"one_byte_over", client_head(opcode::text, limit + 1), close_code::too_big},
                  bad_stream{"as_much_as_can_be_said", client_head(opcode::text, (1ULL << 63) - 1),
                             close_code::too_big},
                  bad_stream{"fragment_that_is_over", client_head(opcode::text, limit + 1, false), close_code::too_big},
                  bad_stream{"fragments_that_are_over_together",
                             begun(std::string(limit, 'a')) + client_frame(opcode::continuation, "", false) +
                               client_head(opcode::continuation, 1),
                             close_code::too_big}),
  [](const auto& x) { return x.param.name; });

constexpr auto garbled = close_code::invalid_utf8;

INSTANTIATE_TEST_SUITE_P(
  texts, refused_frames,
  testing::Values(bad_stream{"bad_utf8", test::text("ab\xff"), garbled},
                  bad_stream{"overlong_utf8", test::text("\xc0\xaf"), garbled},
                  bad_stream{"surrogate", test::text("\xed\xa0\x80"), garbled},
                  bad_stream{"character_that_does_not_end", test::text("ab\xc3"), garbled},
                  bad_stream{"bad_utf8_in_the_first_fragment_of_many", begun("\xff"), garbled},
                  bad_stream{"bad_utf8_in_a_middle_fragment",
                             begun("a") + client_frame(opcode::continuation, "\xff", false), garbled},
                  bad_stream{"character_that_goes_wrong_in_the_next_fragment",
                             begun("\xe4\xb8") + client_frame(opcode::continuation, "x", false), garbled},
                  bad_stream{"character_that_does_not_end_with_the_last_fragment",
                             begun("a") + client_frame(opcode::continuation, "\xe4\xb8"), garbled},
                  bad_stream{"fragments_that_end_within_a_character",
                             begun("\xc3") + client_frame(opcode::continuation, ""), garbled}),
  [](const auto& x) { return x.param.name; });

INSTANTIATE_TEST_SUITE_P(closes, refused_frames,
                         testing::Values(bad_stream{"half_a_code", close_with("\x03"), broken},
                                         bad_stream{"code_0", close_with(close_payload(0)), broken},
                                         bad_stream{"code_999", close_with(close_payload(999)), broken},
                                         bad_stream{"code_1004", close_with(close_payload(1004)), broken},
                                         bad_stream{"code_1005", close_with(close_payload(1005)), broken},
                                         bad_stream{"code_1006", close_with(close_payload(1006)), broken},
                                         bad_stream{"code_1015", close_with(close_payload(1015)), broken},
                                         bad_stream{"code_2000", close_with(close_payload(2000)), broken},
                                         bad_stream{"code_5000", close_with(close_payload(5000)), broken},
                                         bad_stream{"bad_reason", close_with(close_payload(1000, "\xff")), garbled},
                                         bad_stream{"reason_cut_within_a_character",
                                                    close_with(close_payload(1000, "\xc3")), garbled}),
                         [](const auto& x) { return x.param.name; });

TEST(frame_reader, refuses_a_bad_first_byte_without_waiting_for_the_second) {
  frame_reader reader(limit);
  EXPECT_EQ(test::read_pieces(reader, std::vector<std::string>{"\xc1"}).fault, close_code::protocol_violation);
}

TEST(frame_reader, takes_a_message_of_exactly_the_limit_in_one_frame_or_in_many) {
  frame_reader reader(limit);
  const std::string half(limit / 2, 'h');
  const auto got = test::read_pieces(
    reader, std::vector{test::text(half + half), begun(half) + client_frame(opcode::continuation, half)});
  EXPECT_FALSE(got.fault);
  EXPECT_THAT(got.events, ElementsAre("text " + half + half, "text " + half + half));
}

TEST(frame_reader, does_not_count_control_frames_against_the_limit) {
  frame_reader reader(4);
  const auto got = test::read_pieces(reader, std::vector{begun("ab") + client_frame(opcode::ping, "longer than four") +
                                                         client_frame(opcode::continuation, "cd")});
  EXPECT_FALSE(got.fault);
  EXPECT_THAT(got.events, ElementsAre("ping longer than four", "text abcd"));
}

TEST(frame_reader, tells_a_character_split_between_fragments_as_one) {
  frame_reader reader(limit);
  const auto got =
    test::read_pieces(reader, std::vector{begun("\xf0\x9f"), client_frame(opcode::continuation, "\x98", false),
                                          client_frame(opcode::continuation, "\x80")});
  EXPECT_FALSE(got.fault);
  EXPECT_THAT(got.events, ElementsAre("text \xf0\x9f\x98\x80"));
}

} // namespace
} // namespace parley::net
