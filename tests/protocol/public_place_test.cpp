#include "protocol/http_codec.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/model_json.hpp"
#include "protocol/public_place.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

/// Addresses are given out at that place until its end.
class settled {
public:
  explicit settled(std::string_view public_url, std::string_view base_path) {
    const auto where = find_public_place(public_url, base_path);
    EXPECT_TRUE(where) << public_url << " and " << base_path;
    settle_at(where.value_or(public_place()));
  }
  settled(const settled&) = delete;
  settled& operator=(const settled&) = delete;
  ~settled() { settle_at({}); }
};

TEST(a_base_path, has_plain_segments) {
  for (const auto* one : {"", "/", "/parley", "/parley/", "/a/b", "/v1.0", "/~ada/chat_1-2"})
    EXPECT_TRUE(is_base_path(one)) << one;
  for (const auto* one : {"parley", "//", "/a//b", "/.", "/..", "/a/../b", "/a b", "/a%20b", "/a?b", "/a#b", "/é",
                          "/a\nb", "https://a.example/b", "/a\"b", "/a\\b"})
    EXPECT_FALSE(is_base_path(one)) << one;
  EXPECT_TRUE(is_base_path("/" + std::string(127, 'a')));
  EXPECT_FALSE(is_base_path("/" + std::string(128, 'a')));
}

TEST(a_public_url, has_an_origin_and_perhaps_a_path) {
  for (const auto* one : {"", "https://a.example", "http://a.example:8443", "https://a.example/",
                          "https://a.example/parley", "http://[::1]:8000", "HTTPS://A.example"})
    EXPECT_TRUE(is_public_url(one)) << one;
  for (const auto* one : {"a.example", "//a.example", "ws://a.example", "https://", "https://a.example?x",
                          "https://a.example#x", "https://u@a.example", "https://a.example:", "https://a.example/a b",
                          "https://a.example/../b", "https://a.example:99999", "https://münchen.example", "/parley"})
    EXPECT_FALSE(is_public_url(one)) << one;
}

TEST(a_public_place, is_what_both_settings_say) {
  EXPECT_EQ(find_public_place("", ""), (public_place{"", ""}));
  EXPECT_EQ(find_public_place("", "/"), (public_place{"", ""}));
  EXPECT_EQ(find_public_place("", "/parley/"), (public_place{"", "/parley"}));
  EXPECT_EQ(find_public_place("https://A.example/", ""), (public_place{"https://a.example", ""}));
  EXPECT_EQ(find_public_place("https://a.example/Parley/", ""), (public_place{"https://a.example", "/Parley"}));
  EXPECT_EQ(find_public_place("https://a.example", "/parley"), (public_place{"https://a.example", "/parley"}));
  EXPECT_EQ(find_public_place("https://a.example/parley", "/parley/"), (public_place{"https://a.example", "/parley"}));
  EXPECT_EQ(find_public_place("https://a.example/one", "/two"), std::nullopt);
}

TEST(a_public_place, knows_its_scheme_and_authority) {
  const public_place where{"https://a.example:8443", "/parley"};
  EXPECT_EQ(where.scheme(), "https");
  EXPECT_EQ(where.authority(), "a.example:8443");
  EXPECT_EQ(public_place().scheme(), "");
  EXPECT_EQ(public_place().authority(), "");
}

TEST(addresses, are_given_out_as_clients_call_them) {
  EXPECT_EQ(give_out("/docs"), "/docs");
  {
    const settled here("", "/parley");
    EXPECT_EQ(give_out("/docs"), "/parley/docs");
    EXPECT_EQ(public_root(), "/parley");
  }
  {
    const settled here("https://a.example", "/parley");
    EXPECT_EQ(give_out("/docs"), "https://a.example/parley/docs");
    EXPECT_EQ(give_out("https://films.example/1"), "https://films.example/1");
  }
  EXPECT_EQ(give_out("/docs"), "/docs");
  EXPECT_EQ(public_root(), "/");
}

TEST(paths, come_with_the_base_or_without_it) {
  EXPECT_EQ(without_base("/parley/docs"), "/parley/docs");
  const settled here("https://a.example", "/parley");
  EXPECT_EQ(without_base("/parley/docs"), "/docs");
  EXPECT_EQ(without_base("/parley/parley/docs"), "/parley/docs");
  EXPECT_EQ(without_base("/parley/"), "/");
  EXPECT_EQ(without_base("/parley"), "/");
  EXPECT_EQ(without_base("/docs"), "/docs");
  EXPECT_EQ(without_base("/parleys/docs"), "/parleys/docs");
  EXPECT_EQ(without_base("/PARLEY/docs"), "/PARLEY/docs");
  EXPECT_EQ(without_base(""), "");
}

TEST(addresses, of_avatars_are_given_out_wherever_a_user_is_shown) {
  const settled here("", "/parley");
  const user_brief brief{user_id{2}, "alice", "/avatars/x.png"};
  json_writer out(64);
  out.begin_object();
  write_members(out, brief);
  out.end_object();
  EXPECT_EQ(out.take(), R"({"id":2,"username":"alice","avatar_url":"/parley/avatars/x.png"})");
  const user whole{.id = user_id{2},
                   .username = "alice",
                   .email = "a@b.example",
                   .avatar_url = "/avatars/x.png",
                   .role = {},
                   .created_at = {}};
  EXPECT_NE(encode(whole).find(R"("avatar_url":"/parley/avatars/x.png")"), std::string::npos);
}

} // namespace
} // namespace parley
