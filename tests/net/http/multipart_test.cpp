#include "net/http/forms.hpp"
#include "net/http/multipart.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace parley::net {
namespace {

using fields = form_fields;

std::string part(const std::string& name, const std::string& value) {
  return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
}

const std::string end = "--b--\r\n";

std::optional<fields> form_of(const std::string& body) {
  return read_multipart(body, "b");
}

TEST(a_boundary, is_named_by_the_type) {
  EXPECT_EQ(read_boundary("multipart/form-data; boundary=b"), "b");
  EXPECT_EQ(read_boundary("Multipart/Form-Data;charset=utf-8 ;BOUNDARY=\"a b\""), "a b");
  EXPECT_EQ(read_boundary("multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW; x=y"),
            "----WebKitFormBoundary7MA4YWxkTrZu0gW");
  EXPECT_EQ(read_boundary("multipart/form-data; boundary==_a/b:c"), "=_a/b:c");
  EXPECT_EQ(read_boundary("multipart/form-data; boundary=" + std::string(70, 'x')), std::string(70, 'x'));
}

TEST(a_boundary, is_not_found_elsewhere) {
  for (const std::string type :
       {"", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"b", "multipart/form-data; boundary=\"b \"", "multipart/form-data boundary=b",
        "multipart/mixed; boundary=b", "application/json; boundary=b", "multipart/form-data; boundary=a\xc3\xa9",
        "multipart/form-data; =b", "multipart/form-data; boundary", "multipart/form-data; boundary=a<b"})
    EXPECT_EQ(read_boundary(type), std::nullopt) << type;
  EXPECT_EQ(read_boundary("multipart/form-data; boundary=" + std::string(71, 'x')), std::nullopt);
}

TEST(a_multipart_form, is_the_texts_of_its_parts) {
  EXPECT_EQ(form_of(part("username", "ada") + part("password", "correct horse") + end),
            (fields{{"username", "ada"}, {"password", "correct horse"}}));
  EXPECT_EQ(form_of(part("a", "") + part("a", "\r\n--\r\n-b\r\n") + end),
            (fields{{"a", ""}, {"a", "\r\n--\r\n-b\r\n"}}));
  EXPECT_EQ(form_of(part("a", "\xe4\xbd\xa0") + end), (fields{{"a", "\xe4\xbd\xa0"}}));
  EXPECT_EQ(form_of("--b--"), fields{});
}

TEST(a_multipart_form, may_be_written_in_other_ways) {
  EXPECT_EQ(form_of("--b \t\r\ncontent-disposition:FORM-DATA;NAME=a\r\nContent-Type: text/plain; charset=utf-8\r\n"
                    "Content-Transfer-Encoding: 8bit\r\n\r\nx\r\n--b-- \r\n\r\n"),
            (fields{{"a", "x"}}));
  EXPECT_EQ(form_of("--b\r\nContent-Disposition: form-data; name=\"a\\\"b\\\\;c\"\r\n\r\nx\r\n--b--"),
            (fields{{"a\"b\\;c", "x"}}));
}

TEST(a_multipart_form, has_no_value_where_it_is_no_text) {
  EXPECT_EQ(form_of(part("a", "\xff") + part("b", std::string("\0", 1)) + end),
            (fields{{"a", std::nullopt}, {"b", std::nullopt}}));
}

TEST(a_multipart_form, leaves_files_out) {
  EXPECT_EQ(
    form_of("--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x.png\"\r\nContent-Type: image/png\r\n\r\n"
            "\x89PNG\r\n" +
            part("c", "d") + end),
    (fields{{"c", "d"}}));
}

TEST(a_multipart_form, that_is_malformed_is_none) {
  const std::string head = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n";
  for (const std::string& body : {
         std::string(),
         std::string("--b"),
         std::string("--c--"),
         "preamble\r\n" + part("a", "x") + end,
         part("a", "x"),
         part("a", "x") + "--b",
         part("a", "x") + "--b-",
         part("a", "x") + end + "epilogue",
         part("a", "x") + "--bb--",
         head + "\r\nx--b--",
         head + "x\r\n--b--",
         head + "\n\nx\r\n--b--",
         "\r\n" + part("a", "x") + end,
         std::string("--b\nContent-Disposition: form-data; name=\"a\"\n\nx\n--b--\n"),
         std::string("--b\r\n\r\nx\r\n--b--"),                                                // nothing says its name
         std::string("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--"),                    //
         std::string("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"),              //
         std::string("--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--b--"), //
         std::string("--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--b--"),    //
         std::string("--b\r\nContent-Disposition : form-data; name=\"a\"\r\n\r\nx\r\n--b--"), //
         std::string("--b\r\n Content-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--"), //
         head + "Content-Disposition: form-data; name=\"b\"\r\n\r\nx\r\n--b--",               // two names
         head + "Content-Transfer-Encoding: base64\r\n\r\neA==\r\n--b--",                     //
         head + "X: \x01\r\n\r\nx\r\n--b--",                                                  //
         head + "no colon\r\n\r\nx\r\n--b--",                                                 //
         head + "\r\nx\r\n--b?\r\n",                                                          //
       })
    EXPECT_EQ(form_of(body), std::nullopt) << body;
}

TEST(a_multipart_form, has_bounds) {
  std::string most;
  for (std::size_t i = 0; i < multipart_parts_max; ++i)
    most += part("a", "x");
  ASSERT_TRUE(form_of(most + end));
  EXPECT_EQ(form_of(most + end)->size(), multipart_parts_max);
  EXPECT_FALSE(form_of(most + part("a", "x") + end));
  const auto padded = [](std::size_t size) {
    const std::string head = "Content-Disposition: form-data; name=\"a\"\r\nX: ";
    return "--b\r\n" + head + std::string(size - head.size() - 4, 'x') + "\r\n\r\ny\r\n--b--";
  };
  EXPECT_TRUE(form_of(padded(multipart_head_bytes_max)));
  EXPECT_FALSE(form_of(padded(multipart_head_bytes_max + 1)));
}

RC_GTEST_PROP(a_multipart_form, that_was_written_is_read_again, (const std::vector<std::string>& values)) {
  RC_PRE(values.size() <= multipart_parts_max);
  std::string body;
  for (const auto& value : values) {
    RC_PRE(value.find("--boundary") == std::string::npos);
    body += "--boundary\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + value + "\r\n";
  }
  const auto got = read_multipart(body + "--boundary--\r\n", "boundary");
  RC_ASSERT(got.has_value());
  RC_ASSERT(got->size() == values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    RC_ASSERT((*got)[i].second.value_or(values[i]) == values[i]);
}

// -- which form a body has -----------------------------------------------------------

body_kind kind(std::string_view type, std::string body, body_kind usual = body_kind::urlencoded) {
  request_head head;
  if (!type.empty())
    head.fields = {{"Content-Type", std::string(type)}};
  request from;
  from.head = &head;
  from.body = std::move(body);
  return kind_of(from, usual);
}

TEST(the_kind_of_a_body, is_what_its_type_says) {
  EXPECT_EQ(kind("multipart/form-data; boundary=b", ""), body_kind::multipart);
  EXPECT_EQ(kind("Application/JSON; charset=utf-8", "x"), body_kind::json);
  EXPECT_EQ(kind("application/vnd.api+json", "x"), body_kind::json);
  EXPECT_EQ(kind("application/x-www-form-urlencoded;charset=UTF-8", "a=b", body_kind::json), body_kind::urlencoded);
  EXPECT_EQ(kind("application/xml", "<a/>"), body_kind::other);
  EXPECT_EQ(kind("application/octet-stream", "a=b"), body_kind::other);
}

TEST(the_kind_of_a_body, is_the_usual_one_without_a_type_that_tells) {
  for (const auto usual : {body_kind::urlencoded, body_kind::json})
    for (const auto* type : {"", "text/plain;charset=UTF-8"})
      EXPECT_EQ(kind(type, "a=b", usual), usual) << type;
}

TEST(the_kind_of_a_body, is_json_where_it_begins_so) {
  EXPECT_EQ(kind("application/x-www-form-urlencoded", R"( {"a":1})"), body_kind::json) << "as curl -d sends it";
  EXPECT_EQ(kind("", "{}"), body_kind::json);
  EXPECT_EQ(kind("multipart/form-data; boundary=b", "{}"), body_kind::multipart);
}

} // namespace
} // namespace parley::net
