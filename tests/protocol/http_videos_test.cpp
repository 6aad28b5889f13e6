#include "protocol/http_codec.hpp"
#include "tests/protocol/printing.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

using test::faults;
using test::faults_of;

constexpr timestamp noon{std::chrono::milliseconds{1'795'228'685'123}};

TEST(a_video_link, has_a_title_and_an_address) {
  const auto x = decode_video_link(R"({"title":"Фильм","url":"https://a.example/v.mp4","kind":5})");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->title, "Фильм");
  EXPECT_EQ(x->url, "https://a.example/v.mp4");
}

TEST(a_video_link, hears_of_all_its_faults_at_once) {
  EXPECT_EQ(faults_of(decode_video_link("{}")), (faults{{"title", fault::required}, {"url", fault::required}}));
  EXPECT_EQ(faults_of(decode_video_link(R"({"title":1,"url":[]})")),
            (faults{{"title", fault::not_a_string}, {"url", fault::not_a_string}}));
  EXPECT_EQ(faults_of(decode_video_link(R"({"title":" ","url":"javascript:x"})")),
            (faults{{"title", fault::blank}, {"url", fault::not_a_url}}));
  EXPECT_EQ(faults_of(decode_video_link(R"({"title":"a\u0000","url":"http://a\u0000"})")),
            (faults{{"title", fault::bad_characters}, {"url", fault::bad_characters}}));
}

TEST(a_video_link, has_bounds) {
  const auto link = [](int title, std::size_t url) {
    std::string out = R"({"title":")";
    for (int i = 0; i < title; ++i)
      out += "字";
    return out + R"(","url":"http://a/)" + std::string(url - 9, 'x') + "\"}";
  };
  EXPECT_TRUE(decode_video_link(link(200, 2048)));
  EXPECT_EQ(faults_of(decode_video_link(link(201, 2049))),
            (faults{{"title", fault::too_long}, {"url", fault::too_long}}));
}

TEST(a_video_link, with_a_member_twice_counts_the_last) {
  EXPECT_EQ(decode_video_link(R"({"title":"a","url":"x","title":"b","url":"http://b"})")->url, "http://b");
}

TEST(a_video, is_written_with_all_members) {
  const video file{video_id{4},  room_id{3}, "T", video_kind::file, "/videos/4/content?s=1", 12,
                   "video/webm", user_id{2}, noon};
  const std::string file_json = R"({"id":4,"room_id":3,"title":"T","kind":"file","url":"/videos/4/content?s=1",)"
                                R"("size":12,"content_type":"video/webm","uploaded_by":2,)"
                                R"("created_at":"2026-11-21T02:38:05.123Z"})";
  EXPECT_EQ(encode(file), file_json);
  EXPECT_EQ(encode(page<video>{{file}, 1, 1, 20}), R"({"items":[)" + file_json + R"(],"total":1,"page":1,"size":20})");
  video link = file;
  link.kind = video_kind::url;
  link.size.reset();
  link.content_type.reset();
  EXPECT_NE(encode(link).find(R"("kind":"url","url":"/videos/4/content?s=1","size":null,"content_type":null,)"),
            std::string::npos);
}

} // namespace
} // namespace parley
