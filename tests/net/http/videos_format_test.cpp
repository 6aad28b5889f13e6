#include "net/http/videos_format.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley::net {
namespace {

using namespace std::string_view_literals;

constexpr auto mp4 = "\0\0\0\x18"
                     "ftypisom...."sv;
constexpr auto webm = "\x1A\x45\xDF\xA3\x9f\x42\x86\x81"sv;
constexpr auto ogg = "OggS\0\2\0\0"sv;

bool passes(std::string_view type, std::string_view bytes) {
  format_check check(type);
  return check.feed(bytes) && check.passed();
}

TEST(a_format, is_told_by_its_first_bytes) {
  EXPECT_TRUE(passes("video/mp4", mp4));
  EXPECT_TRUE(passes("video/webm", webm));
  EXPECT_TRUE(passes("video/ogg", ogg));
  for (const auto bytes : {mp4, webm, "<!doctype html>"sv, "MZ\x90\0\3\0\0\0"sv})
    EXPECT_FALSE(passes("video/ogg", bytes));
  EXPECT_FALSE(passes("video/mp4", webm));
  EXPECT_FALSE(passes("video/webm", mp4));
}

TEST(a_format, cannot_be_told_by_too_few_bytes) {
  EXPECT_FALSE(passes("video/mp4", mp4.substr(0, 7)));
  EXPECT_FALSE(passes("video/ogg", ""));
}

RC_GTEST_PROP(a_format, is_told_alike_however_the_bytes_are_cut, ()) {
  const auto bytes = *rc::gen::element(std::string(mp4), std::string(webm), std::string(ogg), std::string("OggX1234"));
  const auto type = *rc::gen::element("video/mp4"sv, "video/webm"sv, "video/ogg"sv);
  format_check check(type);
  bool sound = true;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto size = *rc::gen::inRange<std::size_t>(1, bytes.size() - at + 1);
    sound = check.feed(std::string_view(bytes).substr(at, size)) && sound;
    at += size;
  }
  RC_ASSERT((sound && check.passed()) == passes(type, bytes));
}

TEST(a_media_type, is_taken_without_case_and_parameters) {
  EXPECT_EQ(media_type("Video/MP4"), "video/mp4");
  EXPECT_EQ(media_type(" video/webm ; codecs=\"vp9;opus\""), "video/webm");
  EXPECT_EQ(media_type(""), "");
  EXPECT_TRUE(is_video_type("video/ogg"));
  EXPECT_FALSE(is_video_type("video/quicktime"));
}

} // namespace
} // namespace parley::net
