#include "protocol/forms.hpp"
#include "protocol/http_codec.hpp"
#include "tests/protocol/generators.hpp"
#include "tests/protocol/printing.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace parley {
namespace {

using test::faults;
using test::faults_of;
using pairs = query_parameters;

// -- escapes ----------------------------------------------------------------------------

TEST(a_query, is_split_and_unescaped) {
  EXPECT_EQ(decode_query(""), pairs{});
  EXPECT_EQ(decode_query("a=1&b=2"), (pairs{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(decode_query("a=1&a=2"), (pairs{{"a", "1"}, {"a", "2"}}));
  EXPECT_EQ(decode_query("&&a&=x&b=&"), (pairs{{"a", ""}, {"", "x"}, {"b", ""}}));
  EXPECT_EQ(decode_query("q=a+b%20c%2B%26%3d=1"), (pairs{{"q", "a b c+&==1"}}));
  EXPECT_EQ(decode_query("%e4%BD%a0=%E5%A5%BD"), (pairs{{"你", "好"}}));
}

TEST(a_query, with_a_broken_escape_or_forbidden_text_is_none) {
  for (const char* query : {"a=%", "a=%4", "a=%4g", "a=%g4", "%=1", "a=%00", "a=%ff", "a=%ed%a0%80", "a=b&c=%zz"})
    EXPECT_EQ(decode_query(query), std::nullopt) << query;
}

TEST(a_path_segment, keeps_its_plus) {
  EXPECT_EQ(decode_path_segment("a+b%2Fc%20d"), "a+b/c d");
  EXPECT_EQ(decode_path_segment("%00"), std::nullopt);
  EXPECT_EQ(decode_path_segment("%"), std::nullopt);
}

std::string escape_all(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    out += '%';
    out += hex[static_cast<unsigned char>(c) >> 4];
    out += hex[static_cast<unsigned char>(c) & 0xf];
  }
  return out;
}

RC_GTEST_PROP(a_query, of_any_text_comes_back, ()) {
  const auto text =
    *rc::gen::suchThat(test::utf8_text(), [](const std::string& x) { return x.find('\0') == std::string::npos; });
  RC_ASSERT(decode_query("a=" + escape_all(text)) == (pairs{{"a", text}}));
  RC_ASSERT(decode_path_segment(escape_all(text)) == text);
}

// -- login ----------------------------------------------------------------------------------

TEST(a_login, is_a_form) {
  const auto x = decode_login("grant_type=password&username=a%40b.example&password=p+w%26d&scope=%zz");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->login, "a@b.example");
  EXPECT_EQ(x->password, "p w&d");
}

TEST(a_login, may_be_json) {
  const auto x = decode_login_json(R"({"username":"a@b.example","password":"p w&d","scope":1})");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->login, "a@b.example");
  EXPECT_EQ(x->password, "p w&d");
}

TEST(a_login, hears_of_all_its_faults_at_once) {
  const faults both{{"username", fault::required}, {"password", fault::required}};
  EXPECT_EQ(faults_of(decode_login("")), both);
  EXPECT_EQ(faults_of(decode_login("username=&password")), both);
  EXPECT_EQ(faults_of(decode_login(R"({"username":"a","password":"b"})")), both);
  EXPECT_EQ(faults_of(decode_login_json(R"({"username":null})")), both);
  EXPECT_EQ(faults_of(decode_login("username=%00&password=%ff")),
            (faults{{"username", fault::bad_characters}, {"password", fault::bad_characters}}));
}

TEST(a_refresh, may_be_a_form) {
  const auto x = decode_refresh_form(decode_form("grant_type=refresh_token&refresh_token=a&refresh_token=r%2B"));
  ASSERT_TRUE(x);
  EXPECT_EQ(x->refresh_token, "r+");
  EXPECT_EQ(faults_of(decode_refresh_form(decode_form("refresh=r"))), (faults{{"refresh_token", fault::required}}));
}

// -- paging ------------------------------------------------------------------------------------

TEST(a_page_request, has_defaults) {
  const auto x = decode_page({{"search", "x"}});
  ASSERT_TRUE(x);
  EXPECT_EQ(x->number, 1);
  EXPECT_EQ(x->size, 20);
}

TEST(a_page_request, is_taken_up_to_its_bounds) {
  const auto x = decode_page({{"page", "1000000000"}, {"size", "100"}});
  ASSERT_TRUE(x);
  EXPECT_EQ(x->offset(), 99'999'999'900);
  EXPECT_TRUE(decode_page({{"page", "1"}, {"size", "1"}}));
}

struct bad_number {
  const char* value;
  fault what;
};

class a_bad_number : public testing::TestWithParam<bad_number> {};

TEST_P(a_bad_number, is_refused_in_every_parameter) {
  const auto& [value, what] = GetParam();
  EXPECT_EQ(faults_of(decode_page({{"page", value}, {"size", value}})), (faults{{"page", what}, {"size", what}}));
  EXPECT_EQ(faults_of(decode_history({{"limit", value}, {"before_id", value}})),
            (faults{{"limit", what}, {"before_id", what}}));
  EXPECT_EQ(faults_of(decode_history({{"after_id", value}})), (faults{{"after_id", what}}));
  EXPECT_EQ(faults_of(decode_user_filter({{"user_id", value}})), (faults{{"user_id", what}}));
}

INSTANTIATE_TEST_SUITE_P(
  such_as, a_bad_number,
  testing::Values(bad_number{"", fault::not_an_integer}, bad_number{"x", fault::not_an_integer},
                  bad_number{"1.5", fault::not_an_integer}, bad_number{" 1", fault::not_an_integer},
                  bad_number{"1 ", fault::not_an_integer}, bad_number{"+1", fault::not_an_integer},
                  bad_number{"0x1", fault::not_an_integer}, bad_number{"١", fault::not_an_integer},
                  bad_number{"99999999999999999999x", fault::not_an_integer}, bad_number{"-1", fault::out_of_range},
                  bad_number{"9223372036854775808", fault::out_of_range},
                  bad_number{"99999999999999999999", fault::out_of_range},
                  bad_number{"-99999999999999999999", fault::out_of_range}));

TEST(a_page_request, outside_of_its_bounds_is_refused) {
  EXPECT_EQ(faults_of(decode_page({{"page", "0"}, {"size", "101"}})),
            (faults{{"page", fault::out_of_range}, {"size", fault::out_of_range}}));
  EXPECT_EQ(faults_of(decode_page({{"page", "1000000001"}, {"size", "0"}})),
            (faults{{"page", fault::out_of_range}, {"size", fault::out_of_range}}));
}

TEST(a_history_request, has_defaults) {
  const auto x = decode_history({});
  ASSERT_TRUE(x);
  EXPECT_EQ(x->limit, 50);
  EXPECT_FALSE(x->before || x->after);
}

TEST(a_history_request, takes_one_cursor_from_zero_on) {
  EXPECT_EQ(decode_history({{"before_id", "7"}, {"limit", "200"}})->before, message_id{7});
  EXPECT_EQ(decode_history({{"after_id", "0"}, {"limit", "1"}})->after, message_id{0});
  EXPECT_EQ(decode_history({{"after_id", "9223372036854775807"}})->after, message_id{9223372036854775807});
}

TEST(a_history_request, with_both_cursors_is_refused) {
  EXPECT_EQ(faults_of(decode_history({{"before_id", "1"}, {"after_id", "0"}, {"limit", "201"}})),
            (faults{{"limit", fault::out_of_range}, {"after_id", fault::exclusive}}));
}

// -- filters -----------------------------------------------------------------------------------

TEST(a_search, has_at_most_100_characters_however_many_bytes) {
  EXPECT_EQ(*decode_search({}), "");
  EXPECT_EQ(*decode_search({{"search", "a"}, {"search", "Боб"}}), "Боб");
  std::string text;
  for (int i = 0; i < 100; ++i)
    text += "字";
  EXPECT_EQ(*decode_search({{"search", text}}), text);
  EXPECT_EQ(faults_of(decode_search({{"search", text + "x"}})), (faults{{"search", fault::too_long}}));
}

TEST(a_notification_status, is_one_of_four_or_none) {
  using status = notification_status;
  EXPECT_EQ(*decode_notification_status({}), std::nullopt);
  EXPECT_EQ(*decode_notification_status({{"status", ""}}), std::nullopt);
  EXPECT_EQ(*decode_notification_status({{"status", "unread"}}), status::unread);
  EXPECT_EQ(*decode_notification_status({{"status", "read"}}), status::read);
  EXPECT_EQ(*decode_notification_status({{"status", "x"}, {"status", "accepted"}}), status::accepted);
  EXPECT_EQ(*decode_notification_status({{"status", "rejected"}}), status::rejected);
  for (const char* other : {"Read", "read ", "answered", "0"})
    EXPECT_EQ(faults_of(decode_notification_status({{"status", other}})), (faults{{"status", fault::not_a_choice}}))
      << other;
}

TEST(a_user_filter, is_an_id_or_none) {
  EXPECT_EQ(*decode_user_filter({{"page", "x"}}), std::nullopt);
  EXPECT_EQ(*decode_user_filter({{"user_id", "7"}}), user_id{7});
  EXPECT_EQ(faults_of(decode_user_filter({{"user_id", "0"}})), (faults{{"user_id", fault::out_of_range}}));
  EXPECT_EQ(faults_of(decode_user_filter({{"user_id", "alice"}})), (faults{{"user_id", fault::not_an_integer}}));
}

TEST(a_parameter, that_is_there_twice_counts_the_last_time) {
  EXPECT_EQ(decode_page({{"page", "x"}, {"page", "3"}})->number, 3);
}

} // namespace
} // namespace parley
