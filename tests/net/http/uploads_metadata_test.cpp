#include "net/http/uploads_metadata.hpp"
#include "tests/protocol/generators.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace parley::net {
namespace {

TEST(upload_metadata_field, holds_keys_with_values_in_base64) {
  const upload_metadata want{{"title", "Ein Film"}, {"filetype", "video/mp4"}, {"private", ""}};
  EXPECT_EQ(read_metadata("title RWluIEZpbG0=,filetype dmlkZW8vbXA0,private"), want);
  EXPECT_EQ(read_metadata(" title  RWluIEZpbG0= , filetype dmlkZW8vbXA0 , private "), want);
  EXPECT_EQ(read_metadata(""), upload_metadata());
}

TEST(upload_metadata_field, that_is_malformed_is_refused) {
  for (const auto* field :
       {"title YQ==,", ",", "title YQ==,title YQ==", ",title YQ==", "ti\ttle YQ==", "\xd0\xb0 YQ=="})
    EXPECT_EQ(read_metadata(field), std::nullopt) << field;
}

TEST(upload_metadata_field, keeps_a_value_that_is_no_text_from_spoiling_the_others) {
  for (const auto* value : {"*", "YQ", "YQ=", "Y Q==", "_-==", "/w==", "AA==", "YR=="}) {
    const upload_metadata want{{"thumb", std::nullopt}, {"title", "a"}};
    EXPECT_EQ(read_metadata("thumb " + std::string(value) + ",title YQ=="), want) << value;
  }
}

TEST(upload_checksum_field, names_an_algorithm_and_a_digest) {
  EXPECT_EQ(read_checksum("sha1 YWJj"), (upload_checksum{"sha1", "abc"}));
  EXPECT_EQ(read_checksum(" sha256  YWJj "), (upload_checksum{"sha256", "abc"}));
  EXPECT_EQ(read_checksum("md5 YWJj").error(), fault::not_a_choice);
  for (const auto* field : {"", "sha1", "sha1 ", "sha1 *", "sha1 YWJ", "sha1YWJj"})
    EXPECT_EQ(read_checksum(field).error(), fault::bad_characters) << field;
}

TEST(upload_concat_field, is_a_part_or_a_whole_of_parts) {
  ASSERT_TRUE(read_concat("partial"));
  EXPECT_FALSE(read_concat("partial")->is_whole);
  const auto whole = read_concat("final;/uploads/a https://a.example/chat/uploads/b  /uploads/c ");
  ASSERT_TRUE(whole);
  EXPECT_TRUE(whole->is_whole);
  EXPECT_EQ(whole->parts, (std::vector<std::string>{"a", "b", "c"}));
  for (const auto* field : {"", "part", "final", "final;", "final; ", "final;/uploads/", "final;/rooms/1", "final;a"})
    EXPECT_FALSE(read_concat(field)) << field;
}

RC_GTEST_PROP(upload_metadata_field, that_was_written_is_read_again, ()) {
  upload_metadata want;
  for (const auto& key : *rc::gen::container<std::set<std::string>>(
         rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z')))))
    want.emplace_back(key, *rc::gen::suchThat(test::utf8_text(), [](const std::string& x) {
                        return !x.empty() && x.find('\0') == std::string::npos;
                      }));
  RC_ASSERT(read_metadata(write_metadata(want)) == want);
}

RC_GTEST_PROP(upload_metadata_field, of_any_bytes_is_read_without_harm, (const std::string& field)) {
  read_metadata(field);
}

} // namespace
} // namespace parley::net
