#include "net/http/chunked.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <ostream>
#include <string>

namespace parley::net {
namespace {

struct outcome {
  std::string data;
  std::string behind; ///< what was left when it was done
  bool is_done = false;
  error_code fault = error_code::none;

  friend bool operator==(const outcome&, const outcome&) = default;
};

outcome read(std::string_view bytes, std::size_t piece = 1, std::uint64_t limit = 1000) {
  chunked_reader reader;
  outcome out;
  while (!bytes.empty() && !reader.is_done()) {
    const std::string now(bytes.substr(0, piece));
    bytes.remove_prefix(now.size());
    const auto used = reader.feed(now, limit, out.data);
    if (!used) {
      out.fault = used.error();
      return out;
    }
    out.behind = now.substr(*used);
  }
  out.behind += bytes;
  out.is_done = reader.is_done();
  return out;
}

TEST(a_chunked_body, is_the_data_of_its_chunks) {
  EXPECT_EQ(read("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"), (outcome{"hello world", "", true}));
  EXPECT_EQ(read("0\r\n\r\n"), (outcome{"", "", true}));
  EXPECT_EQ(read("000a\r\n0123456789\r\n00\r\n\r\n"), (outcome{"0123456789", "", true}));
  EXPECT_EQ(read("A\r\n0123456789\r\n0\r\n\r\n"), (outcome{"0123456789", "", true}));
}

TEST(a_chunked_body, ends_where_the_next_request_begins) {
  EXPECT_EQ(read("1\r\nx\r\n0\r\n\r\nGET /", 100), (outcome{"x", "GET /", true}));
  EXPECT_EQ(read("1\r\nx\r\n0\r\n\r\nGET /", 1), (outcome{"x", "GET /", true}));
}

TEST(a_chunked_body, may_have_extensions_and_trailers_that_mean_nothing) {
  EXPECT_EQ(read("1;a;b=c;d=\"e;\\\"\"\r\nx\r\n0;last\r\nX-A: 1\r\nX-B:\r\n\r\n"), (outcome{"x", "", true}));
  EXPECT_EQ(read("1 \t;a\r\nx\r\n0\r\n\r\n"), (outcome{"x", "", true}));
  EXPECT_EQ(read("1; a\t= \"\" ;\tb =c\r\nx\r\n0;a=\"\\\\\\\"\t\xc3\xa9\"\r\n\r\n"), (outcome{"x", "", true}));
}

TEST(a_chunked_body, is_not_done_before_its_last_byte) {
  const std::string whole = "2;a\r\nxy\r\n0\r\nX-A: 1\r\n\r\n";
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const auto got = read(whole.substr(0, n));
    EXPECT_FALSE(got.is_done) << n;
    EXPECT_EQ(got.fault, error_code::none) << n;
  }
}

TEST(a_chunked_body, has_a_limit_for_all_chunks_together) {
  EXPECT_EQ(read("4\r\nabcd\r\n4\r\nefgh\r\n0\r\n\r\n", 1, 8), (outcome{"abcdefgh", "", true}));
  EXPECT_EQ(read("4\r\nabcd\r\n5\r\n", 1, 8), (outcome{"abcd", "", false, error_code::payload_too_large}));
  EXPECT_EQ(read("ffffffffffffffff\r\n", 1, 8).fault, error_code::payload_too_large);
  EXPECT_EQ(read("1\r\nx\r\nffffffffffffffff\r\n", 1, 8).fault, error_code::payload_too_large) << "no sum wraps";
}

TEST(a_chunked_body, has_a_limit_for_what_is_not_data) {
  const std::string most(chunked_reader::extra_bytes_max - 2, 'x'); // one for the chunk's CR, one for the empty line's
  EXPECT_TRUE(read("1;" + most + "\r\ny\r\n0\r\n\r\n").is_done);
  EXPECT_EQ(read("1;" + most + "x\r\ny\r\n0\r\n\r\n").fault, error_code::bad_request);
  EXPECT_EQ(read("0\r\nX: " + most + "x").fault, error_code::bad_request);
  EXPECT_EQ(read("1" + std::string(chunked_reader::extra_bytes_max + 2, ' ')).fault, error_code::bad_request);
  std::string many;
  for (int i = 0; i < 3000; ++i)
    many += "1;xyz\r\ny\r\n";
  EXPECT_EQ(read(many, 100, 10'000).fault, error_code::bad_request) << "all extensions together";
}

struct bad_coding {
  const char* name;
  std::string bytes;

  friend std::ostream& operator<<(std::ostream& out, const bad_coding& x) { return out << x.name; }
};

class a_bad_coding : public testing::TestWithParam<bad_coding> {};

TEST_P(a_bad_coding, is_refused_however_it_is_cut) {
  for (const std::size_t piece : {1, 2, 3, 1000})
    EXPECT_EQ(read(GetParam().bytes, piece).fault, error_code::bad_request) << piece;
}

INSTANTIATE_TEST_SUITE_P(sizes, a_bad_coding,
                         testing::Values(bad_coding{"none", "\r\n"}, bad_coding{"an_extension_alone", ";a\r\n"},
                                         bad_coding{"a_word", "zz\r\n"}, bad_coding{"a_sign", "+1\r\n"},
                                         bad_coding{"negative", "-1\r\n"}, bad_coding{"a_prefix", "0x1\r\n"},
                                         bad_coding{"a_space_before", " 1\r\n"}, bad_coding{"a_space_behind", "1 \r\n"},
                                         bad_coding{"an_underscore", "1_0\r\n"}, bad_coding{"two", "1 1\r\n"},
                                         bad_coding{"seventeen_digits", "00000000000000001\r\n"},
                                         bad_coding{"more_than_64_bits", "10000000000000000\r\n"}),
                         [](const auto& x) { return x.param.name; });

INSTANTIATE_TEST_SUITE_P(
  line_ends, a_bad_coding,
  testing::Values(bad_coding{"lf_behind_the_size", "1\nx"}, bad_coding{"cr_behind_the_size", "1\rx"},
                  bad_coding{"two_crs", "1\r\r\nx"}, bad_coding{"lf_in_an_extension", "1;a\nx"},
                  bad_coding{"cr_in_an_extension", "1;a\rb\r\nx"}, bad_coding{"nul_in_an_extension", {"1;\0\r\n", 5}},
                  bad_coding{"lf_behind_the_data", "1\r\nx\n0\r\n\r\n"}, bad_coding{"more_data_than_size", "1\r\nxy"},
                  bad_coding{"no_end_of_data", "1\r\nx0\r\n\r\n"}, bad_coding{"lf_at_the_end", "0\r\n\n"},
                  bad_coding{"lf_behind_a_trailer", "0\r\nX: 1\n\r\n"}),
  [](const auto& x) { return x.param.name; });

INSTANTIATE_TEST_SUITE_P(
  extensions, a_bad_coding,
  testing::Values(
    bad_coding{"without_a_name", "1;\r\nx"}, bad_coding{"of_white_space", "1; \r\nx"},
    bad_coding{"two_semicolons", "1;;a\r\nx"}, bad_coding{"a_semicolon_at_the_end", "1;a;\r\nx"},
    bad_coding{"no_value", "1;a=\r\nx"}, bad_coding{"no_name_but_a_value", "1;=b\r\nx"},
    bad_coding{"two_values", "1;a=b=c\r\nx"}, bad_coding{"a_bracket_in_a_name", "1;bad[=x\r\nx"},
    bad_coding{"a_bracket_in_a_value", "1;a=b]\r\nx"}, bad_coding{"an_open_quote", "1;a=\"b\r\nx"},
    bad_coding{"text_behind_a_quote", "1;a=\"b\"c\r\nx"}, bad_coding{"a_quote_in_a_token", "1;a=b\"\r\nx"},
    bad_coding{"a_quoted_name", "1;\"a\"=b\r\nx"}, bad_coding{"an_escaped_line_end", "1;a=\"\\\r\nx"},
    bad_coding{"a_control_in_quotes", "1;a=\"\x01\"\r\nx"}, bad_coding{"a_space_in_a_value", "1;a=b c\r\nx"},
    bad_coding{"a_space_behind_a_name", "1;a \r\nx"}, bad_coding{"a_space_behind_a_value", "1;a=b \r\nx"},
    bad_coding{"a_space_behind_a_quote", "1;a=\"b\" \r\nx"}, bad_coding{"utf_8_in_a_token", "1;a=\xc3\xa9\r\nx"}),
  [](const auto& x) { return x.param.name; });

INSTANTIATE_TEST_SUITE_P(trailers, a_bad_coding,
                         testing::Values(bad_coding{"no_colon", "0\r\nX\r\n"}, bad_coding{"no_name", "0\r\n: 1\r\n"},
                                         bad_coding{"a_space_in_the_name", "0\r\nX : 1\r\n"},
                                         bad_coding{"folded", "0\r\nX: 1\r\n 2\r\n"},
                                         bad_coding{"a_control", "0\r\nX: \x01\r\n"},
                                         bad_coding{"the_next_request", "0\r\nGET / HTTP/1.1\r\n"}),
                         [](const auto& x) { return x.param.name; });

RC_GTEST_PROP(a_chunked_body, reads_the_same_however_it_is_cut, ()) {
  std::string wire;
  std::string data;
  for (const auto& chunk : *rc::gen::container<std::vector<std::string>>(rc::gen::nonEmpty<std::string>())) {
    constexpr std::string_view digits = "0123456789abcdef";
    RC_PRE(chunk.size() < 256);
    ((wire += digits[chunk.size() / 16]) += digits[chunk.size() % 16]) += "\r\n" + chunk + "\r\n";
    data += chunk;
  }
  wire += "0\r\n\r\nbehind";
  const auto piece = static_cast<std::size_t>(*rc::gen::inRange(1, 40));
  RC_ASSERT(read(wire, piece, 1 << 20) == (outcome{data, "behind", true}));
}

} // namespace
} // namespace parley::net
