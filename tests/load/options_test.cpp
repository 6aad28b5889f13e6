#include "load/options.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace parley::load {
namespace {

tl::expected<any_options, early_exit> parse(const std::string& line) {
  std::istringstream in("parley-load " + line);
  std::vector<std::string> words;
  for (std::string word; in >> word;)
    words.push_back(word);
  std::vector<const char*> argv;
  for (const std::string& word : words)
    argv.push_back(word.c_str());
  return parse_options(static_cast<int>(argv.size()), argv.data());
}

const std::string target = "--url ws://127.0.0.1:8000/ws --tokens t ";

TEST(options, fanout_takes_its_flags) {
  const auto parsed =
    parse("fanout " + target +
          "--rooms 4 --members 25 --duration 3.5 --warmup 0 --rate 100 --size 200 --senders-per-room 2 "
          "--threads 2 --path flat --json --sources 3 --server-pid 77");
  ASSERT_TRUE(parsed) << parsed.error().text;
  const auto& of = std::get<fanout_options>(*parsed);
  EXPECT_EQ(of.common.url.port, 8000);
  EXPECT_EQ(of.common.tokens, "t");
  EXPECT_EQ(of.common.server_pid, 77);
  EXPECT_EQ(of.common.sources, 3U);
  EXPECT_TRUE(of.common.json);
  EXPECT_EQ(of.rooms, 4U);
  EXPECT_EQ(of.members, 25U);
  EXPECT_EQ(of.duration_s, 3.5);
  EXPECT_EQ(of.warmup_s, 0);
  EXPECT_EQ(of.rate, 100);
  EXPECT_EQ(of.size, 200U);
  EXPECT_EQ(of.senders_per_room, 2U);
  EXPECT_EQ(of.threads, 2U);
  EXPECT_EQ(of.path, wire_path::flat);
}

TEST(options, fanout_is_a_closed_loop_of_eight_on_the_envelope_path_unless_told) {
  const auto parsed = parse("fanout " + target + "--rooms 1 --members 1");
  ASSERT_TRUE(parsed) << parsed.error().text;
  const auto& of = std::get<fanout_options>(*parsed);
  EXPECT_EQ(of.window, 8U);
  EXPECT_EQ(of.rate, 0);
  EXPECT_EQ(of.path, wire_path::envelope);
  EXPECT_FALSE(of.common.server_pid);
}

TEST(options, connect_and_send_take_their_flags) {
  const auto connect = parse("connect " + target + "--connections 9 --rooms 3 --ramp 50 --hold 2");
  ASSERT_TRUE(connect) << connect.error().text;
  EXPECT_EQ(std::get<connect_options>(*connect).connections, 9U);
  EXPECT_EQ(std::get<connect_options>(*connect).rooms, 3U);
  EXPECT_EQ(std::get<connect_options>(*connect).ramp, 50);
  EXPECT_EQ(std::get<connect_options>(*connect).hold_s, 2);
  const auto send = parse("send " + target + "--rooms 2 --senders 5 --duration 1 --window 3 --acks out");
  ASSERT_TRUE(send) << send.error().text;
  EXPECT_EQ(std::get<send_options>(*send).senders, 5U);
  EXPECT_EQ(std::get<send_options>(*send).window, 3U);
  EXPECT_EQ(std::get<send_options>(*send).acks, "out");
}

TEST(options, a_wrong_command_line_is_one_line_and_code_two) {
  const std::string fanout = "fanout " + target;
  const std::string cases[] = {"",
                               "dance",
                               "fanout --tokens t --rooms 1 --members 1",
                               "fanout --url ws://h/ws --rooms 1 --members 1",
                               "fanout --url http://h/ws --tokens t --rooms 1 --members 1",
                               fanout + "--rooms 1",
                               fanout + "--rooms 0 --members 1",
                               fanout + "--rooms x --members 1",
                               fanout + "--rooms 1 --members 1 --window 2 --rate 5",
                               fanout + "--rooms 1 --members 1 --rate -1",
                               fanout + "--rooms 1 --members 1 --duration 0",
                               fanout + "--rooms 1 --members 1 --size 10",
                               fanout + "--rooms 1 --members 1 --size 4001",
                               fanout + "--rooms 1 --members 1 --path other",
                               fanout + "--rooms 1 --members 1 --senders-per-room 2",
                               fanout + "--rooms 1 --members 1 --threads 2",
                               fanout + "--rooms 2000 --members 2000",
                               fanout + "--rooms 1 --members 1 --unknown",
                               "connect " + target,
                               "connect " + target + "--connections 0",
                               "send " + target + "--rooms 1"};
  for (const std::string& line : cases) {
    const auto parsed = parse(line);
    ASSERT_FALSE(parsed) << line;
    EXPECT_EQ(parsed.error().code, exit_code::usage) << line;
    EXPECT_FALSE(parsed.error().text.empty()) << line;
    EXPECT_EQ(std::count(parsed.error().text.begin(), parsed.error().text.end(), '\n'), 0) << parsed.error().text;
  }
}

TEST(options, help_is_no_error) {
  for (const std::string line : {"--help", "fanout --help"}) {
    const auto parsed = parse(line);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, exit_code::good);
    EXPECT_NE(parsed.error().text.find("fanout"), std::string::npos);
  }
}

} // namespace
} // namespace parley::load
