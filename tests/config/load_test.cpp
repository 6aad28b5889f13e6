#include "config/load.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::config {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using overrides = std::vector<std::pair<std::string, std::string>>;
using environment = std::map<std::string, std::string>;

/// The settings, or the test fails.
loaded_settings must(const sources& from) {
  auto loaded = load(from);
  if (!loaded)
    ADD_FAILURE() << loaded.error();
  return loaded ? *loaded : loaded_settings{};
}

/// The error, which is always one line.
std::string fault(const sources& from) {
  auto loaded = load(from);
  if (loaded)
    return "";
  EXPECT_THAT(loaded.error(), Not(HasSubstr("\n")));
  return loaded.error();
}

class load_from_file : public testing::Test {
protected:
  sources with_file(std::string_view toml) { return {folder_.write("parley.toml", toml), {}, {}}; }

  test::temporary_folder folder_;
};

TEST(load, gives_the_defaults_of_the_contract_from_nothing) {
  auto loaded = must({});
  const auto& s = loaded.values;
  EXPECT_EQ(s.data_dir, "./data");
  EXPECT_EQ(s.server.host, std::vector<std::string>{"127.0.0.1"});
  EXPECT_EQ(s.server.unix_mode, "0660");
  EXPECT_EQ(s.server.port, 8000);
  EXPECT_EQ(s.server.threads, 0u);
  EXPECT_EQ(s.server.environment, environment_name::development);
  EXPECT_EQ(s.server.locale, language::zh);
  EXPECT_EQ(s.server.drain_seconds, 10u);
  EXPECT_EQ(s.server.max_connections, 0u);
  EXPECT_TRUE(s.http.origins.empty());
  EXPECT_TRUE(s.http.media_hosts.empty());
  EXPECT_EQ(s.http.head_bytes, 16384u);
  EXPECT_EQ(s.http.first_byte_seconds, 10u);
  EXPECT_EQ(s.http.head_seconds, 10u);
  EXPECT_EQ(s.http.body_pause_seconds, 20u);
  EXPECT_EQ(s.http.keep_alive_seconds, 75u);
  EXPECT_EQ(s.auth.secret, "");
  EXPECT_EQ(s.auth.access_minutes, 30u);
  EXPECT_EQ(s.auth.refresh_days, 14u);
  EXPECT_EQ(s.auth.bcrypt_cost, 12);
  EXPECT_EQ(s.storage.url, "sqlite:///parley.db");
  EXPECT_EQ(s.storage.durability, durability_mode::full);
  EXPECT_EQ(s.storage.readers, 2u);
  EXPECT_EQ(s.files.dir, "");
  EXPECT_EQ(files_folder(s), s.data_dir);
  EXPECT_EQ(s.websocket.heartbeat_ms, 30000u);
  EXPECT_EQ(s.websocket.auth_seconds, 10u);
  EXPECT_EQ(s.websocket.message_bytes, 65536u);
  EXPECT_EQ(s.websocket.outbox_bytes, 262144u);
  EXPECT_TRUE(s.websocket.compression);
  EXPECT_EQ(s.websocket.compress_min_bytes, 200u);
  EXPECT_EQ(s.websocket.hold_ms, 10);
  EXPECT_TRUE(s.limits.rate_limiting);
  EXPECT_EQ(s.limits.body_bytes, 1048576u);
  EXPECT_EQ(s.limits.profile_body_bytes, 3145728u);
  EXPECT_EQ(s.limits.avatar_bytes, 2097152u);
  EXPECT_EQ(s.limits.video_bytes, 2147483648u);
  EXPECT_EQ(s.limits.file_bytes, 26214400u);
  EXPECT_EQ(s.limits.logins_per_minute, 5u);
  EXPECT_EQ(s.limits.registrations_per_minute, 5u);
  EXPECT_EQ(s.limits.messages_per_second, 20u);
  EXPECT_EQ(s.limits.frames_per_second, 60u);
  EXPECT_EQ(s.limits.joins_per_second, 20u);
  EXPECT_EQ(s.rooms.presence_grace_ms, 3000u);
  EXPECT_EQ(s.log.level, log_level::info);
  EXPECT_EQ(s.log.format, log_format::text);
  EXPECT_EQ(s.log.file, "");
  EXPECT_EQ(s.log.access, access_log::off);
  EXPECT_EQ(s.tls.certificate, std::vector<std::string>{});
  EXPECT_EQ(s.tls.key, std::vector<std::string>{});
  EXPECT_FALSE(s.cluster.enabled);
  EXPECT_EQ(s.cluster.listen, "127.0.0.1:0");
  EXPECT_EQ(s.cluster.name + s.cluster.advertise + s.cluster.certificate + s.cluster.key + s.cluster.ca, "");
  EXPECT_EQ(s.cluster.lease_ms, 1500u);
  EXPECT_TRUE(s.cluster.rebalance);
  for (const auto& [key, from] : loaded.origins)
    EXPECT_EQ(from, origin::default_value) << key;
}

TEST_F(load_from_file, takes_each_kind_of_value) {
  auto loaded = must(with_file(R"(
data_dir = "/srv/parley"
[server]
port = 9_000
locale = "ru"
[http]
origins = ["https://a.example", "http://localhost:5173"]
[limits]
rate_limiting = false
)"));
  EXPECT_EQ(loaded.values.data_dir, "/srv/parley");
  EXPECT_EQ(loaded.values.server.port, 9000);
  EXPECT_EQ(loaded.values.server.locale, language::ru);
  EXPECT_EQ(loaded.values.http.origins, (std::vector<std::string>{"https://a.example", "http://localhost:5173"}));
  EXPECT_FALSE(loaded.values.limits.rate_limiting);
  EXPECT_EQ(loaded.origins.at("server.port"), origin::file);
  EXPECT_EQ(loaded.origins.at("server.host"), origin::default_value);
}

TEST_F(load_from_file, takes_dotted_keys_as_well_as_tables) {
  EXPECT_EQ(must(with_file("server.port = 1\nserver.threads = 3\n")).values.server.threads, 3u);
}

TEST_F(load_from_file, gives_way_to_the_environment_and_that_to_flags) {
  auto from = with_file("[server]\nport = 1\nthreads = 1\ndrain_seconds = 1\n");
  from.environment = {{"PARLEY_SERVER_PORT", "2"}, {"PARLEY_SERVER_THREADS", "2"}};
  from.overrides = {{"server.port", "3"}};
  auto loaded = must(from);
  EXPECT_EQ(loaded.values.server.port, 3);
  EXPECT_EQ(loaded.values.server.threads, 2u);
  EXPECT_EQ(loaded.values.server.drain_seconds, 1u);
  EXPECT_EQ(loaded.origins.at("server.port"), origin::flag);
  EXPECT_EQ(loaded.origins.at("server.threads"), origin::environment);
  EXPECT_EQ(loaded.origins.at("server.drain_seconds"), origin::file);
}

TEST_F(load_from_file, refuses_a_bad_value_even_where_a_flag_covers_it) {
  auto from = with_file("[server]\nport = 70000\n");
  from.overrides = {{"server.port", "3"}};
  EXPECT_THAT(fault(from), AllOf(HasSubstr("server.port: 70000 is out of range"),
                                 HasSubstr("allowed: integer 0 to 65535"), HasSubstr("parley.toml\" line 2")));
}

TEST_F(load_from_file, names_an_unknown_key_and_what_the_section_has) {
  EXPECT_THAT(
    fault(with_file("[storage]\nurll = \"x\"\n")),
    AllOf(HasSubstr("\"storage.urll\": unknown key"), HasSubstr("url, durability, readers"), HasSubstr("line 2")));
}

TEST_F(load_from_file, names_an_unknown_section_even_an_empty_one) {
  EXPECT_THAT(fault(with_file("[sorage]\n")), AllOf(HasSubstr("\"sorage\": unknown section"),
                                                    HasSubstr("storage, files, websocket"), HasSubstr("line 1")));
  EXPECT_THAT(fault(with_file("[data_dir]\n")), HasSubstr("unknown section"));
  EXPECT_THAT(fault(with_file("[\"\"]\n")), HasSubstr("unknown section"));
}

TEST_F(load_from_file, names_an_unknown_key_at_the_top) {
  EXPECT_THAT(fault(with_file("port = 1\n")), AllOf(HasSubstr("\"port\": unknown key"), HasSubstr("data_dir")));
  EXPECT_THAT(fault(with_file("server = 1\n")), HasSubstr("\"server\": unknown key"));
}

TEST_F(load_from_file, keeps_its_error_on_one_line_whatever_a_key_is_called) {
  EXPECT_THAT(fault(with_file("[server]\n\"a\\nb\" = 1\n")), HasSubstr("\"server.a\\u000Ab\": unknown key"));
}

TEST_F(load_from_file, refuses_each_wrong_type) {
  for (auto toml : {"server.port = \"8000\"", "server.port = 8000.0", "server.port = true", "server.host = 1",
                    "server.locale = 1", "http.origins = \"https://a.example\"", "http.origins = [1]",
                    "limits.rate_limiting = 1", "limits.rate_limiting = \"false\"", "data_dir = 1", "server.port = {}",
                    "server.port = 2026-11-21", "server.port = [1]"})
    EXPECT_THAT(fault(with_file(toml)), AllOf(HasSubstr(": not a"), HasSubstr("allowed: "))) << toml;
}

TEST_F(load_from_file, says_where_a_file_is_not_toml) {
  EXPECT_THAT(fault(with_file("[server]\nport = \n")), AllOf(HasSubstr("is not TOML"), HasSubstr("line 2")));
  EXPECT_THAT(fault(with_file("[server]\nport = 1\nport = 2\n")), HasSubstr("is not TOML")) << "a key twice";
}

TEST_F(load_from_file, refuses_a_file_that_is_not_there_or_is_a_folder) {
  EXPECT_THAT(fault({folder_.path() / "none.toml", {}, {}}), AllOf(HasSubstr("cannot read"), HasSubstr("none.toml")));
  EXPECT_THAT(fault({folder_.path(), {}, {}}), HasSubstr("cannot read"));
}

TEST_F(load_from_file, takes_an_empty_file) {
  EXPECT_EQ(must(with_file("")).values, settings{});
}

TEST(load, reads_every_kind_of_value_from_the_environment) {
  auto loaded = must({{},
                      environment{{"PARLEY_DATA_DIR", "/srv/x"},
                                  {"PARLEY_SERVER_HOST", "::1"},
                                  {"PARLEY_SERVER_DRAIN_SECONDS", "0"},
                                  {"PARLEY_LIMITS_RATE_LIMITING", "false"},
                                  {"PARLEY_LOG_FORMAT", "json"},
                                  {"PARLEY_HTTP_ORIGINS", R"(["https://a.example"])"}},
                      {}});
  EXPECT_EQ(loaded.values.data_dir, "/srv/x");
  EXPECT_EQ(loaded.values.server.host, std::vector<std::string>{"::1"});
  EXPECT_EQ(loaded.values.server.drain_seconds, 0u);
  EXPECT_FALSE(loaded.values.limits.rate_limiting);
  EXPECT_EQ(loaded.values.log.format, log_format::json);
  EXPECT_EQ(loaded.values.http.origins, std::vector<std::string>{"https://a.example"});
  EXPECT_EQ(loaded.origins.at("data_dir"), origin::environment);
}

TEST(load, ignores_variables_of_sections_that_it_does_not_have) {
  EXPECT_EQ(
    must({{}, environment{{"PARLEY_TEST", "1"}, {"PARLEY_TEST_SEED", "1"}, {"PARLEY_SERVER", "1"}, {"PATH", "/"}}, {}})
      .values,
    settings{});
}

TEST(load, names_an_unknown_variable_of_a_section_that_it_has) {
  EXPECT_THAT(fault({{}, environment{{"PARLEY_SERVER_PROT", "1"}}, {}}),
              AllOf(HasSubstr("PARLEY_SERVER_PROT"), HasSubstr("unknown variable"), HasSubstr("PARLEY_SERVER_PORT"),
                    Not(HasSubstr("PARLEY_LOG"))));
  EXPECT_THAT(fault({{}, environment{{"PARLEY_CLUSTER_PEERS", "1"}}, {}}), HasSubstr("PARLEY_CLUSTER_ENABLED"));
}

TEST(load, names_the_variable_that_holds_a_bad_value) {
  EXPECT_THAT(fault({{}, environment{{"PARLEY_SERVER_PORT", "no"}}, {}}),
              AllOf(HasSubstr("server.port: not an integer"), HasSubstr("PARLEY_SERVER_PORT")));
  EXPECT_THAT(fault({{}, environment{{"PARLEY_SERVER_PORT", ""}}, {}}), HasSubstr("server.port: not an integer"));
}

TEST(load, lets_the_later_of_two_flags_win) {
  EXPECT_EQ(must({{}, {}, overrides{{"server.port", "1"}, {"server.port", "2"}}}).values.server.port, 2);
}

TEST(load, names_an_unknown_key_of_a_flag) {
  EXPECT_THAT(fault({{}, {}, overrides{{"server.prot", "1"}}}),
              AllOf(HasSubstr("\"server.prot\": unknown key"), HasSubstr("port"), HasSubstr("command line")));
  EXPECT_THAT(fault({{}, {}, overrides{{"nothing", "1"}}}), HasSubstr("\"nothing\": unknown key"));
}

TEST(load, never_shows_a_secret_in_an_error) {
  EXPECT_THAT(fault({{}, {}, overrides{{"auth.secret", "hunter2\nhunter2"}}}),
              AllOf(HasSubstr("auth.secret"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(fault({{}, {}, overrides{{"storage.url", "mysql://u:hunter2@h/d"}}}),
              AllOf(HasSubstr("storage.url"), HasSubstr("postgresql://"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(fault({{}, {}, overrides{{"server.environment", "production"}, {"auth.secret", "hunter2"}}}),
              AllOf(HasSubstr("auth.secret"), Not(HasSubstr("hunter2"))));
}

TEST(load, says_where_a_value_came_from_that_breaks_a_rule) {
  EXPECT_THAT(fault({{}, environment{{"PARLEY_CLUSTER_ENABLED", "true"}}, {}}),
              AllOf(HasSubstr("storage.url: "), HasSubstr("where cluster.enabled is"), HasSubstr("(default)")));
}

TEST(load, says_in_one_line_which_file_of_tls_is_missing) {
  EXPECT_EQ(fault({{}, environment{{"PARLEY_TLS_KEY", "k.pem"}}, {}}),
            "tls.certificate: must be set where tls.key is; allowed: a PEM file; both keys or none (default)");
  EXPECT_EQ(fault({{}, {}, overrides{{"tls.certificate", "c.pem"}, {"tls.key", ""}}}),
            "tls.key: must be set where tls.certificate is; allowed: a PEM file; both keys or none (flag)");
  EXPECT_EQ(fault({{}, {}, overrides{{"tls.certificate", R"(["a.pem", "b.pem"])"}, {"tls.key", "a.key"}}}),
            "tls.key: 1 for 2 certificates; allowed: one for each of tls.certificate, in the same order (flag)");
}

TEST(read_environment, keeps_what_begins_with_parley) {
  const char* block[] = {"PATH=/bin",     "PARLEY_SERVER_PORT=1", "PARLEY_AUTH_SECRET=a=b",
                         "PARLEY_BROKEN", "XPARLEY_A=1",          nullptr};
  EXPECT_EQ(read_environment(block), (environment{{"PARLEY_SERVER_PORT", "1"}, {"PARLEY_AUTH_SECRET", "a=b"}}));
  EXPECT_TRUE(read_environment(nullptr).empty());
}

} // namespace
} // namespace parley::config
