#include "tests/media/pictures.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley::media {
namespace {

using test::flag;
using test::hue;

/// One format with its two directions.
struct codec {
  const char* name;
  picture_format format;
  std::string (*encode)(const picture&);
  std::optional<picture> (*decode)(std::string_view);
};

class codec_suite : public testing::TestWithParam<codec> {};

TEST_P(codec_suite, decodes_what_it_encodes) {
  const auto file = GetParam().encode(flag(40, 24));
  EXPECT_EQ(recognize(file), GetParam().format);
  const auto read = GetParam().decode(file);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->width, 40);
  EXPECT_EQ(read->height, 24);
  EXPECT_EQ(hue(*read, 20, 1), 'g');
  EXPECT_EQ(hue(*read, 5, 20), 'r');
  EXPECT_EQ(hue(*read, 35, 20), 'b');
}

TEST_P(codec_suite, refuses_a_file_cut_anywhere) {
  const auto file = GetParam().encode(flag(64, 64));
  for (std::size_t length = 0; length < file.size(); length += 1 + file.size() / 97)
    EXPECT_FALSE(GetParam().decode(file.substr(0, length))) << length;
  EXPECT_FALSE(GetParam().decode(file.substr(0, file.size() - 1)));
}

TEST_P(codec_suite, refuses_bytes_behind_the_image) {
  const auto file = GetParam().encode(flag(16, 16));
  EXPECT_FALSE(GetParam().decode(file + "PK\x05\x06 an archive as well"));
  EXPECT_FALSE(GetParam().decode(file + '\0'));
  EXPECT_FALSE(GetParam().decode(file + file));
}

TEST_P(codec_suite, refuses_a_side_over_the_limit) {
  EXPECT_TRUE(GetParam().decode(GetParam().encode(flag(side_max, 1))));
  EXPECT_FALSE(GetParam().decode(GetParam().encode(flag(side_max + 1, 1))));
  EXPECT_FALSE(GetParam().decode(GetParam().encode(flag(1, side_max + 1))));
}

TEST_P(codec_suite, survives_whatever_bytes_are_changed) {
  const auto& with = GetParam();
  const auto file = with.encode(flag(33, 17));
  rc::check("a damaged file is refused or decoded within its bounds", [&] {
    auto damaged = file;
    for (const auto& [at, value] : *rc::gen::container<std::vector<std::pair<std::size_t, char>>>(
           rc::gen::pair(rc::gen::inRange<std::size_t>(0, file.size()), rc::gen::arbitrary<char>())))
      damaged[at] = value;
    if (const auto read = with.decode(damaged)) {
      RC_ASSERT(fits(read->width, read->height));
      RC_ASSERT(read->rgba.size() == pixel_bytes(read->width, read->height));
    }
  });
}

INSTANTIATE_TEST_SUITE_P(formats, codec_suite,
                         testing::Values(codec{"jpeg", picture_format::jpeg, encode_jpeg, decode_jpeg},
                                         codec{"png", picture_format::png, encode_png, decode_png},
                                         codec{"webp", picture_format::webp, encode_webp, decode_webp}),
                         [](const auto& of) { return of.param.name; });

TEST(png_bomb, is_refused_before_memory_is_taken_for_it) {
  auto file = encode_png(flag(8, 8));
  // Width and height of IHDR; its checksum no longer fits, which nobody gets to see.
  file.replace(16, 8, std::string("\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF", 8));
  EXPECT_FALSE(decode_png(file));
}

TEST(jpeg_orientation, is_applied) {
  // An APP1 segment whose TIFF directory has one entry, the orientation, here "turn right by 90°" (6).
  const std::string exif("\xFF\xE1\x00\x22"
                         "Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0",
                         36);
  auto file = encode_jpeg(flag(64, 32));
  file.insert(2, exif);
  const auto read = decode_jpeg(file);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->width, 32);
  EXPECT_EQ(read->height, 64);
  EXPECT_EQ(hue(*read, 31, 32), 'g'); // the top row is the right column now
  EXPECT_EQ(hue(*read, 4, 8), 'r');
  EXPECT_EQ(hue(*read, 4, 56), 'b');
}

RC_GTEST_PROP(turn_upright, is_undone_by_its_inverse, ()) {
  const auto original = flag(*rc::gen::inRange(1, 20), *rc::gen::inRange(1, 20));
  const int way = *rc::gen::inRange(1, 9);
  const int back = way == 6 ? 8 : way == 8 ? 6 : way;
  RC_ASSERT(turn_upright(turn_upright(original, way), back) == original);
}

TEST(shrink_to, keeps_proportions_and_what_fits) {
  const auto wide = shrink_to(flag(2000, 1000), 500);
  EXPECT_EQ(wide.width, 500);
  EXPECT_EQ(wide.height, 250);
  EXPECT_EQ(hue(wide, 20, 200), 'r');
  EXPECT_EQ(shrink_to(flag(4000, 2), 500).height, 1);
  EXPECT_EQ(shrink_to(flag(500, 20), 500), flag(500, 20));
}

TEST(recognize, goes_by_content) {
  EXPECT_FALSE(recognize(""));
  EXPECT_FALSE(recognize("GIF89a"));
  EXPECT_FALSE(recognize("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"));
  EXPECT_FALSE(recognize("RIFF\x10\0\0\0WAVE"));
}

} // namespace
} // namespace parley::media
