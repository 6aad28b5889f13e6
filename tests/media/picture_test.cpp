#include "media/exif.hpp"
#include "media/sampler.hpp"
#include "tests/media/pictures.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

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

TEST_P(codec_suite, passes_over_bytes_behind_the_image) {
  const auto file = GetParam().encode(flag(16, 16));
  const auto alone = GetParam().decode(file);
  ASSERT_TRUE(alone);
  EXPECT_EQ(GetParam().decode(file + "PK\x05\x06 an archive as well"), alone);
  EXPECT_EQ(GetParam().decode(file + '\0'), alone);
  EXPECT_EQ(GetParam().decode(file + file), alone);
}

TEST_P(codec_suite, shrinks_a_large_picture_while_it_is_decoded) {
  for (const auto& [width, height] : {std::pair(5000, 30), {30, 5000}, {1024, 1024}, {1535, 7}, {16'383, 1}}) {
    const auto read = GetParam().decode(GetParam().encode(flag(width, height)));
    ASSERT_TRUE(read) << width << 'x' << height;
    EXPECT_GE(std::max(read->width, read->height), avatar_side) << width << 'x' << height;
    EXPECT_LT(std::max(read->width, read->height), 2 * avatar_side) << width << 'x' << height;
    EXPECT_EQ(read->width > read->height, width > height);
  }
  const auto read = GetParam().decode(GetParam().encode(flag(2048, 1024)));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->width, 2 * read->height);
  EXPECT_EQ(hue(*read, 3, 3), 'g');
  EXPECT_EQ(hue(*read, 3, read->height - 3), 'r');
  EXPECT_EQ(hue(*read, read->width - 3, read->height - 3), 'b');
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
      RC_ASSERT(std::max(read->width, read->height) < 2 * avatar_side);
      RC_ASSERT(read->rgba.size() == pixel_bytes(read->width, read->height));
    }
  });
}

INSTANTIATE_TEST_SUITE_P(formats, codec_suite,
                         testing::Values(codec{"jpeg", picture_format::jpeg, encode_jpeg, decode_jpeg},
                                         codec{"png", picture_format::png, encode_png, decode_png},
                                         codec{"webp", picture_format::webp, encode_webp, decode_webp}),
                         [](const auto& of) { return of.param.name; });

TEST(a_bomb, is_refused_before_memory_is_taken_for_it) {
  auto png = encode_png(flag(8, 8));
  // Width and height of IHDR; its checksum no longer fits, which nobody gets to see.
  png.replace(16, 8, std::string("\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF", 8));
  EXPECT_FALSE(decode_png(png));
  // EXIF of 1 GiB; the memory would be taken before the first of its bytes is read.
  auto long_exif = encode_png(flag(8, 8));
  long_exif.insert(33, std::string("\x40\0\0\0eXIfMM", 10));
  EXPECT_FALSE(decode_png(long_exif));
  auto jpeg = encode_jpeg(flag(8, 8));
  const auto frame = jpeg.find("\xFF\xC0");
  ASSERT_NE(frame, jpeg.npos);
  jpeg.replace(frame + 5, 4, "\xFF\xDC\xFF\xDC"); // 65,500 by 65,500
  EXPECT_FALSE(decode_jpeg(jpeg));
  EXPECT_FALSE(decode_gif(test::gif(1, 1, "a", {.screen_width = 65'535, .screen_height = 65'535})));
  // Lossless, 16,383 by 16,383: libwebp would keep all of its pixels.
  EXPECT_FALSE(decode_webp(std::string("RIFF\x16\0\0\0WEBPVP8L\x0A\0\0\0\x2F\xFE\xBF\xFF\x0F\0\0\0\0\0", 30)));
}

/// An APP1 segment.
std::string segment(const std::string& payload) {
  const auto length = payload.size() + 2;
  return std::string("\xFF\xE1") + static_cast<char>(length >> 8) + static_cast<char>(length & 0xFF) + payload;
}

/// A TIFF directory with one entry, the orientation, here "turn right by 90°" (6).
const std::string exif("Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0", 32);

TEST(jpeg_orientation, is_applied) {
  auto file = encode_jpeg(flag(64, 32));
  file.insert(2, segment(exif) + segment(std::string("http://ns.adobe.com/xap/1.0/\0<x/>", 33)));
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

TEST(an_orientation, is_read_from_every_spelling) {
  EXPECT_EQ(read_orientation(exif), 6);
  EXPECT_EQ(read_orientation(exif.substr(6)), 6) << "as PNG and WebP have it";
  EXPECT_EQ(read_orientation(std::string("II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0", 22)), 8);
  EXPECT_EQ(read_orientation(std::string("II\x2A\0\x08\0\0\0\x01\0\x12\x01\x04\0\x01\0\0\0\x03\0\0\0", 22)), 3);
  EXPECT_EQ(read_orientation(std::string("MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x04\0\0\0\x01\0\0\0\x03", 22)), 3);
  auto strange = exif;
  strange[25] = '\x63';
  EXPECT_EQ(read_orientation(strange), 1) << "no such way to hold a camera";
  EXPECT_EQ(read_orientation(""), 1);
  EXPECT_EQ(read_orientation("Exif"), 1);
  for (std::size_t length = 0; length < 26; ++length)
    EXPECT_EQ(read_orientation(exif.substr(0, length)), 1) << length;
}

TEST(stray_bytes_before_a_marker, change_no_pixel) {
  const auto file = encode_jpeg(flag(40, 24));
  const auto alone = decode_jpeg(file);
  ASSERT_TRUE(alone);
  const auto tables = file.find("\xFF\xDB");
  ASSERT_NE(tables, file.npos);
  for (const auto at : {tables, file.size() - 2}) {
    auto odd = file;
    odd.insert(at, 3, '\0');
    EXPECT_EQ(decode_jpeg(odd), alone) << at;
  }
}

TEST(a_jpeg_scan, that_is_cut_off_is_refused_whatever_follows) {
  const auto file = encode_jpeg(flag(200, 200));
  const auto scan = file.find("\xFF\xDA");
  for (const auto length : {scan + 20, (scan + file.size()) / 2, file.size() - 10})
    for (const auto* behind : {"", "\xFF\xD9", "\xFF\xD9 and more"})
      EXPECT_FALSE(decode_jpeg(file.substr(0, length) + behind)) << length << behind;
}

TEST(a_sampler, averages_pixels_in_any_order_by_their_alpha) {
  constexpr int side = 2 * avatar_side;
  sampler pixels(side, 1);
  const std::vector<std::uint8_t> red{200, 0, 0, 255};
  const std::vector<std::uint8_t> ghost{0, 99, 0, 0};
  for (int x = side - 1; x >= 0; --x)
    pixels.add(0, x, 1, x % 2 == 0 ? red : ghost);
  const auto out = pixels.finish();
  ASSERT_EQ(out.width, avatar_side);
  ASSERT_EQ(out.height, 1);
  EXPECT_EQ(std::vector(out.rgba.end() - 4, out.rgba.end()), (std::vector<std::uint8_t>{200, 0, 0, 128}));
}

TEST(a_sampler, holds_the_largest_sums) {
  sampler pixels(side_max, 127);
  const std::vector<std::uint8_t> white(std::size_t{side_max} * 4, 255);
  for (int y = 0; y < 127; ++y)
    pixels.add(y, 0, 1, white);
  const auto out = pixels.finish();
  EXPECT_EQ(out.height, 1);
  EXPECT_TRUE(std::ranges::all_of(out.rgba, [](auto x) { return x == 255; }));
}

RC_GTEST_PROP(a_sampler, keeps_a_small_picture_as_it_is, ()) {
  const auto original = flag(*rc::gen::inRange(1, 40), *rc::gen::inRange(1, 40));
  const int step = *rc::gen::inRange(1, 9);
  sampler pixels(original.width, original.height);
  for (int y = 0; y < original.height; ++y)
    for (int first = 0; first < std::min(step, original.width); ++first) {
      std::vector<std::uint8_t> row; // every step-th pixel, as interlaced pictures come
      for (int x = first; x < original.width; x += step)
        row.insert(row.end(), &original.rgba[pixel_bytes(original.width, y) + pixel_bytes(x, 1)],
                   &original.rgba[pixel_bytes(original.width, y) + pixel_bytes(x, 1)] + 4);
      pixels.add(y, first, step, row);
    }
  RC_ASSERT(pixels.finish() == original);
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
  EXPECT_EQ(recognize("GIF87a"), picture_format::gif);
  EXPECT_FALSE(recognize("GIF88a"));
  EXPECT_FALSE(recognize("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"));
  EXPECT_FALSE(recognize("RIFF\x10\0\0\0WAVE"));
}

} // namespace
} // namespace parley::media
