#include "config/describe.hpp"
#include "config/key.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::config {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(describe, shows_each_value_with_where_it_came_from) {
  test::temporary_folder folder;
  auto loaded = load({folder.write("p.toml", "server.drain_seconds = 3\n"),
                      {{"PARLEY_LOG_FORMAT", "json"}},
                      {{"http.origins", R"(["https://a.example"])"}}});
  ASSERT_TRUE(loaded) << loaded.error();
  auto text = describe(*loaded);
  EXPECT_THAT(text, HasSubstr("server.port = 8000  # default\n"));
  EXPECT_THAT(text, HasSubstr("server.drain_seconds = 3  # file\n"));
  EXPECT_THAT(text, HasSubstr("log.format = \"json\"  # environment\n"));
  EXPECT_THAT(text, HasSubstr("http.origins = [\"https://a.example\"]  # flag\n"));
  EXPECT_THAT(text, HasSubstr("limits.rate_limiting = true  # default\n"));
  EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), all_keys().size());
}

TEST(describe, masks_secrets) {
  auto loaded = load({{}, {{"PARLEY_AUTH_SECRET", "hunter2"}}, {{"storage.url", "postgresql://u:hunter3@h/d"}}});
  ASSERT_TRUE(loaded) << loaded.error();
  auto text = describe(*loaded);
  EXPECT_THAT(text, Not(HasSubstr("hunter")));
  EXPECT_THAT(text, HasSubstr("auth.secret = \"********\"  # environment\n"));
  EXPECT_THAT(text, HasSubstr("storage.url = \"postgresql://u:********@h/d\"  # flag\n"));
  EXPECT_THAT(describe(*load({})), HasSubstr("auth.secret = \"\"  # default\n")) << "nothing to hide";
}

TEST(describe, is_a_file_that_load_reads_to_the_same_settings) {
  auto loaded = load({{},
                      {},
                      {{"data_dir", "a \"b\" \\c 数据"},
                       {"server.locale", "ru"},
                       {"limits.rate_limiting", "false"},
                       {"http.origins", R"(["https://a.example", "*"])"},
                       {"limits.video_bytes", "1099511627776"}}});
  ASSERT_TRUE(loaded) << loaded.error();
  test::temporary_folder folder;
  auto again = load({folder.write("p.toml", describe(*loaded)), {}, {}});
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(again->values, loaded->values);
}

} // namespace
} // namespace parley::config
