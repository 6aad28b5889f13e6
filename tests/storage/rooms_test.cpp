// Rooms: creation, changes, lists and search.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

const room_config unusual{.is_public = true,
                          .join = join_policy::invite,
                          .history = history_policy::since_join,
                          .allow_guests = true,
                          .sync = sync_mode::off};

std::vector<std::string> names(const page<room>& rooms) {
  std::vector<std::string> out;
  for (const auto& x : rooms.items)
    out.push_back(x.name);
  return out;
}

TEST_P(storage_suite, a_created_room_is_read_back_whole) {
  const auto ann = add_user("ann");
  const auto made = commit([&] { return writer_->rooms().create(ann, {"Tea", "About tea", unusual}, noon); });
  EXPECT_EQ(made.name, "Tea");
  EXPECT_EQ(made.description, "About tea");
  EXPECT_EQ(made.owner, ann);
  EXPECT_EQ(made.config, unusual);
  EXPECT_EQ(made.created_at, noon);
  const auto found = reader_->rooms().find(made.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value, made);
  EXPECT_FALSE(found->last_message);
}

TEST_P(storage_suite, a_room_without_an_owner_is_no_room) {
  writer_->begin();
  EXPECT_THROW(writer_->rooms().create(user_id{99}, {"Tea", "", {}}, noon), storage_error);
  writer_->rollback();
}

TEST_P(storage_suite, a_room_knows_its_last_message) {
  const auto ann = add_user("ann");
  const auto tea = add_room(ann);
  const auto other = add_room(ann);
  const auto last = post(tea, ann, "hello");
  post(other, ann, "elsewhere");
  EXPECT_EQ(reader_->rooms().find(tea)->last_message, last);
}

TEST_P(storage_suite, an_unknown_room_is_found_nowhere) {
  const auto ann = add_user("ann");
  EXPECT_FALSE(reader_->rooms().find(room_id{7}));
  EXPECT_FALSE(reader_->rooms().find_access(room_id{7}, ann));
  EXPECT_THAT(reader_->members().list(room_id{7}), ::testing::IsEmpty());
}

TEST_P(storage_suite, a_room_changes_only_in_what_is_named) {
  const auto ann = add_user("ann");
  const auto tea = add_room(ann, "Tea", unusual);
  const auto renamed = commit([&] { return writer_->rooms().update(tea, {.name = "Coffee", .description = {}}); });
  ASSERT_TRUE(renamed);
  EXPECT_EQ(renamed->name, "Coffee");
  EXPECT_EQ(renamed->description, "about Tea");
  EXPECT_EQ(reader_->rooms().find(tea)->value, *renamed);

  const auto described = commit([&] { return writer_->rooms().update(tea, {.name = {}, .description = ""}); });
  ASSERT_TRUE(described);
  EXPECT_EQ(described->name, "Coffee");
  EXPECT_EQ(described->description, "");

  const auto configured = commit([&] { return writer_->rooms().update_config(tea, {}); });
  ASSERT_TRUE(configured);
  EXPECT_EQ(configured->config, room_config{});
  EXPECT_EQ(reader_->rooms().find(tea)->value, *configured);
}

TEST_P(storage_suite, changes_of_an_unknown_room_are_refused) {
  writer_->begin();
  EXPECT_EQ(writer_->rooms().update(room_id{7}, {}).error(), error_code::room_not_found);
  EXPECT_EQ(writer_->rooms().update_config(room_id{7}, {}).error(), error_code::room_not_found);
  EXPECT_EQ(writer_->rooms().remove(room_id{7}).error(), error_code::room_not_found);
  writer_->commit();
}

TEST_P(storage_suite, a_deleted_room_takes_everything_with_it_and_its_id_is_not_used_again) {
  const auto ann = add_user("ann");
  const auto bob = add_user("bob");
  const auto tea = add_room(ann);
  const auto spoken = post(tea, ann, "hello");
  mark_read(tea, ann, spoken);
  EXPECT_TRUE(commit([&] { return writer_->members().remove(tea, bob, true, noon); }));
  const auto shown = commit([&] { return writer_->videos().add(link_to(tea, ann, "film")); }).value();
  commit([&] {
    writer_->playback().save(tea, {.version = 3, .watched = shown, .position_s = 1, .rate = 1, .by = ann});
    EXPECT_TRUE(writer_->uploads().add({"u1", tea, ann, "film", "video/mp4", 10, noon, {}, {}, {}, false, {}}));
  });
  EXPECT_TRUE(commit([&] { return writer_->rooms().remove(tea); }));
  EXPECT_FALSE(reader_->rooms().find(tea));
  EXPECT_FALSE(reader_->messages().find(spoken));
  for (const char* table : {"members", "bans", "messages", "read_marks", "videos", "uploads", "playback"})
    EXPECT_EQ(trial_->number(std::string("SELECT COUNT(*) FROM ") + table), 0) << table;
  const auto next = add_room(ann);
  EXPECT_GT(next, tea);
  EXPECT_GT(post(next, ann, "hello"), spoken);
}

TEST_P(storage_suite, rooms_are_listed_by_membership_or_by_being_public) {
  const auto ann = add_user("ann");
  const auto bob = add_user("bob");
  const auto first = add_room(ann, "first");
  add_room(bob, "second", {.is_public = true});
  add_room(bob, "third");
  EXPECT_THAT(names(reader_->rooms().list(ann, room_scope::mine, "", {})), ::testing::ElementsAre("first"));
  EXPECT_THAT(names(reader_->rooms().list(ann, room_scope::listed, "", {})), ::testing::ElementsAre("second"));
  join(first, bob);
  EXPECT_THAT(names(reader_->rooms().list(bob, room_scope::mine, "", {})),
              ::testing::ElementsAre("first", "second", "third"));
}

TEST_P(storage_suite, lists_of_rooms_come_in_pages_and_count_all) {
  const auto ann = add_user("ann");
  for (const char* name : {"a", "b", "c", "d", "e"})
    add_room(ann, name, {.is_public = true});
  for (const auto scope : {room_scope::mine, room_scope::listed}) {
    const auto second = reader_->rooms().list(ann, scope, "", {.number = 2, .size = 2});
    EXPECT_THAT(names(second), ::testing::ElementsAre("c", "d"));
    EXPECT_EQ(second.total, 5);
    EXPECT_EQ(second.number, 2);
    EXPECT_EQ(second.size, 2);
    EXPECT_THAT(names(reader_->rooms().list(ann, scope, "", {.number = 3, .size = 2})), ::testing::ElementsAre("e"));
    const auto past = reader_->rooms().list(ann, scope, "", {.number = 4, .size = 2});
    EXPECT_THAT(past.items, ::testing::IsEmpty());
    EXPECT_EQ(past.total, 5);
  }
}

TEST_P(storage_suite, rooms_are_found_by_any_part_of_their_name_in_any_case) {
  const auto ann = add_user("ann");
  for (const char* name : {"Чай и кофе", "Tea Time", "coffee"})
    add_room(ann, name, {.is_public = true});
  EXPECT_THAT(names(reader_->rooms().list(ann, room_scope::listed, "ЧАЙ", {})), ::testing::ElementsAre("Чай и кофе"));
  EXPECT_THAT(names(reader_->rooms().list(ann, room_scope::mine, "a tI", {})), ::testing::ElementsAre("Tea Time"));
  const auto none = reader_->rooms().list(ann, room_scope::mine, "milk", {});
  EXPECT_THAT(none.items, ::testing::IsEmpty());
  EXPECT_EQ(none.total, 0);
}

TEST_P(storage_suite, wildcards_in_a_search_mean_themselves) {
  const auto ann = add_user("ann");
  for (const char* name : {"100% tea", "100 cups", "a_b", "axb", "wow!", "back\\slash", "it's"})
    add_room(ann, name);
  const auto search = [&](const char* text) { return names(reader_->rooms().list(ann, room_scope::mine, text, {})); };
  EXPECT_THAT(search("100%"), ::testing::ElementsAre("100% tea"));
  EXPECT_THAT(search("a_b"), ::testing::ElementsAre("a_b"));
  EXPECT_THAT(search("!"), ::testing::ElementsAre("wow!"));
  EXPECT_THAT(search("\\"), ::testing::ElementsAre("back\\slash"));
  EXPECT_THAT(search("'"), ::testing::ElementsAre("it's"));
}

TEST_P(storage_suite, a_renamed_room_is_found_by_its_new_name_only) {
  const auto ann = add_user("ann");
  const auto tea = add_room(ann, "tea");
  EXPECT_TRUE(commit([&] { return writer_->rooms().update(tea, {.name = "Кофе", .description = {}}); }));
  EXPECT_EQ(reader_->rooms().list(ann, room_scope::mine, "кофе", {}).total, 1);
  EXPECT_EQ(reader_->rooms().list(ann, room_scope::mine, "tea", {}).total, 0);
}

} // namespace
} // namespace parley::storage::testing
