// A report counts, explains and names.
#include "moving/report.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace parley::moving {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(a_report, names_the_first_rows_of_each_rule_and_counts_all) {
  report told(nullptr);
  for (int i = 1; i <= 5; ++i)
    told.note(kind::user, std::to_string(i), rule::new_name, "a → b");
  told.of(kind::user) = {.read = 5, .taken = 5};
  const auto text = told.summary();
  EXPECT_THAT(text, HasSubstr("new_name, 5: "));
  EXPECT_THAT(text, HasSubstr("  user 3: a → b\n  …\n"));
  EXPECT_THAT(text, Not(HasSubstr("user 4")));
}

TEST(a_report, writes_each_note_as_a_line_of_json) {
  std::ostringstream lines;
  report told(&lines);
  told.note(kind::message, "7", rule::no_room, "room \"8\"");
  told.note_once(kind::message, rule::no_time, "timestamp is not told");
  told.note_once(kind::message, rule::no_time, "timestamp is not told");
  told.note_source("table cats", "nothing is known of it");
  EXPECT_EQ(lines.str(), R"({"kind":"message","id":"7","rule":"no_room","what":"room \"8\""})"
                         "\n"
                         R"({"kind":"message","id":"*","rule":"no_time","what":"timestamp is not told"})"
                         "\n"
                         R"({"kind":"source","id":"table cats","rule":"not_taken","what":"nothing is known of it"})"
                         "\n");
}

TEST(a_report, commands_no_terminal) {
  report told(nullptr);
  told.note(kind::user, "\x1b[2J", rule::new_name, "\xFF\n");
  EXPECT_THAT(told.summary(), Not(HasSubstr("\x1b")));
  EXPECT_THAT(told.summary(), HasSubstr("user ?[2J: \uFFFD?"));
}

} // namespace
} // namespace parley::moving
