#include "load/dialect/text_template.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

std::string filled(std::string_view text, const fillings& with) {
  const auto parsed = text_template::parse(text);
  return parsed ? parsed->fill(with) : "fault: " + parsed.error();
}

TEST(text_template, fills_every_place) {
  const fillings with{.room = 7,
                      .member = 8,
                      .token = "t.t",
                      .content = "cc",
                      .marker = "~m~",
                      .n = 18'446'744'073'709'551'615U,
                      .last_id = 9};
  EXPECT_EQ(filled("{room} {member} {token} {content} {marker} {n} {last_id}", with),
            "7 8 t.t cc ~m~ 18446744073709551615 9");
  EXPECT_EQ(filled("{room}{room}", with), "77");
}

TEST(text_template, braces_of_json_stand_for_themselves) {
  EXPECT_EQ(filled(R"({"payload":{"room_id":{room},"x":{}}})", {.room = 3}), R"({"payload":{"room_id":3,"x":{}}})");
  EXPECT_EQ(filled("{", {}), "{");
  EXPECT_EQ(filled("}{", {}), "}{");
  EXPECT_EQ(filled("{Room}", {}), "{Room}") << "places are lower case";
  EXPECT_EQ(filled("{{room}}", {.room = 3}), "{3}");
}

TEST(text_template, names_an_unknown_place) {
  EXPECT_EQ(filled("{rooom}", {}), "fault: there is no place {rooom}; \\{rooom} would stand for itself");
}

TEST(text_template, leaves_a_word_behind_a_backslash_alone) {
  EXPECT_EQ(filled(R"(\{rooom} {room})", {.room = 3}), "{rooom} 3");
  EXPECT_EQ(filled(R"(\{room})", {.room = 3}), "{room}");
  EXPECT_EQ(filled(R"(\\{room})", {.room = 3}), R"(\{room})");
  EXPECT_EQ(filled(R"({"a":"\n\"{room}\""})", {.room = 3}), R"({"a":"\n\"3\""})");
}

TEST(text_template, knows_its_places) {
  const auto parsed = text_template::parse("/ws/{room}").value();
  EXPECT_TRUE(parsed.uses(text_template::place::room));
  EXPECT_FALSE(parsed.uses(text_template::place::token));
  EXPECT_FALSE(parsed.empty());
  EXPECT_TRUE(text_template().empty());
  EXPECT_EQ(parsed.source(), "/ws/{room}");
}

} // namespace
} // namespace parley::load
