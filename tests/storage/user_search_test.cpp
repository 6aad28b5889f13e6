// Users found by a part of their name.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

class user_search_suite : public storage_suite {
protected:
  std::vector<std::string> search(const std::string& text) { return usernames(reader_->users().search(text, {})); }
};

TEST_P(user_search_suite, everybody_but_anonymous_is_found_by_nothing) {
  EXPECT_THAT(search(""), ::testing::IsEmpty());
  const auto ann = add_user("ann");
  add_user("bob");
  EXPECT_THAT(search(""), ::testing::ElementsAre("ann", "bob"));
  EXPECT_EQ(reader_->users().search("ann", {}).items.at(0), (user_brief{ann, "ann", std::nullopt}));
  EXPECT_THAT(search("anonymous"), ::testing::IsEmpty());
}

TEST_P(user_search_suite, any_part_of_a_name_finds_it_in_any_case_and_script) {
  for (const char* name : {"Иван.Петров", "ivan", "李小龙", "Ünal", "ΣΊΣΥΦΟΣ"})
    add_user(name);
  EXPECT_THAT(search("ПЕТ"), ::testing::ElementsAre("Иван.Петров"));
  EXPECT_THAT(search("VAN"), ::testing::ElementsAre("ivan"));
  EXPECT_THAT(search("小"), ::testing::ElementsAre("李小龙"));
  EXPECT_THAT(search("üN"), ::testing::ElementsAre("Ünal"));
  EXPECT_THAT(search("φος"), ::testing::ElementsAre("ΣΊΣΥΦΟΣ"));
  EXPECT_THAT(search("example.org"), ::testing::IsEmpty());
}

TEST_P(user_search_suite, wildcards_mean_themselves) {
  for (const char* name : {"a_b", "axb", "a.b"})
    add_user(name);
  EXPECT_THAT(search("a_b"), ::testing::ElementsAre("a_b"));
  EXPECT_THAT(search("%"), ::testing::IsEmpty());
  EXPECT_THAT(search("!"), ::testing::IsEmpty());
  EXPECT_THAT(search("'"), ::testing::IsEmpty());
}

TEST_P(user_search_suite, what_is_found_comes_in_pages_and_is_counted) {
  for (const char* name : {"u1", "u2", "other", "u3", "u4", "u5"})
    add_user(name);
  const auto second = reader_->users().search("u", {.number = 2, .size = 2});
  EXPECT_THAT(usernames(second), ::testing::ElementsAre("u3", "u4"));
  EXPECT_EQ(second.total, 5);
  EXPECT_EQ(second.number, 2);
  EXPECT_EQ(second.size, 2);
  EXPECT_THAT(reader_->users().search("u", {.number = 4, .size = 2}).items, ::testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(backends, user_search_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
