#include "tests/media/pictures.hpp"

#include <gtest/gtest.h>

namespace parley::media {
namespace {

using test::gif;
using test::hue;

/// 'r', 'g' and 'b' become the colours' indices.
std::string indices(std::string text) {
  for (auto& c : text)
    c = c == 'r' ? '\0' : c == 'g' ? '\1' : '\2';
  return text;
}

/// The hues of the whole picture, row by row; a point for what is transparent.
std::string hues(const std::optional<picture>& x) {
  std::string out;
  for (int row = 0; x && row < x->height; ++row)
    for (int column = 0; column < x->width; ++column)
      out += x->rgba[pixel_bytes(x->width, row) + pixel_bytes(column, 1) + 3] == 0 ? '.' : hue(*x, column, row);
  return out;
}

TEST(decode_gif, gives_the_first_frame_alone) {
  const auto file = gif(3, 2, indices("rgbbgr"), {.screen_width = 3, .screen_height = 2, .frames = 3});
  EXPECT_EQ(hues(decode_gif(file)), "rgbbgr");
}

TEST(decode_gif, lays_a_frame_on_its_screen) {
  EXPECT_EQ(hues(decode_gif(gif(1, 1, indices("g"), {.left = 1, .top = 1, .screen_width = 3, .screen_height = 2}))),
            "....g.");
  EXPECT_EQ(hues(decode_gif(gif(2, 1, indices("rb"), {.left = 1, .screen_width = 2, .screen_height = 1}))), ".rb")
    << "a frame that leaves its screen makes it larger";
}

TEST(decode_gif, knows_a_transparent_colour) {
  EXPECT_EQ(hues(decode_gif(gif(3, 1, indices("rgb"), {.transparent = 1}))), "r.b");
}

TEST(decode_gif, puts_interlaced_rows_in_their_places) {
  // Rows 0 and 8, then 4, then 2 and 6, then the odd ones.
  EXPECT_EQ(hues(decode_gif(gif(1, 9, indices("rrgbbgggg"), {.interlaced = true}))), "rgbgggbgr");
}

TEST(decode_gif, bears_the_want_of_a_trailer_and_bytes_behind_it) {
  const auto file = gif(2, 1, indices("rg"));
  EXPECT_EQ(hues(decode_gif(file.substr(0, file.size() - 1))), "rg");
  EXPECT_EQ(hues(decode_gif(file + "and more")), "rg");
  EXPECT_EQ(hues(decode_gif(file.substr(0, file.size() - 1) + '\0')), "rg");
}

TEST(decode_gif, refuses_what_is_cut_off) {
  const std::string pixels(600, '\1');
  const auto file = gif(30, 20, pixels, {.frames = 2});
  const auto one_frame = gif(30, 20, pixels);
  ASSERT_TRUE(decode_gif(file));
  for (std::size_t length = 0; length + 1 < file.size(); ++length)
    EXPECT_EQ(decode_gif(file.substr(0, length)).has_value(), length == one_frame.size() - 1) << length;
}

TEST(decode_gif, refuses_a_frame_without_pixels) {
  EXPECT_FALSE(decode_gif(gif(0, 1, "")));
  EXPECT_FALSE(decode_gif(gif(1, 0, "")));
  EXPECT_FALSE(decode_gif(gif(2, 2, indices("rgb")))) << "fewer than it claims";
}

} // namespace
} // namespace parley::media
