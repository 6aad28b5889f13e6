// Several servers on one PostgreSQL: their places, the homes of rooms, and what a dead one can still do.
#include "storage/ports/nodes.hpp"
#include "tests/storage/storage_suite.hpp"

#include <algorithm>
#include <future>

namespace parley::storage::testing {
namespace {

using ::testing::HasSubstr;

/// One server of several: what a process has of its own.
struct one_server {
  one_server(const std::string& url, const std::string& name, std::string secret = "s", std::string folder = "f")
    : opened(open_database(url, durability::full)) {
    node_wish wish;
    wish.name = name;
    wish.secret_mark = std::move(secret);
    wish.folder_mark = std::move(folder);
    place = join_nodes(*opened, wish, [] {});
    table = open_node_table(*opened);
    store = opened->open_writer();
  }

  std::unique_ptr<database> opened;
  std::unique_ptr<lease> place;
  std::unique_ptr<node_table> table;
  std::unique_ptr<writer> store;
};

class node_table_suite : public ::testing::Test {
protected:
  void SetUp() override {
    auto made = open_database(trial_->url(), durability::full);
    made->migrate(noon);
  }

  room_id add_room(one_server& by) {
    by.store->begin();
    if (!user_)
      user_ = by.store->users().create({"ann", "ann@example.org", "hash", user_role::user, noon})->id;
    const auto out = by.store->rooms().create(user_, {"room", "", {}}, noon).id;
    by.store->commit();
    return out;
  }

  node_row row_of(one_server& seen_by, const std::string& name) {
    const auto rows = seen_by.table->list();
    const auto it = std::ranges::find(rows, name, &node_row::name);
    return it == rows.end() ? node_row{} : *it;
  }

  template <class Start>
  std::string refusal(Start start) {
    try {
      start();
      return "";
    } catch (const std::exception& e) { // also of the trial itself
      return e.what();
    }
  }

  std::unique_ptr<trial_database> trial_ = make_postgres_trial();
  user_id user_;
};

TEST_F(node_table_suite, servers_of_other_names_serve_together_and_see_each_other) {
  one_server one(trial_->url(), "one"), two(trial_->url(), "two");
  one.table->announce("127.0.0.1:1", node_row::phase::up);
  const auto rows = two.table->list();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "one");
  EXPECT_EQ(rows[0].address, "127.0.0.1:1");
  EXPECT_EQ(rows[0].state, node_row::phase::up);
  EXPECT_FALSE(rows[0].is_gone);
  EXPECT_NE(rows[0].slot, rows[1].slot);
  EXPECT_NE(rows[0].link_key, rows[1].link_key);
  EXPECT_EQ(two.table->self().id, rows[1].id);
}

TEST_F(node_table_suite, a_slot_is_not_given_to_the_next_one) {
  std::int64_t first = 0;
  {
    one_server one(trial_->url(), "one");
    first = one.table->self().slot;
  }
  one_server again(trial_->url(), "one");
  EXPECT_NE(again.table->self().slot, first);
}

TEST_F(node_table_suite, a_name_is_one_living_servers) {
  one_server one(trial_->url(), "one");
  EXPECT_THAT(refusal([&] { one_server(trial_->url(), "one"); }), HasSubstr("a cluster.name of its own"));
}

TEST_F(node_table_suite, all_have_one_secret_and_one_folder) {
  one_server one(trial_->url(), "one");
  EXPECT_THAT(refusal([&] { one_server(trial_->url(), "two", "t"); }), HasSubstr("auth.secret"));
  EXPECT_THAT(refusal([&] { one_server(trial_->url(), "two", "s", "g"); }), HasSubstr("files.dir"));
}

TEST_F(node_table_suite, a_server_that_is_alone_and_several_keep_each_other_out) {
  auto alone = open_database(trial_->url(), durability::full);
  {
    const auto place = alone->join([] {});
    EXPECT_THAT(refusal([&] { one_server(trial_->url(), "one"); }), HasSubstr("it has no cluster.enabled"));
  }
  one_server one(trial_->url(), "one");
  EXPECT_THAT(refusal([&] { (void)alone->join([] {}); }), HasSubstr("set it here too"));
  // A release that knows nothing of others is kept out by the database itself.
  EXPECT_THAT(refusal([&] {
                trial_->execute(
                  "INSERT INTO nodes (name, host, process, version, started_at) VALUES ('server', 'h', 1, "
                  "'', 0)");
              }),
              HasSubstr("nodes of a cluster serve this database"));
}

TEST_F(node_table_suite, a_room_has_the_home_that_claims_it_first) {
  one_server one(trial_->url(), "one"), two(trial_->url(), "two");
  const auto room = add_room(one);
  const auto mine = one.table->claim(room);
  ASSERT_TRUE(mine);
  EXPECT_TRUE(mine->is_mine);
  const auto theirs = two.table->claim(room);
  ASSERT_TRUE(theirs);
  EXPECT_FALSE(theirs->is_mine);
  EXPECT_EQ(theirs->node, one.table->self().id);
  EXPECT_TRUE(one.table->claim(room)->is_mine) << "and keeps it";
}

TEST_F(node_table_suite, a_room_that_its_home_releases_is_the_next_ones) {
  one_server one(trial_->url(), "one"), two(trial_->url(), "two");
  const auto room = add_room(one);
  ASSERT_TRUE(one.table->claim(room));
  EXPECT_TRUE(one.table->is_home_of(room));
  EXPECT_FALSE(two.table->is_home_of(room));
  two.table->release(room); // it is not its to give
  EXPECT_TRUE(one.table->is_home_of(room));
  one.table->release(room);
  EXPECT_FALSE(one.table->is_home_of(room));
  EXPECT_TRUE(two.table->claim(room)->is_mine);
}

TEST_F(node_table_suite, of_two_claims_at_once_one_wins) {
  one_server one(trial_->url(), "one"), two(trial_->url(), "two");
  for (int i = 0; i < 20; ++i) {
    const auto room = add_room(one);
    auto other = std::async(std::launch::async, [&] { return two.table->claim(room); });
    const auto here = one.table->claim(room);
    const auto there = other.get();
    ASSERT_TRUE(here && there);
    EXPECT_NE(here->is_mine, there->is_mine);
    EXPECT_EQ(here->node, there->node);
  }
}

TEST_F(node_table_suite, a_room_that_is_not_there_has_no_home) {
  one_server one(trial_->url(), "one");
  EXPECT_FALSE(one.table->claim(room_id{12345}));
}

TEST_F(node_table_suite, what_was_fenced_commits_nothing_and_its_rooms_are_free) {
  one_server one(trial_->url(), "one"), two(trial_->url(), "two");
  const auto room = add_room(one);
  ASSERT_TRUE(one.table->claim(room)->is_mine);
  bool fenced = false;
  for (int i = 0; i < 1000 && !fenced; ++i) // it beats meanwhile
    fenced = two.table->fence(row_of(two, "one"));
  ASSERT_TRUE(fenced);
  EXPECT_TRUE(two.table->claim(room)->is_mine);
  EXPECT_THROW(add_room(one), storage_error);
  one.store->rollback();
  EXPECT_THROW((void)one.table->claim(add_room(two)), storage_error);
  EXPECT_EQ(row_of(two, "one").id, 0);
}

TEST_F(node_table_suite, who_has_beaten_since_is_not_dead) {
  one_server one(trial_->url(), "one"), two(trial_->url(), "two");
  auto seen = row_of(two, "one");
  seen.beats -= 1;
  EXPECT_FALSE(two.table->fence(seen));
  EXPECT_NE(row_of(two, "one").id, 0);
}

TEST_F(node_table_suite, nobody_is_in_the_rooms_of_a_dead_home_and_of_none) {
  one_server two(trial_->url(), "two");
  const auto here = add_room(two), dead = add_room(two), homeless = add_room(two);
  ASSERT_TRUE(two.table->claim(here)->is_mine);
  trial_->execute("INSERT INTO room_homes (room_id, node_id, epoch) VALUES (" + std::to_string(dead.value) +
                  ", 99999, 1)");
  trial_->execute("UPDATE rooms SET is_active = 1");
  two.table->forget_dead_homes(false);
  EXPECT_EQ(trial_->number("SELECT is_active FROM rooms WHERE id = " + std::to_string(dead.value)), 0);
  EXPECT_EQ(trial_->number("SELECT is_active FROM rooms WHERE id = " + std::to_string(homeless.value)), 1);
  two.table->forget_dead_homes(true);
  EXPECT_EQ(trial_->number("SELECT is_active FROM rooms WHERE id = " + std::to_string(homeless.value)), 0);
  EXPECT_EQ(trial_->number("SELECT is_active FROM rooms WHERE id = " + std::to_string(here.value)), 1);
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM room_homes"), 1);
}

TEST_F(node_table_suite, who_ends_gives_its_rooms_up) {
  one_server one(trial_->url(), "one");
  const auto room = add_room(one);
  ASSERT_TRUE(one.table->claim(room)->is_mine);
  trial_->execute("UPDATE rooms SET is_active = 1");
  one.table->give_up_homes();
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM room_homes"), 0);
  EXPECT_EQ(trial_->number("SELECT is_active FROM rooms WHERE id = " + std::to_string(room.value)), 0);
}

TEST_F(node_table_suite, a_room_that_is_dissolved_takes_its_home_along) {
  one_server one(trial_->url(), "one");
  const auto room = add_room(one);
  ASSERT_TRUE(one.table->claim(room)->is_mine);
  one.store->begin();
  ASSERT_TRUE(one.store->rooms().remove(room));
  one.store->commit();
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM room_homes"), 0);
}

TEST_F(node_table_suite, a_node_shows_its_connections_to_the_others) {
  one_server one(trial_->url(), "one"), two(trial_->url(), "two");
  one.table->show(7);
  EXPECT_EQ(row_of(two, "one").connections, 7);
  EXPECT_EQ(row_of(two, "two").connections, 0);
}

TEST_F(node_table_suite, what_is_limited_over_all_nodes_is_counted_over_them) {
  one_server one(trial_->url(), "one"), two(trial_->url(), "two");
  for (int i = 0; i < 5; ++i)
    EXPECT_FALSE((i % 2 == 0 ? one : two).table->take_turn("login", "1.2.3.4", 5)) << i;
  const auto wait = two.table->take_turn("login", "1.2.3.4", 5);
  ASSERT_TRUE(wait);
  EXPECT_GT(*wait, 0ms);
  EXPECT_LE(*wait, 12s);
  EXPECT_FALSE(one.table->take_turn("registration", "1.2.3.4", 5));
  EXPECT_FALSE(one.table->take_turn("login", "1.2.3.5", 5));
  one.table->sweep(); // forgets nobody who has to wait
  EXPECT_TRUE(one.table->take_turn("login", "1.2.3.4", 5));
}

TEST_F(node_table_suite, an_upload_is_one_nodes_until_it_is_released_or_that_one_is_dead) {
  one_server two(trial_->url(), "two");
  {
    one_server one(trial_->url(), "one");
    EXPECT_TRUE(one.table->hold_upload("u"));
    EXPECT_FALSE(two.table->hold_upload("u"));
    one.table->release_upload("u");
    EXPECT_TRUE(two.table->hold_upload("u"));
    two.table->release_upload("u");
    two.table->release_upload("u");
    EXPECT_TRUE(one.table->hold_upload("u"));
  }
  EXPECT_TRUE(two.table->hold_upload("u")); // the other one's row is gone
  one_server three(trial_->url(), "three");
  three.table->sweep();
  EXPECT_FALSE(three.table->hold_upload("u"));
}

TEST_F(node_table_suite, a_webhook_is_one_nodes_until_it_gives_it_up_or_is_dead) {
  const auto claim = [](one_server& by) {
    by.store->begin();
    const bool out = by.store->webhooks().claim(by.table->self().id);
    by.store->commit();
    return out;
  };
  const auto claimed = [](one_server& by) { return by.store->webhooks().list_claimed(by.table->self().id).size(); };
  one_server two(trial_->url(), "two");
  {
    one_server one(trial_->url(), "one");
    one.store->begin();
    one.store->webhooks().create({.url = "https://example.org/", .secret = "s", .kinds = {}, .rooms = {}}, noon);
    one.store->commit();
    EXPECT_TRUE(two.store->webhooks().has_unclaimed());
    EXPECT_TRUE(claim(one));
    EXPECT_FALSE(claim(one)) << "it has it";
    EXPECT_FALSE(claim(two));
    EXPECT_FALSE(two.store->webhooks().has_unclaimed());
    EXPECT_EQ(claimed(one), 1);
    EXPECT_EQ(claimed(two), 0);
    one.store->begin();
    one.store->webhooks().give_up_claims(one.table->self().id);
    one.store->commit();
    EXPECT_TRUE(claim(two));
    EXPECT_FALSE(claim(one));
    two.store->begin();
    two.store->webhooks().give_up_claims(two.table->self().id);
    two.store->commit();
    EXPECT_TRUE(claim(one));
  }
  EXPECT_TRUE(two.store->webhooks().has_unclaimed()) << "the other one's row is gone";
  EXPECT_TRUE(claim(two));
}

} // namespace
} // namespace parley::storage::testing
