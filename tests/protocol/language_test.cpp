#include "protocol/language.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

namespace parley {
namespace {

TEST(a_language_tag, is_a_name_alone_or_with_subtags) {
  EXPECT_EQ(parse_language("zh"), language::zh);
  EXPECT_EQ(parse_language("zh-CN"), language::zh);
  EXPECT_EQ(parse_language("EN-us"), language::en);
  EXPECT_EQ(parse_language("ru"), language::ru);
}

TEST(a_language_tag, of_another_language_is_none) {
  for (const char* tag : {"", "z", "de", "zho", "eng", "enx-US", "-zh", "*"})
    EXPECT_FALSE(parse_language(tag)) << tag;
}

TEST(a_language_tag, comes_back_from_its_name) {
  for (language x : all_languages)
    EXPECT_EQ(parse_language(name(x)), x);
}

struct wish {
  const char* header;
  language fallback;
  language expected;
};

class accept_language : public testing::TestWithParam<wish> {};

TEST_P(accept_language, picks_the_best_match) {
  EXPECT_EQ(pick_language(GetParam().header, GetParam().fallback), GetParam().expected) << GetParam().header;
}

constexpr auto zh = language::zh;
constexpr auto en = language::en;
constexpr auto ru = language::ru;

INSTANTIATE_TEST_SUITE_P(such_as, accept_language,
                         testing::Values(wish{"", zh, zh}, wish{"", ru, ru}, wish{"en", zh, en}, wish{"de", zh, zh},
                                         wish{"de, fr;q=0.9", en, en}, wish{"en;q=0.5, ru", zh, ru},
                                         wish{"en;q=0.5,ru;q=0.501", zh, ru}, wish{"en;q=0.8,ru;q=0.8", zh, en},
                                         wish{"ru-RU , ru;q=0.9 , en;q=0.8", zh, ru}, wish{"de,en;q=0.1", zh, en},
                                         wish{"en;q=0", zh, zh}, wish{"en;q=0", en, en}, wish{"*", en, en},
                                         wish{"*;q=0.5, ru;q=0.6", en, ru}, wish{"*;q=0.7, ru;q=0.6", en, en},
                                         wish{"zh;q=0, *", zh, en}, wish{"en;q=0.000, ru;q=1.000", zh, ru},
                                         wish{"en;q=2, ru;q=0.1", zh, ru}, wish{"en;q=1.5", zh, zh},
                                         wish{"en;q=, ru;q=0.2", zh, ru}, wish{"en;q=0.1234, ru;q=0.01", zh, ru},
                                         wish{"en;Q=0.3;x=y, ru;x=y;q=0.4", zh, ru}, wish{",,en,,", zh, en},
                                         wish{"zh-TW;q=0.2, zh;q=0.9, en;q=0.5", ru, zh}));

RC_GTEST_PROP(an_accept_language_header, of_any_bytes_picks_some_language, (const std::string& header)) {
  const auto picked = pick_language(header, language::ru);
  RC_ASSERT(std::find(all_languages.begin(), all_languages.end(), picked) != all_languages.end());
}

} // namespace
} // namespace parley
