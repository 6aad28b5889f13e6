// The words of other back ends, and the lists of names.
#include "moving/fields.hpp"

#include <gtest/gtest.h>

#include <set>

namespace parley::moving {
namespace {

TEST(a_word, of_another_back_end_stands_for_one_of_ours) {
  EXPECT_EQ(read_notification_kind("OWNER_INVITATION"), std::optional(notification_kind::owner_invitation));
  EXPECT_EQ(read_notification_kind("NotificationType.JOIN_REQUEST"), std::optional(notification_kind::join_request));
  EXPECT_EQ(read_notification_kind("joinRequest"), std::optional(notification_kind::join_request));
  EXPECT_EQ(read_notification_status("pending"), std::optional(notification_status::unread));
  EXPECT_EQ(read_member_role("Admin"), std::optional(member_role::moderator));
  EXPECT_EQ(read_user_role("superuser"), std::optional(user_role::admin));
  EXPECT_EQ(read_message_type("IMAGE"), std::optional(message_type::image));
  EXPECT_EQ(read_message_type("sticker"), std::nullopt);
}

TEST(a_kind, is_known_by_its_name) {
  for (const auto x : all_kinds)
    EXPECT_EQ(find_kind(name(x)), std::optional(x));
  EXPECT_EQ(find_kind("typing"), std::nullopt);
}

TEST(a_kind, names_no_column_twice) {
  for (const auto x : all_kinds) {
    std::set<std::string_view> names;
    for (const auto& known : fields_of(x))
      for (const auto one : known.names) {
        EXPECT_TRUE(names.insert(one).second) << name(x) << "." << one;
        EXPECT_EQ(plain_word(one), one);
      }
    EXPECT_FALSE(tables_of(x).empty());
  }
}

} // namespace
} // namespace parley::moving
