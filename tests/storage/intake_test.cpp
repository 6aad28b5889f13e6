// Rows that come from elsewhere, and foreign tables that are read.
#include "storage/foreign.hpp"
#include "storage/intake.hpp"
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::Pair;

class intake_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    in_ = open_intake(trial_->url(), durability::full);
  }

  static user somebody(std::int64_t id, const std::string& name) {
    return {.id = user_id{id},
            .username = name,
            .email = name + "@example.org",
            .avatar_url = std::nullopt,
            .role = user_role::user,
            .created_at = noon};
  }
  static room a_room(std::int64_t id, user_id owner) {
    return {.id = room_id{id}, .name = "old", .description = {}, .owner = owner, .config = {}, .created_at = noon};
  }
  static membership member(user_id who) {
    return {.user = who, .role = member_role::member, .muted_until = {}, .joined_at = noon, .joined_after = {}};
  }

  std::unique_ptr<intake> in_;
};

TEST_P(intake_suite, new_ids_go_on_behind_those_that_came) {
  EXPECT_EQ(in_->last_id(import_kind::user), anonymous_user.value);
  EXPECT_EQ(in_->last_id(import_kind::message), 0);
  in_->begin();
  in_->put(somebody(40, "ann"), "hash", false);
  in_->put(a_room(7, user_id{40}));
  EXPECT_TRUE(in_->put(room_id{7}, member(user_id{40})));
  EXPECT_FALSE(in_->put(room_id{7}, member(user_id{40}))) << "a member already";
  message said;
  said.id = message_id{90};
  said.room = room_id{7};
  said.sender = user_id{40};
  said.content = "hello";
  said.sent_at = noon;
  in_->put(said);
  in_->commit();
  EXPECT_EQ(in_->last_id(import_kind::user), 40);
  EXPECT_EQ(add_user("bob").value, 41);
  EXPECT_EQ(add_room(user_id{40}).value, 8);
  EXPECT_EQ(post(room_id{7}, user_id{40}, "behind").value, 91);
  EXPECT_EQ(reader_->rooms().find(room_id{7})->value.members, 1);
  EXPECT_EQ(reader_->users().find_credentials("ANN")->password_hash, "hash");
  EXPECT_TRUE(in_->has_member(room_id{7}, user_id{40}));
}

TEST_P(intake_suite, who_is_banned_does_not_come_in) {
  const auto ann = add_user("ann");
  const auto bob = add_user("bob");
  const auto room = add_room(ann);
  in_->begin();
  EXPECT_TRUE(in_->put_ban(room, bob, noon));
  EXPECT_FALSE(in_->put_ban(room, bob, noon));
  EXPECT_FALSE(in_->put(room, member(bob)));
  in_->commit();
  EXPECT_EQ(reader_->rooms().find(room)->value.members, 1);
}

TEST_P(intake_suite, what_is_rolled_back_did_not_come) {
  in_->begin();
  in_->keep(import_state{.source = "main", .first_user = "1", .begun_at = noon});
  in_->put(somebody(40, "ann"), "hash", false);
  in_->rollback();
  EXPECT_FALSE(in_->find("main"));
  EXPECT_FALSE(reader_->users().find(user_id{40}));
}

TEST_P(intake_suite, how_far_an_import_came_is_kept) {
  in_->begin();
  in_->keep(import_state{.source = "main", .first_user = "1 noon", .begun_at = noon});
  in_->keep("main", import_kind::user, "64f0", 2);
  in_->keep(
    import_state{.source = "main", .first_user = "1 noon", .last_message = 9, .message_shift = 3, .begun_at = noon});
  in_->commit();
  const auto known = in_->find("main");
  ASSERT_TRUE(known);
  EXPECT_EQ(known->last_message, 9);
  EXPECT_EQ(known->message_shift, 3);
  EXPECT_THAT(in_->mapped("main", import_kind::user), ElementsAre(Pair("64f0", 2)));
  EXPECT_TRUE(in_->mapped("other", import_kind::user).empty());
}

TEST_P(intake_suite, a_foreign_table_is_read_as_text) {
  trial_->execute("CREATE TABLE \"odd \"\" name\" (id BIGINT, \"Text\" TEXT)");
  trial_->execute("INSERT INTO \"odd \"\" name\" VALUES (2, 'a\tb\n\\'), (1, NULL)");
  const auto from = open_foreign(trial_->url());
  EXPECT_THAT(from->tables(), Contains(Field(&foreign_table::name, "odd \" name")));
  std::vector<row_text> rows;
  from->read("odd \" name", {"id", "Text"}, {"id"}, [&](row_text& x) { rows.push_back(std::move(x)); });
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0], (row_text{"1", std::nullopt}));
  EXPECT_EQ(rows[1], (row_text{"2", "a\tb\n\\"}));
}

INSTANTIATE_TEST_SUITE_P(backends, intake_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
