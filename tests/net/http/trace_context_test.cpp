// Which `traceparent` fields name a trace.
#include "net/http/trace_context.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley::net {
namespace {

const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

request_head with(std::initializer_list<std::string> values) {
  request_head out;
  for (const auto& value : values)
    out.fields.emplace_back("TraceParent", value);
  return out;
}

TEST(traceparent, names_trace_and_span_and_whether_they_are_kept) {
  const auto found = parse_traceparent(good);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(found->parent_id, "00f067aa0ba902b7");
  EXPECT_TRUE(found->sampled);
  EXPECT_FALSE(parse_traceparent(good.substr(0, 53) + "00")->sampled);
  EXPECT_TRUE(parse_traceparent(good.substr(0, 53) + "ff")->sampled);
  EXPECT_FALSE(parse_traceparent(good.substr(0, 53) + "fe")->sampled);
}

TEST(traceparent, of_a_later_version_may_have_more) {
  EXPECT_TRUE(parse_traceparent("cc" + good.substr(2)));
  EXPECT_TRUE(parse_traceparent("cc" + good.substr(2) + "-what the future will be like"));
  EXPECT_FALSE(parse_traceparent("cc" + good.substr(2) + ".what"));
  EXPECT_FALSE(parse_traceparent(good + "-more"));
  EXPECT_FALSE(parse_traceparent("ff" + good.substr(2)));
}

TEST(traceparent, that_is_written_otherwise_names_nothing) {
  for (const std::string text : {"", "00", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                                 "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                                 "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                                 "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                 "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
                                 "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
                                 "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
                                 "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"})
    EXPECT_FALSE(parse_traceparent(text)) << text;
}

TEST(traceparent, that_comes_twice_names_nothing) {
  EXPECT_TRUE(find_trace(with({good})));
  EXPECT_FALSE(find_trace(with({good, good})));
  EXPECT_FALSE(find_trace(with({})));
}

RC_GTEST_PROP(traceparent, with_one_byte_changed_is_either_read_or_refused, (char byte)) {
  auto text = good;
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = byte;
  const auto found = parse_traceparent(text);
  if (found)
    RC_ASSERT(found->trace_id == std::string_view(text).substr(3, 32) &&
              found->trace_id.find_first_not_of("0123456789abcdef") == std::string_view::npos);
}

} // namespace
} // namespace parley::net
