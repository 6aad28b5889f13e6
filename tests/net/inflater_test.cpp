// What clients compress: RFC 7692's own examples, bombs, and what is no deflate data.
#include "net/inflater.hpp"
#include "tests/net/deflate_peer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley::net {
namespace {

using test::deflated;

constexpr std::size_t inflated_max = 65'536;

std::string from_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 3)
    out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return out;
}

std::string inflate_or_fault(inflater& by, std::string_view packed, std::size_t most = inflated_max) {
  const auto plain = by.inflate(packed, most);
  return plain ? std::string(*plain) : "fault " + std::to_string(static_cast<int>(plain.error()));
}

struct standard_example {
  const char* name;
  const char* hex;
  const char* text;
};

class a_message_of_the_standard : public testing::TestWithParam<standard_example> {};

TEST_P(a_message_of_the_standard, is_read) {
  inflater unpacks;
  EXPECT_EQ(inflate_or_fault(unpacks, from_hex(GetParam().hex)), GetParam().text);
  EXPECT_EQ(inflate_or_fault(unpacks, from_hex(GetParam().hex)), GetParam().text) << "for the second time";
}

// RFC 7692 §7.2.3.
INSTANTIATE_TEST_SUITE_P(
  rfc7692, a_message_of_the_standard,
  testing::Values(standard_example{"one_block", "f2 48 cd c9 c9 07 00", "Hello"},
                  standard_example{"no_compression", "00 05 00 fa ff 48 65 6c 6c 6f 00", "Hello"},
                  standard_example{"the_last_block", "f3 48 cd c9 c9 07 00 00", "Hello"},
                  standard_example{"two_blocks", "f2 48 05 00 00 00 ff ff ca c9 c9 07 00", "Hello"},
                  standard_example{"the_empty_message", "00", ""},
                  standard_example{"an_empty_fixed_block", "02 00", ""}),
  [](const auto& x) { return std::string(x.param.name); });

TEST(an_inflater, keeps_nothing_of_the_message_before) {
  inflater unpacks;
  EXPECT_EQ(inflate_or_fault(unpacks, from_hex("f2 48 cd c9 c9 07 00")), "Hello");
  // RFC 7692 §7.2.3.2: the second message refers to the first, which we never agree to.
  EXPECT_EQ(inflate_or_fault(unpacks, from_hex("f2 00 11 00 00")), "fault 1007");
}

TEST(an_inflater, finds_what_is_no_message) {
  inflater unpacks;
  const auto good = deflated(std::string(300, 'a') + "some words that are not all alike");
  for (const auto& bad : {std::string(), std::string("\xff"), std::string("\x07"), good.substr(0, good.size() - 1),
                          good.substr(0, good.size() / 2), good + "x", std::string(100, '\x55')})
    EXPECT_EQ(inflate_or_fault(unpacks, bad), "fault 1007") << bad.size();
  EXPECT_EQ(inflate_or_fault(unpacks, deflated("good again")), "good again");
}

TEST(an_inflater, makes_no_more_than_the_limit) {
  inflater unpacks;
  const auto edge = std::string(inflated_max, 'a');
  EXPECT_EQ(inflate_or_fault(unpacks, deflated(edge)), edge);
  EXPECT_EQ(inflate_or_fault(unpacks, deflated(edge + "a")), "fault 1009");
  const auto bomb = deflated(std::string(50'000'000, '\0'));
  EXPECT_LT(bomb.size(), inflated_max) << "no bomb";
  EXPECT_EQ(inflate_or_fault(unpacks, bomb), "fault 1009");
  EXPECT_EQ(inflate_or_fault(unpacks, deflated("abc"), 3), "abc");
  EXPECT_EQ(inflate_or_fault(unpacks, deflated("abcd"), 3), "fault 1009");
  EXPECT_EQ(inflate_or_fault(unpacks, deflated(""), 0), "");
}

RC_GTEST_PROP(an_inflater, reads_whatever_was_compressed, ()) {
  static inflater unpacks;
  const auto word = *rc::gen::arbitrary<std::string>();
  std::string text;
  for (auto times = *rc::gen::inRange(0, 200); times > 0; --times)
    text += *rc::gen::arbitrary<bool>() ? word : *rc::gen::arbitrary<std::string>();
  RC_ASSERT(inflate_or_fault(unpacks, deflated(text, *rc::gen::inRange(0, 10)), text.size()) == text);
}

RC_GTEST_PROP(an_inflater, survives_any_bytes, ()) {
  static inflater unpacks;
  auto packed = deflated(*rc::gen::arbitrary<std::string>());
  if (!packed.empty())
    packed[*rc::gen::inRange<std::size_t>(0, packed.size())] = *rc::gen::arbitrary<char>();
  const auto plain = unpacks.inflate(packed, 100);
  RC_ASSERT(!plain || plain->size() <= 100);
}

} // namespace
} // namespace parley::net
