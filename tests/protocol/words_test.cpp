#include "protocol/words.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley {
namespace {

template <class Enum>
std::vector<std::string> words_of(std::initializer_list<Enum> values) {
  std::vector<std::string> out;
  for (Enum x : values) {
    EXPECT_EQ(parse_word<Enum>(name(x)), x);
    out.emplace_back(name(x));
  }
  EXPECT_EQ(parse_word<Enum>(""), std::nullopt);
  EXPECT_EQ(parse_word<Enum>("nonsense"), std::nullopt);
  return out;
}

using words = std::vector<std::string>;

TEST(words, are_those_of_the_contract_and_come_back) {
  EXPECT_EQ(words_of({user_role::user, user_role::admin}), (words{"user", "admin"}));
  EXPECT_EQ(words_of({member_role::member, member_role::moderator, member_role::owner}),
            (words{"member", "moderator", "owner"}));
  EXPECT_EQ(words_of({join_policy::approval, join_policy::open, join_policy::invite}),
            (words{"approval", "open", "invite"}));
  EXPECT_EQ(words_of({history_policy::all, history_policy::since_join, history_policy::none}),
            (words{"all", "since_join", "none"}));
  EXPECT_EQ(words_of({sync_mode::owner, sync_mode::everyone, sync_mode::off}), (words{"owner", "everyone", "off"}));
  EXPECT_EQ(words_of({message_type::text, message_type::image, message_type::file, message_type::system}),
            (words{"text", "image", "file", "system"}));
  EXPECT_EQ(words_of({notification_kind::owner_invitation, notification_kind::member_invitation,
                      notification_kind::join_request}),
            (words{"owner_invitation", "member_invitation", "join_request"}));
  EXPECT_EQ(words_of({notification_status::unread, notification_status::read, notification_status::accepted,
                      notification_status::rejected}),
            (words{"unread", "read", "accepted", "rejected"}));
  EXPECT_EQ(words_of({video_kind::file, video_kind::url}), (words{"file", "url"}));
}

TEST(words, are_spelt_exactly) {
  EXPECT_EQ(parse_word<message_type>("Text"), std::nullopt);
  EXPECT_EQ(parse_word<message_type>("text "), std::nullopt);
}

} // namespace
} // namespace parley
