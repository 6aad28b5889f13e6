#include "protocol/json_writer.hpp"
#include "tests/protocol/ws_frames.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace parley {
namespace {

using test::refusal;
using test::taken;

constexpr auto bad = error_code::bad_message;
constexpr auto invalid = error_code::validation_failed;

std::string frame(std::string_view type, std::string_view members) {
  std::string out = R"({"type":")";
  return out.append(type).append(R"(","payload":{)").append(members).append("}}");
}

template <class Steering>
Steering steered(std::string_view type, std::string_view members) {
  const auto command = taken<steer_command>(frame(type, members));
  EXPECT_EQ(command.room, room_id{3});
  const auto* what = std::get_if<Steering>(&command.what);
  if (what == nullptr) {
    ADD_FAILURE() << type << " became another way to steer";
    return {};
  }
  return *what;
}

// -- what is taken -------------------------------------------------------------------

TEST(a_sync_load, names_a_video_or_none) {
  EXPECT_EQ(steered<sync_load>("sync_load", R"("room_id":3,"video_id":4)").what, video_id{4});
  EXPECT_EQ(steered<sync_load>("sync_load", R"("room_id":3,"video_id":null)").what, std::nullopt);
}

TEST(positions, are_seconds_from_0_to_a_week) {
  EXPECT_EQ(steered<sync_play>("sync_play", R"("room_id":3,"position_s":12.345)").position_s, 12.345);
  EXPECT_EQ(steered<sync_pause>("sync_pause", R"("room_id":3,"position_s":7)").position_s, 7);
  EXPECT_EQ(steered<sync_seek>("sync_seek", R"("room_id":3,"position_s":0)").position_s, 0);
  EXPECT_EQ(steered<sync_seek>("sync_seek", R"("room_id":3,"position_s":604800.0)").position_s, 604800);
}

TEST(positions, have_no_negative_zero) {
  EXPECT_FALSE(std::signbit(steered<sync_seek>("sync_seek", R"("room_id":3,"position_s":-0.0)").position_s));
}

TEST(a_sync_rate, is_a_quarter_to_four) {
  EXPECT_EQ(steered<sync_rate>("sync_rate", R"("room_id":3,"rate":0.25)").rate, 0.25);
  EXPECT_EQ(steered<sync_rate>("sync_rate", R"("room_id":3,"rate":4)").rate, 4);
}

TEST(steering, may_say_which_version_it_is_meant_for) {
  const auto version = [](std::string_view members) {
    return taken<steer_command>(frame("sync_seek", std::string{members} + R"(,"room_id":3,"position_s":1)")).if_version;
  };
  EXPECT_EQ(version(R"("x":1)"), std::nullopt);
  EXPECT_EQ(version(R"("if_version":null)"), std::nullopt);
  EXPECT_EQ(version(R"("if_version":0)"), 0);
  EXPECT_EQ(version(R"("if_version":7,"if_version":9223372036854775807)"), 9223372036854775807);
}

TEST(buffering, says_whether) {
  const auto command = taken<buffering_command>(frame("sync_buffering", R"("room_id":3,"is_buffering":true)"));
  EXPECT_EQ(command.room, room_id{3});
  EXPECT_TRUE(command.is_buffering);
  EXPECT_FALSE(taken<buffering_command>(frame("sync_buffering", R"("room_id":3,"is_buffering":false)")).is_buffering);
}

TEST(a_sync_request, names_the_room) {
  EXPECT_EQ(taken<sync_request_command>(frame("sync_request", R"("room_id":3)")).room, room_id{3});
}

TEST(a_clock_ping, keeps_the_number_as_it_was_written) {
  for (const char* t0 :
       {"0", "-0", "1795228685123", "1795228685123.4567891234", "1.50", "1E3", "123456789012345678901"})
    EXPECT_EQ(taken<clock_ping_command>(frame("clock_ping", std::string{R"("t0": )"} + t0 + " ")).t0, t0);
}

RC_GTEST_PROP(positions, are_read_exactly, ()) {
  const double position =
    *rc::gen::map(rc::gen::arbitrary<std::uint32_t>(), [](std::uint32_t x) { return x / 7101.0; });
  json_writer out{32};
  out.real("position_s", position);
  const auto request = decode_ws(frame("sync_seek", R"("room_id":3,)" + out.take()));
  RC_ASSERT(request.has_value());
  RC_ASSERT(std::get<sync_seek>(std::get<steer_command>(request->command).what).position_s == position);
}

// -- what is refused -------------------------------------------------------------------

struct bad_members {
  const char* type;
  const char* members;
  error_code code;
};

class a_sync_frame : public testing::TestWithParam<bad_members> {};

TEST_P(a_sync_frame, is_refused_with_its_code) {
  const auto& x = GetParam();
  EXPECT_EQ(refusal(frame(x.type, x.members)), x.code) << x.type << ' ' << x.members;
}

INSTANTIATE_TEST_SUITE_P(
  with_a_missing_or_mistyped_member, a_sync_frame,
  testing::Values(bad_members{"sync_load", R"("video_id":4)", bad}, bad_members{"sync_load", R"("room_id":3)", bad},
                  bad_members{"sync_load", R"("room_id":3,"video_id":"4")", bad},
                  bad_members{"sync_load", R"("room_id":3,"video_id":0)", bad},
                  bad_members{"sync_load", R"("room_id":3,"video_id":4,"if_version":"1")", bad},
                  bad_members{"sync_play", R"("room_id":3)", bad}, bad_members{"sync_play", R"("position_s":1)", bad},
                  bad_members{"sync_play", R"("room_id":3,"position_s":null)", bad},
                  bad_members{"sync_pause", R"("room_id":3,"position_s":"1")", bad},
                  bad_members{"sync_pause", R"("room_id":"3","position_s":1)", bad},
                  bad_members{"sync_seek", R"("room_id":3,"position_s":true)", bad},
                  bad_members{"sync_seek", R"("room_id":3,"position_s":1e999)", bad},
                  bad_members{"sync_seek", R"("room_id":3,"position_s":NaN)", bad},
                  bad_members{"sync_seek", R"("room_id":3,"position_s":1,"if_version":-1)", bad},
                  bad_members{"sync_seek", R"("room_id":3,"position_s":1,"if_version":1.5)", bad},
                  bad_members{"sync_seek", R"("room_id":3,"position_s":-1,"if_version":[])", bad},
                  bad_members{"sync_rate", R"("room_id":3)", bad},
                  bad_members{"sync_rate", R"("room_id":3,"rate":[1])", bad},
                  bad_members{"sync_rate", R"("room_id":3,"position_s":1)", bad},
                  bad_members{"sync_buffering", R"("room_id":3)", bad},
                  bad_members{"sync_buffering", R"("is_buffering":true)", bad},
                  bad_members{"sync_buffering", R"("room_id":3,"is_buffering":1)", bad},
                  bad_members{"sync_request", "", bad}, bad_members{"sync_request", R"("room_id":0)", bad},
                  bad_members{"clock_ping", "", bad}, bad_members{"clock_ping", R"("t0":null)", bad},
                  bad_members{"clock_ping", R"("t0":"1")", bad}, bad_members{"clock_ping", R"("t0":01)", bad}));

INSTANTIATE_TEST_SUITE_P(out_of_bounds, a_sync_frame,
                         testing::Values(bad_members{"sync_play", R"("room_id":3,"position_s":-0.001)", invalid},
                                         bad_members{"sync_pause", R"("room_id":3,"position_s":604800.001)", invalid},
                                         bad_members{"sync_seek", R"("room_id":3,"position_s":1e308)", invalid},
                                         bad_members{"sync_seek", R"("room_id":3,"position_s":18446744073709551615)",
                                                     invalid},
                                         bad_members{"sync_rate", R"("room_id":3,"rate":0.249)", invalid},
                                         bad_members{"sync_rate", R"("room_id":3,"rate":4.001)", invalid},
                                         bad_members{"sync_rate", R"("room_id":3,"rate":0)", invalid},
                                         bad_members{"sync_rate", R"("room_id":3,"rate":-1)", invalid}));

} // namespace
} // namespace parley
