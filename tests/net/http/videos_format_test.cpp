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

std::string type_of(std::string_view declared, std::string_view bytes) {
  format_check check(declared);
  return check.feed(bytes) && check.passed() ? std::string(check.type()) : "none";
}

std::string iso_file(std::string_view brand) {
  return std::string("\0\0\0\x14", 4) + "ftyp" + std::string(brand) + std::string(8, '\0');
}

/// An EBML header with a version before the DocType.
std::string ebml_file(std::string_view doc_type) {
  std::string content = "\x42\x86\x81\x01\x42\x82";
  content += static_cast<char>(0x80U | doc_type.size());
  content += doc_type;
  return "\x1A\x45\xDF\xA3" + std::string(1, static_cast<char>(0x80U | content.size())) + content + "\x18\x53\x80\x67";
}

TEST(a_format, has_the_type_that_its_content_tells) {
  for (const auto declared : {"video/mp4"sv, "video/quicktime"sv, "application/mp4"sv, "application/octet-stream"sv}) {
    EXPECT_EQ(type_of(declared, iso_file("qt  ")), "video/quicktime") << declared;
    EXPECT_EQ(type_of(declared, iso_file("M4V ")), "video/x-m4v") << declared;
    for (const char* brand : {"3gp5", "3gr6", "3gs7", "3ge9", "3gg6"})
      EXPECT_EQ(type_of(declared, iso_file(brand)), "video/3gpp") << declared << brand;
    EXPECT_EQ(type_of(declared, iso_file("3g2a")), "video/3gpp2") << declared;
    EXPECT_EQ(type_of(declared, iso_file("mp42")), "video/mp4") << declared;
    EXPECT_EQ(type_of(declared, "\0\0\0\x08wide\0\0\0\0mdat"sv), "video/quicktime") << declared;
  }
  for (const auto declared : {"video/webm"sv, "video/x-matroska"sv, "application/octet-stream"sv}) {
    EXPECT_EQ(type_of(declared, ebml_file("webm")), "video/webm") << declared;
    EXPECT_EQ(type_of(declared, ebml_file("matroska")), "video/x-matroska") << declared;
  }
  EXPECT_EQ(type_of("application/ogg", ogg), "video/ogg");
}

TEST(a_format, of_a_picture_or_of_sound_alone_is_none) {
  for (const auto declared : {"video/mp4"sv, "video/quicktime"sv, "application/octet-stream"sv})
    for (const char* brand : {"heic", "heix", "mif1", "msf1", "avif", "avis", "crx ", "M4A ", "M4B ", "F4A "})
      EXPECT_EQ(type_of(declared, iso_file(brand)), "none") << declared << brand;
}

TEST(a_format, keeps_the_type_that_was_given_where_the_content_does_not_tell) {
  EXPECT_EQ(type_of("video/webm", webm), "video/webm");
  EXPECT_EQ(type_of("video/x-matroska", webm), "video/x-matroska");
}

RC_GTEST_PROP(a_format, of_any_bytes_behind_an_ebml_id_is_read_without_harm, (const std::string& rest)) {
  const auto type = type_of("application/octet-stream", "\x1A\x45\xDF\xA3" + rest);
  RC_ASSERT(type == "video/webm" || type == "video/x-matroska");
}

TEST(a_disposition, names_the_file_for_old_and_new_clients) {
  EXPECT_EQ(film_disposition("Holiday", "video/mp4"), "inline; filename=\"Holiday.mp4\"; filename*=UTF-8''Holiday.mp4");
  EXPECT_EQ(film_disposition("a.mov", "video/quicktime"), "inline; filename=\"a.mov\"; filename*=UTF-8''a.mov");
  EXPECT_EQ(film_disposition("Фи\"1\"", "video/webm"),
            "inline; filename=\"___1_.webm\"; filename*=UTF-8''%D0%A4%D0%B8%221%22.webm");
  EXPECT_EQ(film_disposition("../a\\b\r\nc%41", "video/ogg"),
            "inline; filename=\".._a_b__c_41.ogv\"; filename*=UTF-8''.._a_b__c%2541.ogv");
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
  EXPECT_TRUE(is_video_type("video/quicktime"));
  EXPECT_TRUE(is_video_type("application/octet-stream"));
  EXPECT_FALSE(is_video_type("text/html"));
  EXPECT_FALSE(is_video_type(""));
}

} // namespace
} // namespace parley::net
