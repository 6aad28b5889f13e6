#include "config/command_line.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace parley::config {
namespace {

using overrides = std::vector<std::pair<std::string, std::string>>;

/// What the words of a `parley serve` fill in. Throws CLI::ParseError as the program's main would see it.
sources parse(std::vector<std::string> words) {
  CLI::App app;
  auto serve = app.add_subcommand("serve");
  sources out;
  add_common_options(*serve, out);
  add_server_options(*serve, out);
  words.insert(words.begin(), "serve");
  std::reverse(words.begin(), words.end()); // CLI11 takes a vector from its end
  app.parse(std::move(words));
  return out;
}

TEST(command_line, maps_its_flags_onto_keys) {
  auto from = parse({"--config", "p.toml", "--host", "0.0.0.0", "--port=9000", "--threads", "2", "--data-dir", "/srv/x",
                     "--db", "postgresql://h/d"});
  EXPECT_EQ(from.file, "p.toml");
  EXPECT_EQ(from.overrides, (overrides{{"server.host", "0.0.0.0"},
                                       {"server.port", "9000"},
                                       {"server.threads", "2"},
                                       {"data_dir", "/srv/x"},
                                       {"storage.url", "postgresql://h/d"}}));
}

TEST(command_line, takes_set_as_often_as_needed_and_cuts_at_the_first_equals_sign) {
  auto from = parse({"--set", "auth.secret=a=b", "--set", "server.host=", "--set=server.locale=en"});
  EXPECT_EQ(from.overrides, (overrides{{"auth.secret", "a=b"}, {"server.host", ""}, {"server.locale", "en"}}));
}

TEST(command_line, passes_lists_on_as_they_are) {
  auto from = parse({"--set", R"(http.origins=["https://a.example", "https://b.example"])"});
  EXPECT_EQ(from.overrides, (overrides{{"http.origins", R"(["https://a.example", "https://b.example"])"}}));
}

TEST(command_line, keeps_the_order_so_that_the_later_one_wins) {
  EXPECT_EQ(load(parse({"--port", "1", "--set", "server.port=2"}))->values.server.port, 2);
  EXPECT_EQ(load(parse({"--set", "server.port=2", "--port", "1"}))->values.server.port, 1);
  EXPECT_EQ(load(parse({"--port", "1", "--port", "3"}))->values.server.port, 3);
}

TEST(command_line, adds_up_hosts_that_are_named_one_by_one) {
  using hosts = std::vector<std::string>;
  const auto host_of = [](std::vector<std::string> words) { return load(parse(std::move(words)))->values.server.host; };
  EXPECT_EQ(host_of({"--host", "127.0.0.1", "--host", "[::1]"}), (hosts{"127.0.0.1", "[::1]"}));
  EXPECT_EQ(host_of({"--host", "[\"127.0.0.1\"]", "--host=unix:/run/p.sock"}),
            (hosts{"127.0.0.1", "unix:/run/p.sock"}));
  EXPECT_EQ(host_of({"--host", "127.0.0.1", "--set", "server.host=::1"}), hosts{"::1"})
    << "the later of two ways counts";
  EXPECT_EQ(host_of({"--set", "server.host=::1", "--host", "127.0.0.1"}), hosts{"127.0.0.1"});
}

TEST(command_line, refuses_a_set_without_a_key_or_a_value) {
  EXPECT_THROW(parse({"--set", "server.port"}), CLI::ParseError);
  EXPECT_THROW(parse({"--set", "=1"}), CLI::ParseError);
  EXPECT_THROW(parse({"--set"}), CLI::ParseError);
}

TEST(command_line, leaves_the_judgement_of_values_to_load) {
  auto loaded = load(parse({"--port", "70000"}));
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().find("server.port: 70000 is out of range"), std::string::npos) << loaded.error();
}

} // namespace
} // namespace parley::config
