// What a server compressed: RFC 7692's own examples, and what nobody can read.
#include "load/wire/frame.hpp"
#include "load/wire/unpacker.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

constexpr std::string_view hello("\xf2\x48\xcd\xc9\xc9\x07\x00", 7); // RFC 7692 §7.2.3.1
constexpr std::string_view hello_again("\xf2\x00\x11\x00\x00", 5);   // §7.2.3.2: refers to the first
constexpr std::string_view reserved_bit("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00", 9);

TEST(unpacker, remembers_what_the_connection_heard_before) {
  unpacker reads;
  EXPECT_EQ(reads.unpack(hello), "Hello");
  EXPECT_EQ(reads.unpack(hello_again), "Hello");
  EXPECT_EQ(unpacker().unpack(hello_again), std::nullopt);
}

TEST(unpacker, refuses_what_cannot_be_read) {
  EXPECT_EQ(unpacker().unpack("no deflate data"), std::nullopt);
}

TEST(unpacker, is_asked_only_where_compression_was_agreed_on) {
  frame read;
  const char* at = reserved_bit.data();
  EXPECT_EQ(parse_frame(at, at + reserved_bit.size(), read), parse_result::bad);
  EXPECT_EQ(parse_frame(at, at + reserved_bit.size(), read, true), parse_result::frame);
  EXPECT_TRUE(read.packed);
  EXPECT_EQ(read.payload, hello);
  for (const char first : {'\xc0', '\xc9', '\xe1', '\xd1'}) {
    std::string other(reserved_bit);
    other[0] = first;
    at = other.data();
    EXPECT_EQ(parse_frame(at, at + other.size(), read, true), parse_result::bad) << static_cast<int>(first);
  }
}

} // namespace
} // namespace parley::load
