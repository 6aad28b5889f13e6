// Headers of server frames (RFC 6455 §5.2).
#include "actors/frame.hpp"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

std::string header_of(std::size_t size, opcode op = opcode::text) {
  auto made = make_frame(op, std::string(size, 'x'));
  auto wire = made->wire();
  EXPECT_EQ(wire.substr(wire.size() - size), std::string(size, 'x'));
  return std::string(wire.substr(0, wire.size() - size));
}

TEST(frame_suite, lengths_up_to_125_stand_in_the_second_byte) {
  EXPECT_EQ(header_of(0), std::string("\x81\x00", 2));
  EXPECT_EQ(header_of(125), std::string("\x81\x7d", 2));
}

TEST(frame_suite, lengths_from_126_to_65535_take_two_more_bytes) {
  EXPECT_EQ(header_of(126), std::string("\x81\x7e\x00\x7e", 4));
  EXPECT_EQ(header_of(65535), std::string("\x81\x7e\xff\xff", 4));
}

TEST(frame_suite, lengths_from_65536_take_eight_more_bytes) {
  EXPECT_EQ(header_of(65536), std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST(frame_suite, the_opcode_stands_beside_the_final_bit) {
  EXPECT_EQ(header_of(1, opcode::binary), "\x82\x01");
  EXPECT_EQ(header_of(1, opcode::close), "\x88\x01");
  EXPECT_EQ(header_of(1, opcode::ping), "\x89\x01");
  EXPECT_EQ(header_of(1, opcode::pong), "\x8a\x01");
}

TEST(frame_suite, a_compressed_one_has_the_first_reserved_bit) {
  EXPECT_EQ(make_compressed_frame(opcode::text, "zz")->wire(), "\xc1\x02zz");
}

TEST(frame_suite, tells_its_payload_kind_and_chain) {
  for (const std::size_t size : {0, 125, 126, 65535, 65536}) {
    const auto made = make_frame(opcode::binary, std::string(size, 'x'), 7);
    EXPECT_EQ(made->payload(), std::string(size, 'x'));
    EXPECT_EQ(made->kind(), opcode::binary);
    EXPECT_EQ(made->chain(), 7U);
  }
  EXPECT_EQ(make_text_frame("x")->chain(), 0U);
}

} // namespace
} // namespace parley::test
