#include "load/options.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace parley::load {
namespace {

tl::expected<command, early_exit> parse(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;)
    words.push_back(word);
  return parse_options(words);
}

/// The parsed run, or a failed test and an empty one.
run_command run_of(const std::string& line) {
  auto parsed = parse(line);
  EXPECT_TRUE(parsed) << line << ": " << parsed.error().text;
  return parsed ? std::move(std::get<run_command>(*parsed)) : run_command{};
}

std::string effective(const run_command& of, std::string_view name) {
  for (const auto& [each, value] : of.options.effective)
    if (each == name)
      return value;
  return "absent";
}

const std::string target = "--url ws://127.0.0.1:8000/ws --tokens t ";

class options : public testing::Test {
protected:
  options() { std::filesystem::create_directories(folder_); }
  ~options() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& content) {
    const auto path = folder_ / name;
    std::ofstream(path) << content;
    return path;
  }

  void refuses(const std::string& line, const std::string& named) {
    const auto parsed = parse(line);
    ASSERT_FALSE(parsed) << line;
    EXPECT_EQ(parsed.error().code, exit_code::usage) << line;
    EXPECT_NE(parsed.error().text.find(named), std::string::npos) << line << ": " << parsed.error().text;
    EXPECT_EQ(std::count(parsed.error().text.begin(), parsed.error().text.end(), '\n'), 0) << parsed.error().text;
  }

private:
  std::filesystem::path folder_ =
    std::filesystem::temp_directory_path() / ("parley-load-options-" + std::to_string(::getpid()));
};

TEST_F(options, fanout_takes_its_flags) {
  const auto of = run_of("fanout " + target +
                         "--rooms 4 --members 25 --duration 3.5 --warmup 0 --rate 100 --size 200 --senders-per-room 2 "
                         "--processes 2 --dialect parley-chat --json --sources 3 --server-pid 77 --server-pid 78 "
                         "--assert p99_ms<50 --quiet --report r.html --against a.json");
  ASSERT_NE(of.what, nullptr);
  EXPECT_EQ(of.what->name(), "fanout");
  EXPECT_EQ(of.what->connections(), 100U);
  EXPECT_TRUE(of.what->open_loop());
  EXPECT_EQ(of.options.urls.at(0).port, 8000);
  EXPECT_EQ(of.options.tokens, "t");
  EXPECT_EQ(of.options.server_pids, (std::vector<pid_t>{77, 78}));
  EXPECT_EQ(of.options.sources, 3U);
  EXPECT_EQ(of.options.processes, 2U);
  EXPECT_EQ(of.options.speaks.name, "parley-chat");
  EXPECT_EQ(of.options.duration_s, 3.5);
  EXPECT_EQ(of.options.warmup_s, 0);
  EXPECT_TRUE(of.options.json);
  EXPECT_TRUE(of.options.quiet);
  EXPECT_EQ(of.options.report, "r.html");
  EXPECT_EQ(of.options.against, std::vector<std::string>{"a.json"});
  ASSERT_EQ(of.options.assertions.size(), 1U);
  EXPECT_EQ(of.options.assertions[0].name, "p99_ms");
  EXPECT_EQ(effective(of, "senders-per-room"), "2");
  EXPECT_EQ(effective(of, "size"), "200");
}

TEST_F(options, fanout_is_a_closed_loop_of_eight_on_parleys_envelope_unless_told) {
  const auto of = run_of("fanout " + target + "--rooms 1 --members 1");
  ASSERT_NE(of.what, nullptr);
  EXPECT_FALSE(of.what->open_loop());
  EXPECT_EQ(effective(of, "window"), "8");
  EXPECT_EQ(effective(of, "json"), "false");
  EXPECT_EQ(of.options.speaks.name, "parley");
  EXPECT_EQ(of.options.processes, 1U);
  EXPECT_TRUE(of.options.server_pids.empty());
}

TEST_F(options, connect_and_send_take_their_flags) {
  const auto connect = run_of("connect " + target + "--connections 9 --rooms 3 --ramp 50 --hold 2");
  ASSERT_NE(connect.what, nullptr);
  EXPECT_EQ(connect.what->connections(), 9U);
  EXPECT_EQ(connect.options.duration_s, 2);
  EXPECT_EQ(run_of("connect " + target + "--connections 9").options.duration_s, 0);
  const auto churn = run_of("connect " + target + "--connections 9 --churn --duration 3");
  EXPECT_GT(churn.what->sources_wanted(), 1U);
  const auto send = run_of("send " + target + "--rooms 2 --senders 5 --duration 1 --window 3 --acks out");
  ASSERT_NE(send.what, nullptr);
  EXPECT_EQ(send.what->connections(), 5U);
  EXPECT_EQ(effective(send, "acks"), "out");
}

TEST_F(options, a_dialect_without_tokens_needs_no_file_of_them) {
  EXPECT_TRUE(parse("fanout --url ws://h/x --dialect echo --rooms 2 --members 1"));
}

TEST_F(options, a_wrong_command_line_is_one_line_that_names_the_fault_and_code_two) {
  const std::string fanout = "fanout " + target;
  const std::string good = fanout + "--rooms 1 --members 1 ";
  const std::pair<std::string, std::string> cases[] = {
    {"", "subcommand"},
    {"dance", "dance"},
    {"fanout --tokens t --rooms 1 --members 1", "--url"},
    {"fanout --url ws://h/ws --rooms 1 --members 1", "--tokens"},
    {"fanout --url http://h/ws --tokens t --rooms 1 --members 1", "--url"},
    {good + "--url ws://h:0", "'ws://h:0'"},
    {good + "--ca f", "--ca"},
    {good + "--insecure", "--insecure"},
    {good + "--url wss://h --ca f --insecure", "--insecure"},
    {fanout + "--rooms 1", "--members"},
    {fanout + "--rooms 0 --members 1", "--rooms"},
    {fanout + "--rooms x --members 1", "--rooms"},
    {good + "--window 2 --rate 5", "--rate"},
    {good + "--rate -1", "--rate"},
    {good + "--duration 0", "--duration"},
    {good + "--duration nan", "'nan' is not a finite number"},
    {good + "--rate=NaN", "'--rate=NaN' is not a finite number"},
    {good + "--rate -inf", "'-inf' is not a finite number"},
    {good + "--duration x", "--duration"},
    {good + "--warmup -1", "--warmup"},
    {good + "--size 10", "--size"},
    {good + "--size 4001", "--size"},
    {good + "--dialect other", "'other'"},
    {good + "--dialect /nonexistent.toml", "/nonexistent.toml"},
    {good + "--senders-per-room 2", "--senders-per-room"},
    {good + "--processes 2", "--processes"},
    {good + "--processes 0", "--processes"},
    {good + "--sources 251", "--sources"},
    {good + "--server-pid 0", "--server-pid"},
    {good + "--assert p99_ms", "'p99_ms'"},
    {good + "--assert p98_ms<5", "'p98_ms'"},
    {good + "--config", "--config"},
    {good + "--config /tmp", "/tmp is a folder"},
    {good + "--config /nonexistent.toml", "/nonexistent.toml"},
    {fanout + "--rooms 2000 --members 2000", "--rooms times --members"},
    {good + "--dialect echo --members 2", "--members"},
    {good + "--unknown", "--unknown"},
    {good + "stray", "stray"},
    {"fanout --url ws://h/x --dialect echo --rooms 2 --members 2", "echo"},
    {"connect " + target, "--connections"},
    {"connect " + target + "--connections 0", "--connections"},
    {"connect " + target + "--connections 1 --dialect parley-chat", "--rooms"},
    {"send " + target + "--rooms 1", "--senders"},
    {"send --url ws://h/x --dialect echo --rooms 1 --senders 1 --acks f", "--acks"},
    {"send --url ws://h/x --dialect nchan --rooms 1 --senders 1", "nchan"},
    {"report a.json", "--out"},
    {"report --out x", "run"}};
  for (const auto& [line, named] : cases)
    refuses(line, named);
}

TEST_F(options, stages_say_how_long_a_run_lasts_and_its_parts_may_be_asserted) {
  const std::string fanout = "fanout " + target + "--rooms 4 --members 2 ";
  const auto of = run_of(fanout + "--rate 5 --stages 100:1.5,100:2 --assert p99_ms{stage=2}<50");
  ASSERT_NE(of.what, nullptr);
  EXPECT_TRUE(of.what->open_loop());
  EXPECT_EQ(of.what->rates().stages(), 2U);
  EXPECT_EQ(of.options.duration_s, 3.5);
  EXPECT_EQ(of.options.warmup_s, 0);
  EXPECT_EQ(effective(of, "duration"), "3.5");
  EXPECT_EQ(effective(of, "warmup"), "0");
  EXPECT_EQ(of.options.assertions.at(0).name, "p99_ms{stage=2}");
  EXPECT_EQ(run_of(fanout + "--stages 100:1 --warmup 2").options.warmup_s, 2);
  for (const char* scenario : {"send --senders 2", "chat --users 4", "http"})
    EXPECT_TRUE(run_of(std::string(scenario) + " " + target + "--rooms 2 --stages 10:1").what->open_loop()) << scenario;
}

TEST_F(options, stages_may_be_a_list_in_a_file) {
  const std::string config = file("run.toml", "scenario = 'fanout'\nurl = 'ws://h:1/ws'\ntokens = 't'\nrooms = 4\n"
                                              "members = 2\nrate = 10\nstages = ['100:1', '100:2']\n");
  const auto of = run_of("--config " + config);
  ASSERT_NE(of.what, nullptr);
  EXPECT_EQ(of.what->rates().stages(), 2U);
  EXPECT_EQ(of.what->rates().target_of(0), 100);
  EXPECT_EQ(of.what->rates().things_of(0), 55);
}

TEST_F(options, stages_that_make_no_sense_are_refused_in_one_line) {
  const std::string fanout = "fanout " + target + "--rooms 4 --members 2 ";
  refuses(fanout + "--stages 100", "'100' is not TARGET:SECONDS, as 200:30");
  refuses(fanout + "--stages 0:10", "--stages: the stages begin nothing");
  refuses(fanout + "--stages 100:10 --duration 5", "--duration is what --stages last together: leave it out");
  refuses(fanout + "--stages 100:10 --window 5", "--window");
  refuses(fanout + "--stages 100:10 --assert p99_ms{stage=2}<5", "'p99_ms{stage=2}'");
  refuses(fanout + "--rate 100 --assert p99_ms{stage=1}<5", "'p99_ms{stage=1}'");
  refuses("connect " + target + "--connections 1 --stages 100:10", "--stages");
}

TEST_F(options, a_file_stands_for_flags_and_flags_win) {
  const std::string config = file("run.toml", "scenario = 'fanout'\nurl = 'ws://h:1/ws'\ntokens = 't'\nrooms = 4\n"
                                              "members = 2\nduration = 2.5\nwindow = 3\njson = true\nquiet = false\n"
                                              "server-pid = [5, 6]\nassert = ['lost==0', 'errors==0']\n");
  const auto of = run_of("--config " + config);
  ASSERT_NE(of.what, nullptr);
  EXPECT_EQ(of.what->connections(), 8U);
  EXPECT_EQ(of.options.duration_s, 2.5);
  EXPECT_TRUE(of.options.json);
  EXPECT_FALSE(of.options.quiet);
  EXPECT_EQ(of.options.server_pids, (std::vector<pid_t>{5, 6}));
  EXPECT_EQ(of.options.assertions.size(), 2U);
  EXPECT_EQ(effective(of, "window"), "3");
  const auto changed = run_of("fanout --rooms 7 --config=" + config + " --rate 9 --server-pid 1");
  ASSERT_NE(changed.what, nullptr);
  EXPECT_EQ(changed.what->connections(), 14U);
  EXPECT_TRUE(changed.what->open_loop()) << "a rate takes the place of the file's window";
  EXPECT_EQ(changed.options.server_pids, (std::vector<pid_t>{1}));
}

TEST_F(options, several_servers_are_several_urls_on_the_command_line_or_in_a_file) {
  const std::vector<std::string> both{"ws://a:1/ws", "ws://b:2/ws"};
  const std::string rest = " --tokens t --rooms 2 --members 3";
  EXPECT_EQ(run_of("fanout --url ws://a:1/ws --url ws://b:2/ws" + rest).options.url_texts, both);
  const std::string config = file("run.toml", "scenario = 'fanout'\nurl = ['ws://a:1/ws', 'ws://b:2/ws']\n");
  const auto of = run_of("--config " + config + rest);
  EXPECT_EQ(of.options.url_texts, both);
  EXPECT_EQ(of.options.urls.at(1).port, 2);
  EXPECT_EQ(effective(of, "url"), "ws://a:1/ws ws://b:2/ws");
  EXPECT_EQ(run_of("--config " + config + rest + " --url ws://c").options.url_texts.size(), 1U);
}

TEST_F(options, tls_is_a_scheme_with_a_port_and_a_trust_of_its_own) {
  const auto of = run_of("connect --connections 1 --dialect echo --url wss://h/x --url wss://h:1 --ca f");
  EXPECT_TRUE(of.options.urls.at(0).secure);
  EXPECT_EQ(of.options.urls.at(0).port, 443);
  EXPECT_EQ(of.options.urls.at(1).port, 1);
  EXPECT_EQ(of.options.ca, "f");
  EXPECT_TRUE(run_of("connect --connections 1 --dialect echo --url wss://h --insecure").options.insecure);
}

TEST_F(options, an_alias_of_a_key_wins_too) {
  const std::string config = file("run.toml", "url = 'ws://h/ws'\ntokens = 't'\nconnections = 1\nduration = 9");
  EXPECT_EQ(run_of("connect --hold 1 --config " + config).options.duration_s, 1);
}

TEST_F(options, a_wrong_file_is_one_line_that_names_file_and_key) {
  const std::string start = "url = 'ws://h/ws'\ntokens = 't'\nrooms = 1\nmembers = 1\n";
  const std::pair<std::string, std::string> cases[] = {{"rums = 1", "'rums' is no option of fanout"},
                                                       {"config = 'x'", "'config' is no option"},
                                                       {"duration = true", "'duration'"},
                                                       {"duration = 'soon'", "--duration"},
                                                       {"json = 1", "'json'"},
                                                       {"dialect = {}", "'dialect'"},
                                                       {"window = 0", "--window"},
                                                       {"rate = 5\nwindow = 2", "--rate"},
                                                       {"a = ", "line 5"}};
  for (const auto& [text, named] : cases)
    refuses("fanout --config " + file("run.toml", start + text), named);
  refuses("--config " + file("run.toml", start), "'scenario'");
  refuses("--config " + file("run.toml", "scenario = 'dance'\n" + start), "'dance'");
  refuses("--config " + file("run.toml", "scenario = 'dialects'"), "'dialects'");
}

TEST_F(options, a_dialect_of_a_file_is_read_and_its_faults_are_told) {
  const std::string good = file("mine.toml", "publish = '{content}'");
  const auto of = run_of("fanout --url ws://h/x --rooms 1 --members 2 --dialect " + good);
  EXPECT_EQ(of.options.speaks.name, good) << "a dialect without a name has that of its file";
  refuses("fanout --url ws://h/x --rooms 1 --members 2 --dialect " + file("bad.toml", "publish = 'x'"), "'publish'");
  refuses("fanout --url ws://h/x --rooms 1 --members 2 --dialect " + file("mute.toml", ""), "how to publish");
}

TEST_F(options, the_other_commands_take_theirs) {
  EXPECT_TRUE(std::holds_alternative<list_scenarios>(parse("scenarios").value()));
  EXPECT_EQ(std::get<show_dialects>(parse("dialects").value()).name, "");
  EXPECT_EQ(std::get<show_dialects>(parse("dialects nchan").value()).name, "nchan");
  const auto report = std::get<make_report>(parse("report a.json b.json --out c.html").value());
  EXPECT_EQ(report.run, "a.json");
  EXPECT_EQ(report.against, "b.json");
  EXPECT_EQ(report.out, "c.html");
}

TEST_F(options, help_is_no_error) {
  for (const std::string line : {"--help", "fanout --help"}) {
    const auto parsed = parse(line);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, exit_code::good);
    EXPECT_NE(parsed.error().text.find("fanout"), std::string::npos);
  }
}

} // namespace
} // namespace parley::load
