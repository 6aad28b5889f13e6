// Users who are no more, and what they leave.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

new_user named(const std::string& name) {
  return {.username = name,
          .email = name + "@example.org",
          .password_hash = "x",
          .role = user_role::user,
          .created_at = noon};
}

class account_suite : public storage_suite {};

TEST_P(account_suite, a_retired_user_leaves_its_messages_and_nothing_else) {
  const auto ann = add_user("ann");
  const auto bob = add_user("bob");
  const auto room = add_room(bob);
  join(room, ann);
  post(room, ann, "what I said");
  commit([&] { return writer_->blocks().add(bob, ann, noon); });
  EXPECT_EQ(commit([&] { return writer_->accounts().retire(ann); }).error(), error_code::already_member);
  commit([&] { return writer_->members().remove(room, ann, false, noon); });
  EXPECT_TRUE(ask(notification_kind::join_request, room, bob, ann));
  const auto retired = commit([&] { return writer_->accounts().retire(ann); });
  ASSERT_TRUE(retired);
  EXPECT_EQ(retired->value.username, "deleted-" + std::to_string(ann.value));
  EXPECT_FALSE(reader_->users().find(ann));
  EXPECT_FALSE(reader_->users().find_credentials("ann"));
  EXPECT_FALSE(reader_->profiles().find(ann));
  EXPECT_EQ(reader_->blocks().count(bob), 0);
  EXPECT_EQ(reader_->notifications().list(bob, std::nullopt, {1, 20}).total, 0);
  EXPECT_THAT(usernames(reader_->users().search("", {1, 20})), ::testing::ElementsAre("bob"));
  const auto said = reader_->messages().list(room, {}, {}).items.at(0);
  EXPECT_EQ(said.sender_username, retired->value.username);
  EXPECT_EQ(said.content, "what I said");
  EXPECT_EQ(commit([&] { return writer_->accounts().retire(ann); }).error(), error_code::user_not_found);
  EXPECT_TRUE(commit([&] { return writer_->users().create(named("ann")); }));
}

TEST_P(account_suite, a_retired_user_leaves_no_file_without_a_message) {
  const auto ann = add_user("ann");
  const auto room = add_room(add_user("bob"));
  join(room, ann);
  const auto add_file = [&](const std::string& name) {
    const new_file x{.room = room,
                     .uploaded_by = ann,
                     .file = name,
                     .name = name,
                     .content_type = "text/plain",
                     .size = 1,
                     .width = {},
                     .height = {},
                     .created_at = noon};
    return commit([&] { return writer_->files().add(x); }).value().id;
  };
  const auto unused = add_file("unused");
  auto said = draft(room, ann, "see this");
  said.post.attachments = {add_file("used")};
  ASSERT_TRUE(append({said}).at(0));
  commit([&] { return writer_->uploads().add({"half", room, ann, "", "", 9, noon, {}, {}, {}, false, {}}); });
  commit([&] { writer_->members().remove(room, ann, false, noon); });
  const auto retired = commit([&] { return writer_->accounts().retire(ann); });
  ASSERT_TRUE(retired);
  EXPECT_THAT(retired->lost.files, ::testing::ElementsAre("unused"));
  EXPECT_THAT(retired->lost.videos, ::testing::ElementsAre("half"));
  EXPECT_FALSE(reader_->files().find(unused));
  EXPECT_TRUE(reader_->files().find(said.post.attachments[0]));
}

TEST_P(account_suite, nobody_else_has_the_name_of_a_retired_user) {
  const auto create = [&](const char* name) { return commit([&] { return writer_->users().create(named(name)); }); };
  EXPECT_EQ(create("deleted-1").error(), error_code::username_taken);
  EXPECT_EQ(create("Deleted-99").error(), error_code::username_taken);
  EXPECT_TRUE(create("deleted-x"));
  EXPECT_TRUE(create("deleted-"));
}

TEST_P(account_suite, what_a_user_said_is_found_in_pieces) {
  const auto ann = add_user("ann");
  const auto bob = add_user("bob");
  const auto room = add_room(ann);
  std::vector<message_id> mine;
  for (int i = 0; i < 3; ++i) {
    mine.push_back(post(room, ann, "mine"));
    post(room, bob, "of somebody else");
  }
  mark_deleted(mine[1]);
  const auto first = writer_->accounts().find_sent(ann, {}, mine[1].value);
  EXPECT_THAT(first.items, ::testing::ElementsAre(std::pair(room, mine[0])));
  EXPECT_FALSE(first.is_all);
  EXPECT_EQ(first.looked_to, mine[1]);
  const auto rest = writer_->accounts().find_sent(ann, first.looked_to, 1000);
  EXPECT_THAT(rest.items, ::testing::ElementsAre(std::pair(room, mine[2])));
  EXPECT_TRUE(rest.is_all);
  const auto none = writer_->accounts().find_sent(ann, rest.looked_to, 1000);
  EXPECT_TRUE(none.items.empty() && none.is_all);
  EXPECT_EQ(none.looked_to, rest.looked_to);
}

TEST_P(account_suite, a_room_passes_to_its_oldest_moderator_else_member) {
  const auto room = add_room(add_user("ann"));
  EXPECT_EQ(writer_->accounts().find_successor(room), std::nullopt);
  const auto bob = add_user("bob");
  join(room, bob);
  join(room, add_user("cid"));
  EXPECT_EQ(writer_->accounts().find_successor(room), bob);
  const auto dora = add_user("dora");
  join(room, dora, member_role::moderator);
  join(room, add_user("eve"), member_role::moderator);
  EXPECT_EQ(writer_->accounts().find_successor(room), dora);
}

INSTANTIATE_TEST_SUITE_P(backends, account_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
