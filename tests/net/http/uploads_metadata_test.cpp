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
  for (const auto* field : {"title *", "title YQ", "title YQ=", "title YQ==,", ",", "title YQ==,title YQ==",
                            ",title YQ==", "title Y Q==", "title _-==", "title /w==", "title AA==", "title YR=="})
    EXPECT_EQ(read_metadata(field), std::nullopt) << field;
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
