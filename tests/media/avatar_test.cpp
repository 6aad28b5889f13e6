#include "media/avatar.hpp"
#include "tests/media/pictures.hpp"

#include <gtest/gtest.h>

namespace parley::media {
namespace {

using test::flag;

TEST(make_avatar, keeps_the_format) {
  EXPECT_EQ(make_avatar(encode_jpeg(flag(20, 20)))->extension, "jpg");
  EXPECT_EQ(make_avatar(encode_png(flag(20, 20)))->content_type, "image/png");
  const auto made = make_avatar(encode_webp(flag(20, 20)));
  EXPECT_EQ(made->extension, "webp");
  EXPECT_TRUE(decode_webp(made->bytes));
}

TEST(make_avatar, makes_png_of_gif) {
  const auto made = make_avatar(test::gif(2, 1, std::string("\0\2", 2)));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->extension, "png");
  const auto read = decode_png(made->bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(test::hue(*read, 0, 0), 'r');
  EXPECT_EQ(test::hue(*read, 1, 0), 'b');
}

TEST(make_avatar, makes_a_large_picture_small) {
  const auto made = make_avatar(encode_png(flag(1600, 800)));
  ASSERT_TRUE(made);
  const auto read = decode_png(made->bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->width, avatar_side);
  EXPECT_EQ(read->height, avatar_side / 2);
}

TEST(make_avatar, keeps_nothing_but_pixels) {
  auto file = encode_jpeg(flag(20, 20));
  const std::string secret = "taken at 52.5N 13.4E";
  const char length = static_cast<char>(2 + secret.size());
  file.insert(2, std::string("\xFF\xFE\0", 3) + length + secret); // a comment
  ASSERT_TRUE(decode_jpeg(file));
  const auto made = make_avatar(file);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->bytes.find(secret), std::string::npos);
}

TEST(make_avatar, refuses_what_is_no_picture) {
  for (const auto* text : {"", "hello", "GIF89a", "<svg/>", "BM", "\xFF\xD8\xFF", "\x89PNG\r\n\x1A\n",
                           "RIFF\4\0\0\0WEBP", "\1\1\1\30ftypheic\1\1\1\1mif1heic"}) {
    const auto made = make_avatar(text);
    ASSERT_FALSE(made) << text;
    EXPECT_EQ(made.error(), error_code::bad_image);
  }
}

TEST(a_preview, tells_the_size_of_the_file_upright_and_has_a_thumbnail) {
  picture wide{1500, 600, std::vector<std::uint8_t>(pixel_bytes(1500, 600), 0x80)};
  for (const auto& file : {encode_jpeg(wide), encode_png(wide), encode_webp(wide)}) {
    const auto made = make_preview(file);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->width, 1500);
    EXPECT_EQ(made->height, 600);
    EXPECT_EQ(made->content_type, made->thumbnail.content_type);
    EXPECT_FALSE(made->turned);
    const auto again = make_preview(made->thumbnail.bytes);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->width, avatar_side);
    EXPECT_EQ(again->height, 205);
  }
  EXPECT_EQ(make_preview("no picture").error(), error_code::bad_image);
}

TEST(a_thumbnail, of_a_gif_is_a_png) {
  EXPECT_EQ(thumbnail_type("image/gif"), "image/png");
  EXPECT_EQ(thumbnail_type("image/webp"), "image/webp");
}

} // namespace
} // namespace parley::media
