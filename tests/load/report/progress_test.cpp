#include "load/report/progress.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace parley::load {
namespace {

moment at(double t_s) {
  moment now;
  now.t_s = t_s;
  now.connections = 15'000;
  now.delivered_per_s = 812'345;
  now.p50_ms = 4.08;
  now.p95_ms = 9.31;
  now.p99_ms = 12;
  return now;
}

TEST(progress, a_line_says_what_a_person_wants_to_know) {
  EXPECT_EQ(progress_line(at(12.01)), "12 s  15,000 conn  812k/s  p50 4.1 ms  p95 9.3 ms  p99 12.0 ms  errors 0");
  moment quiet;
  quiet.t_s = 1;
  quiet.connections = 7;
  quiet.delivered_per_s = 999;
  quiet.errors = 1234;
  EXPECT_EQ(progress_line(quiet), "1 s  7 conn  999/s  errors 1,234");
}

TEST(progress, a_terminal_gets_one_line_that_is_written_over) {
  std::ostringstream out;
  progress_display display(out, true);
  display.show(at(100));
  moment shorter;
  shorter.t_s = 101;
  display.show(shorter);
  display.finish();
  const std::string text = out.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\r'), 2);
  EXPECT_EQ(text.size(), 2 * (1 + progress_line(at(100)).size()) + 1) << "blanks cover what was longer";
}

TEST(progress, anything_else_gets_a_line_every_five_seconds) {
  std::ostringstream out;
  progress_display display(out, false);
  for (int second = 1; second <= 11; ++second)
    display.show(at(second));
  display.finish();
  const std::string text = out.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
  EXPECT_EQ(text.find('\r'), std::string::npos);
}

} // namespace
} // namespace parley::load
