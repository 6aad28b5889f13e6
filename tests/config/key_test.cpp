#include "config/key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace parley::config {
namespace {

using namespace std::string_literals;

bool takes(std::string_view name, const value& written) {
  settings s;
  auto key = find_key(name);
  EXPECT_NE(key, nullptr) << name;
  return key != nullptr && !assign(*key, written, s);
}

bool takes_text(std::string_view name, std::string_view text) {
  auto key = find_key(name);
  EXPECT_NE(key, nullptr) << name;
  return key != nullptr && takes(name, parse_text(*key, text));
}

TEST(key_table, has_each_key_of_the_contract_once) {
  std::set<std::string_view> names;
  for (const auto& k : all_keys())
    EXPECT_TRUE(names.insert(k.name).second) << k.name;
  EXPECT_EQ(names, (std::set<std::string_view>{"data_dir",
                                               "server.host",
                                               "server.port",
                                               "server.unix_mode",
                                               "server.threads",
                                               "server.environment",
                                               "server.locale",
                                               "server.drain_seconds",
                                               "server.max_connections",
                                               "server.proxy_protocol",
                                               "http.origins",
                                               "http.head_bytes",
                                               "http.first_byte_seconds",
                                               "http.head_seconds",
                                               "http.body_pause_seconds",
                                               "http.keep_alive_seconds",
                                               "http.trusted_proxies",
                                               "http.base_path",
                                               "http.public_url",
                                               "http.media_hosts",
                                               "auth.secret",
                                               "auth.access_minutes",
                                               "auth.refresh_days",
                                               "auth.bcrypt_cost",
                                               "auth.jwks",
                                               "auth.issuer",
                                               "auth.audience",
                                               "auth.provision",
                                               "auth.jwks_seconds",
                                               "storage.url",
                                               "storage.durability",
                                               "storage.readers",
                                               "files.dir",
                                               "websocket.heartbeat_ms",
                                               "websocket.auth_seconds",
                                               "websocket.message_bytes",
                                               "websocket.outbox_bytes",
                                               "websocket.compression",
                                               "websocket.compress_min_bytes",
                                               "websocket.hold_ms",
                                               "limits.rate_limiting",
                                               "limits.body_bytes",
                                               "limits.profile_body_bytes",
                                               "limits.avatar_bytes",
                                               "limits.video_bytes",
                                               "limits.file_bytes",
                                               "limits.logins_per_minute",
                                               "limits.registrations_per_minute",
                                               "limits.messages_per_second",
                                               "limits.frames_per_second",
                                               "limits.joins_per_second",
                                               "limits.content_characters",
                                               "limits.username_min",
                                               "limits.username_max",
                                               "limits.password_min_bytes",
                                               "limits.password_max_bytes",
                                               "limits.room_name_characters",
                                               "limits.path_id_bytes",
                                               "rooms.presence_grace_ms",
                                               "log.level",
                                               "log.format",
                                               "log.file",
                                               "log.access",
                                               "tls.certificate",
                                               "tls.key",
                                               "cluster.enabled",
                                               "cluster.name",
                                               "cluster.listen",
                                               "cluster.advertise",
                                               "cluster.certificate",
                                               "cluster.key",
                                               "cluster.ca",
                                               "cluster.lease_ms",
                                               "cluster.rebalance",
                                               "webhooks.url",
                                               "webhooks.secret",
                                               "webhooks.events",
                                               "webhooks.rooms",
                                               "webhooks.allow_addresses",
                                               "webhooks.retry_ms",
                                               "webhooks.give_up_seconds"}));
}

TEST(key_table, reads_and_writes_a_field_of_its_own_for_each_key) {
  // A key that is bound to its neighbour's field would show here as two keys that change at once.
  const settings defaults;
  for (const auto& k : all_keys()) {
    settings changed;
    auto other = [&]() -> value {
      if (auto integer = std::get_if<integer_kind>(&k.kind))
        return integer->field.get(defaults) == integer->max ? integer->min : integer->max;
      if (auto flag = std::get_if<boolean_kind>(&k.kind))
        return !flag->field.get(defaults);
      if (auto choice = std::get_if<choice_kind>(&k.kind))
        return std::string(choice->names[choice->field.get(defaults) == 0 ? 1 : 0]);
      if (k.name == "http.trusted_proxies" || k.name == "webhooks.allow_addresses")
        return std::vector<std::string>{"10.0.0.0/8"};
      if (k.name == "webhooks.events")
        return std::vector<std::string>{"task.updated"};
      if (k.name == "webhooks.rooms")
        return std::vector<std::string>{"7"};
      if (std::holds_alternative<list_kind>(k.kind))
        return std::vector<std::string>{"https://other.example"};
      if (k.name == "auth.jwks")
        return "other.json"s;
      if (k.name == "server.unix_mode")
        return "0600"s;
      if (k.name == "http.base_path")
        return "/other"s;
      if (k.name == "cluster.name")
        return "other"s;
      if (k.name == "cluster.listen" || k.name == "cluster.advertise")
        return "127.0.0.1:1"s;
      if (k.name == "webhooks.secret")
        return "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"s;
      if (k.name == "http.public_url" || k.name == "webhooks.url")
        return "https://other.example"s;
      return "sqlite:////other.db"s.substr(k.name == "server.host" ? 12 : 0);
    }();
    ASSERT_EQ(assign(k, other, changed), std::nullopt) << k.name;
    for (const auto& seen : all_keys())
      EXPECT_EQ(render(seen, changed) != render(seen, defaults), seen.name == k.name)
        << seen.name << " after " << k.name;
  }
}

TEST(key_table, gives_the_bounds_of_the_contract) {
  struct bound {
    std::string_view key;
    std::int64_t min, max;
  };
  for (auto [name, min, max] : {bound{"server.port", 0, 65535},
                                {"server.threads", 0, 64},
                                {"server.drain_seconds", 0, 600},
                                {"auth.bcrypt_cost", 4, 15},
                                {"storage.readers", 1, 32},
                                {"websocket.heartbeat_ms", 100, 3600000},
                                {"http.head_bytes", 1024, 262144},
                                {"http.head_seconds", 1, 3600},
                                {"http.keep_alive_seconds", 1, 86400},
                                {"websocket.auth_seconds", 1, 600},
                                {"websocket.message_bytes", 1024, 16777216},
                                {"websocket.outbox_bytes", 4096, 1073741824},
                                {"websocket.compress_min_bytes", 32, 65536},
                                {"websocket.hold_ms", 0, 1000},
                                {"limits.username_min", 1, 64},
                                {"limits.username_max", 1, 255},
                                {"limits.password_min_bytes", 1, 72},
                                {"limits.password_max_bytes", 8, 72},
                                {"limits.path_id_bytes", 64, 4096}}) {
    auto kind = std::get<integer_kind>(find_key(name)->kind);
    EXPECT_EQ(kind.min, min) << name;
    EXPECT_EQ(kind.max, max) << name;
  }
}

TEST(assign, holds_every_integer_to_its_bounds_and_keeps_them_exactly) {
  for (const auto& k : all_keys()) {
    auto kind = std::get_if<integer_kind>(&k.kind);
    if (!kind)
      continue;
    for (auto number : {kind->min, kind->max}) {
      settings s;
      EXPECT_EQ(assign(k, number, s), std::nullopt) << k.name;
      EXPECT_EQ(render(k, s), std::to_string(number)) << k.name;
    }
    for (auto number : {kind->min - 1, kind->max + 1, INT64_MIN, INT64_MAX}) {
      settings s;
      EXPECT_NE(assign(k, number, s), std::nullopt) << k.name << ' ' << number;
      EXPECT_EQ(s, settings{}) << "a refused value leaves no trace";
    }
  }
}

TEST(assign, takes_the_choices_of_the_contract_and_no_other) {
  struct choices {
    std::string_view key;
    std::vector<std::string> names;
  };
  for (const auto& [name, names] : {choices{"server.environment", {"development", "production"}},
                                    {"server.locale", {"zh", "en", "ru"}},
                                    {"storage.durability", {"full", "normal"}},
                                    {"log.level", {"trace", "debug", "info", "warning", "error"}},
                                    {"log.format", {"text", "json"}}}) {
    for (const auto& word : names)
      EXPECT_TRUE(takes(name, word)) << name << ' ' << word;
    for (const auto& word : {""s, "other"s, names[0] + " ", "X" + names[0]})
      EXPECT_FALSE(takes(name, word)) << name << ' ' << word;
  }
}

TEST(assign, binds_each_choice_to_its_enumerator) {
  settings s;
  assign(*find_key("server.environment"), "production"s, s);
  EXPECT_EQ(s.server.environment, environment_name::production);
  assign(*find_key("server.locale"), "en"s, s);
  EXPECT_EQ(s.server.locale, language::en);
  assign(*find_key("storage.durability"), "normal"s, s);
  EXPECT_EQ(s.storage.durability, durability_mode::normal);
  assign(*find_key("log.level"), "error"s, s);
  EXPECT_EQ(s.log.level, log_level::error);
  assign(*find_key("log.level"), "trace"s, s);
  EXPECT_EQ(s.log.level, log_level::trace);
  assign(*find_key("log.format"), "json"s, s);
  EXPECT_EQ(s.log.format, log_format::json);
}

TEST(assign, takes_origins_as_browsers_send_them) {
  for (auto origin : {"https://a.example", "http://localhost:5173", "https://xn--e1afmkfd.example", "http://[::1]:8000",
                      "*", "capacitor://localhost", "ionic://localhost", "tauri://localhost", "app://parley",
                      "chrome-extension://abcdefghijklmnop", "null", "https://*.example"})
    EXPECT_TRUE(takes("http.origins", std::vector<std::string>{origin})) << origin;
  for (auto origin : {"", "a.example", "https://", "https://a.example/", "https://a.example/x", "https://A.example",
                      "https://a.example:443", "http://a.example:80", "https://a.example:", "https://u@a.example",
                      "a.example/b", "https://*", "https://a.example, https://b.example", "https://a\n"})
    EXPECT_FALSE(takes("http.origins", std::vector<std::string>{origin})) << origin;
  EXPECT_TRUE(takes("http.origins", std::vector<std::string>{}));
  EXPECT_FALSE(takes("http.origins", std::vector<std::string>{"https://a.example", "b"})) << "each item counts";
}

TEST(assign, takes_addresses_and_ranges_of_proxies) {
  for (auto proxy : {"127.0.0.1", "::1", "10.0.0.0/8", "fd00::/8", "loopback", "private"})
    EXPECT_TRUE(takes("http.trusted_proxies", std::vector<std::string>{proxy})) << proxy;
  for (auto proxy : {"", "localhost", "10.0.0.0/33", "*", "proxy.example"})
    EXPECT_FALSE(takes("http.trusted_proxies", std::vector<std::string>{proxy})) << proxy;
}

TEST(assign, takes_a_place_for_the_addresses_given_out) {
  for (auto path : {"", "/", "/parley", "/parley/", "/a/b"})
    EXPECT_TRUE(takes("http.base_path", std::string(path))) << path;
  for (auto path : {"parley", "//", "/a b", "/../a", "https://a.example"})
    EXPECT_FALSE(takes("http.base_path", std::string(path))) << path;
  for (auto url : {"", "https://a.example", "https://a.example:8443/parley"})
    EXPECT_TRUE(takes("http.public_url", std::string(url))) << url;
  for (auto url : {"a.example", "ws://a.example", "https://a.example?x", "https://u@a.example"})
    EXPECT_FALSE(takes("http.public_url", std::string(url))) << url;
}

TEST(assign, takes_addresses_names_and_unix_sockets_for_a_host) {
  for (auto host : {"0.0.0.0", "::1", "[::1]", "::", "[fe80::1%eth0]", "localhost", "node-1.example",
                    "unix:/run/p.sock", "unix:p.sock", "/run/p.sock"})
    EXPECT_TRUE(takes("server.host", std::string(host))) << host;
  for (auto host : {"", "a b", "http://a", "a/b", "[::1", "::1]", "[127.0.0.1]", "[a]", "[::1]:8000", "127.0.0.1:8000",
                    "a:8000", "::1%", "1::2::3", "unix:", "unix:@abstract", "unix:/run/", "/"})
    EXPECT_FALSE(takes("server.host", std::string(host))) << host;
  EXPECT_FALSE(takes("server.host", std::string(254, 'a')));
  EXPECT_TRUE(takes("server.host", "unix:/" + std::string(106, 'a')));
  EXPECT_FALSE(takes("server.host", "unix:/" + std::string(107, 'a'))) << "the kernel's field has 108 bytes";
}

TEST(assign, takes_one_text_or_several_where_a_key_has_room_for_both) {
  settings s;
  const auto& host = *find_key("server.host");
  for (auto text : {R"(["127.0.0.1","[::1]"])", R"([ '127.0.0.1', "[::1]" ])"}) {
    ASSERT_EQ(assign(host, parse_text(host, text), s), std::nullopt) << text;
    EXPECT_EQ(s.server.host, (std::vector<std::string>{"127.0.0.1", "[::1]"})) << text;
    EXPECT_EQ(render(host, s), R"(["127.0.0.1", "[::1]"])");
  }
  ASSERT_EQ(assign(host, parse_text(host, "[::1]"), s), std::nullopt);
  EXPECT_EQ(s.server.host, std::vector<std::string>{"[::1]"});
  EXPECT_EQ(render(host, s), R"("[::1]")");
  for (auto text : {"[]", "[1]", R"(["a", 1])", R"([""])", R"(["127.0.0.1", "a b"])", R"(["a"], ["b"])"})
    EXPECT_FALSE(takes_text("server.host", text)) << text;
  EXPECT_FALSE(takes("server.host", std::vector<std::string>{})) << "nowhere to listen";
  EXPECT_FALSE(takes("server.host", std::int64_t{1}));
}

TEST(assign, takes_no_file_one_or_several_for_the_keys_of_tls) {
  settings s;
  const auto& key = *find_key("tls.certificate");
  ASSERT_EQ(assign(key, "a.pem"s, s), std::nullopt);
  EXPECT_EQ(s.tls.certificate, std::vector<std::string>{"a.pem"});
  ASSERT_EQ(assign(key, std::vector<std::string>{"a.pem", "b.pem"}, s), std::nullopt);
  EXPECT_EQ(s.tls.certificate, (std::vector<std::string>{"a.pem", "b.pem"}));
  for (const auto& none : {value(""s), value(std::vector<std::string>{})}) {
    ASSERT_EQ(assign(key, none, s), std::nullopt);
    EXPECT_EQ(s.tls.certificate, std::vector<std::string>{});
    EXPECT_EQ(render(key, s), "\"\"");
  }
}

TEST(assign, takes_octal_digits_for_a_mode) {
  for (auto mode : {"0660", "660", "0600", "0777", "000"})
    EXPECT_TRUE(takes("server.unix_mode", std::string(mode))) << mode;
  for (auto mode : {"", "66", "0680", "1660", "00660", "rw", "-660"})
    EXPECT_FALSE(takes("server.unix_mode", std::string(mode))) << mode;
  EXPECT_TRUE(takes_text("server.unix_mode", "0660"));
}

TEST(assign, refuses_text_that_is_not_utf8) {
  for (auto name : {"data_dir", "auth.secret", "storage.url", "server.host"})
    EXPECT_FALSE(takes(name, "sqlite:///a\x90"s)) << name;
  EXPECT_TRUE(takes("data_dir", "d\xc3\xa9p\xc3\xb4t"s));
}

TEST(assign, refuses_control_characters_in_any_text) {
  for (auto name : {"data_dir", "auth.secret", "storage.url", "server.host"})
    for (const auto& bad : {"a\nb"s, "a\0b"s, "a\x7f"s})
      EXPECT_FALSE(takes(name, bad)) << name;
  EXPECT_FALSE(takes("data_dir", ""s));
}

TEST(parse_text, takes_bare_text_for_keys_of_text) {
  settings s;
  const auto& secret = *find_key("auth.secret");
  for (auto text : {"plain", "123", "true", "[1]", "a = b", "\"half", "it's"}) {
    ASSERT_EQ(assign(secret, parse_text(secret, text), s), std::nullopt) << text;
    EXPECT_EQ(s.auth.secret, text);
  }
  ASSERT_EQ(assign(secret, parse_text(secret, "\"quoted \\u0041\""), s), std::nullopt);
  EXPECT_EQ(s.auth.secret, "quoted A");
  ASSERT_EQ(assign(secret, parse_text(secret, "'C:\\x'"), s), std::nullopt);
  EXPECT_EQ(s.auth.secret, "C:\\x");
  EXPECT_TRUE(takes_text("server.locale", "en"));
  EXPECT_TRUE(takes_text("server.locale", "\"en\""));
}

TEST(parse_text, wants_toml_for_numbers_booleans_and_lists) {
  EXPECT_TRUE(takes_text("server.port", "8080"));
  EXPECT_TRUE(takes_text("server.port", "0x1F90"));
  for (auto text : {"", " ", "80 80", "8080x", "\"8080\"", "80.0", "1\nother = 2", "99999999999999999999"})
    EXPECT_FALSE(takes_text("server.port", text)) << text;
  EXPECT_TRUE(takes_text("limits.rate_limiting", "true"));
  for (auto text : {"", "yes", "1", "TRUE", "\"true\""})
    EXPECT_FALSE(takes_text("limits.rate_limiting", text)) << text;
  EXPECT_TRUE(takes_text("http.origins", R"(["https://a.example", "https://b.example"])"));
  EXPECT_TRUE(takes_text("http.origins", "[]"));
  for (auto text : {"https://a.example", "\"https://a.example\"", "[https://a.example]", "[1]", "[", "[[\"*\"]]"})
    EXPECT_FALSE(takes_text("http.origins", text)) << text;
}

TEST(environment_variable, is_the_key_in_capitals) {
  EXPECT_EQ(environment_variable(*find_key("websocket.heartbeat_ms")), "PARLEY_WEBSOCKET_HEARTBEAT_MS");
  EXPECT_EQ(environment_variable(*find_key("data_dir")), "PARLEY_DATA_DIR");
}

TEST(quote, makes_one_line_that_toml_reads_back) {
  EXPECT_EQ(quote("plain"), "\"plain\"");
  EXPECT_EQ(quote("a\"b\\c\nd\x7f"), R"("a\"b\\c\u000Ad\u007F")");
}

} // namespace
} // namespace parley::config
