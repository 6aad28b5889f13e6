// The task board and the session of `/ws/realtime/{connection_id}`: who owns a task, who hears what of it.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class task_board_suite : public ::testing::Test {
protected:
  task_board_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
  }

  static task_status status(const std::string& task, const std::string& text) {
    task_status out;
    out.connection = task;
    out.status = text;
    out.data = "null";
    return out;
  }
  auto publish(user_id by, const std::string& text, const std::string& task = "a/b") {
    return node_.ask<published_task>(node_.tasks, publish_task{by, status(task, text)});
  }
  std::optional<std::int64_t> published(user_id by, const std::string& text, const std::string& task = "a/b") {
    auto out = publish(by, text, task);
    node_.settle();
    return out->value ? std::optional(out->value->sockets) : std::nullopt;
  }
  client& watch(const std::string& task = "a/b", std::optional<std::string> token = std::nullopt) {
    auto& out = node_.connect_to(socket_kind::task, task, std::move(token));
    node_.settle();
    return out;
  }
  static std::vector<std::string> heard(const client& who) {
    std::vector<std::string> out;
    for (const auto& x : who.heard("task_status"))
      out.push_back(x.at("status"));
    return out;
  }

  small_node node_;
  user_id ann_, bob_;
};

// -- the socket ------------------------------------------------------------------------------

TEST_F(task_board_suite, a_watcher_is_greeted_as_who_it_is) {
  auto& guest = watch();
  auto hello = guest.heard("connected").at(0);
  EXPECT_TRUE(hello["message"].is_string());
  hello.erase("message");
  EXPECT_EQ(hello, (json{{"type", "connected"}, {"connection_id", "a/b"}, {"user_id", 1}, {"auth_status", "guest"}}));
  EXPECT_TRUE(guest.port->reading);

  auto& ann = watch("x", node_.token(ann_));
  EXPECT_EQ(ann.heard("connected").at(0)["user_id"], ann_.value);
  EXPECT_EQ(ann.heard("connected").at(0)["auth_status"], "authenticated");

  auto& bad = watch("x", "no such token");
  EXPECT_EQ(bad.heard("connected").at(0)["user_id"], 1);
  EXPECT_EQ(bad.heard("connected").at(0)["auth_status"], "invalid_token");
  EXPECT_FALSE(bad.closed());

  caf::anon_send_exit(node_.reader, caf::exit_reason::user_shutdown);
  node_.settle();
  auto& failed = watch("x", node_.token(ann_));
  EXPECT_EQ(failed.heard("connected").at(0)["auth_status"], "auth_error");
  EXPECT_EQ(failed.heard("connected").at(0)["user_id"], 1);
  EXPECT_FALSE(failed.closed());
}

TEST_F(task_board_suite, a_watcher_may_ping_and_nothing_else) {
  auto& guest = watch();
  guest.forget();
  for (const auto* text : {R"({"type":"ping","timestamp":7})", R"({"type":"hello","message":"m"})",
                           R"({"type":"task_status"})", "no JSON"}) {
    guest.says_text(text);
    node_.settle();
  }
  EXPECT_THAT(guest.types_heard(), ElementsAre("pong", "error", "error", "error"));
  EXPECT_EQ(guest.heard("pong")[0]["timestamp"], 7);
  EXPECT_THAT(guest.errors(), ElementsAre("unknown_type", "unknown_type", "bad_message"));
  EXPECT_EQ(guest.heard("error")[0]["supported_types"], json{"ping"});
}

TEST_F(task_board_suite, a_known_watcher_is_closed_when_its_token_expires) {
  auto& ann = watch("x", node_.token(ann_, 2min));
  auto& guest = watch("x");
  node_.advance(2min + 500ms);
  EXPECT_EQ(ann.closed(), close_code::unauthenticated);
  EXPECT_FALSE(guest.closed());
  ann.breaks();
  EXPECT_EQ(published(ann_, "s", "x"), 1);
}

// -- publishing --------------------------------------------------------------------------------

TEST_F(task_board_suite, watchers_hear_what_is_published_whole_and_after_the_commit) {
  auto& one = watch();
  auto& two = watch();
  auto& other = watch("a");
  auto value = status("a/b", "running");
  value.progress = 12.5;
  value.message = "м";
  value.data = R"({"n":1})";
  node_.store.after_commit = [&] { EXPECT_THAT(heard(one), IsEmpty()); };
  auto out = node_.ask<published_task>(node_.tasks, publish_task{ann_, value});
  node_.settle();
  EXPECT_EQ(out->value.value().sockets, 2);
  const json frame{{"type", "task_status"},
                   {"connection_id", "a/b"},
                   {"status", "running"},
                   {"progress", 12.5},
                   {"message", "м"},
                   {"data", {{"n", 1}}},
                   {"timestamp", format_time(node_.now())}};
  EXPECT_THAT(one.heard("task_status"), ElementsAre(frame));
  EXPECT_THAT(two.heard("task_status"), ElementsAre(frame));
  EXPECT_THAT(heard(other), IsEmpty());
}

TEST_F(task_board_suite, a_status_that_nobody_watches_is_kept_for_who_comes) {
  EXPECT_EQ(published(ann_, "one"), 0);
  EXPECT_EQ(published(ann_, "two"), 0);
  auto& late = watch();
  EXPECT_THAT(late.types_heard(), ElementsAre("connected", "task_status"));
  EXPECT_THAT(heard(late), ElementsAre("two"));
}

TEST_F(task_board_suite, the_first_to_publish_owns_the_id) {
  EXPECT_EQ(published(ann_, "one"), 0);
  auto& watcher = watch();
  auto refused = publish(bob_, "two");
  node_.settle();
  EXPECT_EQ(refused->refused, error_code::not_task_owner);
  EXPECT_THAT(heard(watcher), ElementsAre("one"));
  EXPECT_EQ(published(bob_, "mine", "other"), 0);
}

TEST_F(task_board_suite, of_two_who_race_the_first_to_arrive_owns_the_id) {
  auto first = publish(bob_, "bob's");
  auto second = publish(ann_, "ann's");
  auto third = publish(bob_, "bob's again");
  auto& watcher = watch();
  EXPECT_TRUE(first->value);
  EXPECT_EQ(second->refused, error_code::not_task_owner);
  EXPECT_TRUE(third->value);
  EXPECT_EQ(heard(watcher).back(), "bob's again");
}

TEST_F(task_board_suite, owner_and_last_status_survive_a_restart) {
  published(ann_, "one");
  small_node next;
  next.store.committed = node_.store.committed;
  auto& watcher = next.connect_to(socket_kind::task, "a/b");
  next.settle();
  EXPECT_THAT(heard(watcher), ElementsAre("one"));
  auto refused = next.ask<published_task>(next.tasks, publish_task{bob_, status("a/b", "two")});
  auto taken = next.ask<published_task>(next.tasks, publish_task{ann_, status("a/b", "three")});
  next.settle();
  EXPECT_EQ(refused->refused, error_code::not_task_owner);
  EXPECT_EQ(taken->value.value().sockets, 1);
  EXPECT_THAT(heard(watcher), ElementsAre("one", "three"));
}

TEST_F(task_board_suite, times_rise_with_the_statuses_whatever_the_publisher_says) {
  auto value = status("a/b", "one");
  value.at = node_.now() + 24h;
  node_.ask<published_task>(node_.tasks, publish_task{ann_, value});
  node_.settle();
  node_.advance(1s);
  published(ann_, "two");
  EXPECT_EQ(watch().heard("task_status").at(0)["timestamp"], format_time(node_.now()));
}

TEST_F(task_board_suite, a_status_that_was_not_stored_is_not_heard) {
  published(ann_, "one");
  auto& watcher = watch();
  node_.store.fail(store_call::commit);
  auto failed = publish(ann_, "two");
  auto next = publish(ann_, "three");
  node_.settle();
  EXPECT_EQ(failed->refused, error_code::internal);
  EXPECT_TRUE(next->value) << "the next is stored on its own";
  EXPECT_THAT(heard(watcher), ElementsAre("one", "three"));
}

TEST_F(task_board_suite, who_publishes_more_than_may_wait_is_refused) {
  node_.hold(node_.writer);
  std::vector<std::shared_ptr<const answer<published_task>>> all;
  for (std::size_t i = 0; i < task_board::waiting_limit + 1; ++i)
    all.push_back(publish(ann_, "s"));
  node_.settle();
  EXPECT_TRUE(all.front()->pending());
  EXPECT_EQ(all.back()->refused, error_code::rate_limited);
  EXPECT_EQ(published(ann_, "s", "other"), std::nullopt) << "waits for the writer, and is not refused";
  node_.release_all();
  node_.settle();
  EXPECT_EQ(all[all.size() - 2]->value.value().sockets, 0);
}

// -- coming and going --------------------------------------------------------------------------

TEST_F(task_board_suite, who_left_is_not_counted_and_who_comes_again_hears_the_last) {
  auto& one = watch();
  auto& two = watch();
  published(ann_, "one");
  one.breaks();
  EXPECT_EQ(published(ann_, "two"), 1);
  two.breaks();
  EXPECT_EQ(published(ann_, "three"), 0);
  EXPECT_THAT(heard(watch()), ElementsAre("three"));
}

TEST_F(task_board_suite, who_comes_while_a_status_is_stored_hears_it_once) {
  published(ann_, "one");
  auto& early = watch();
  node_.hold(node_.writer);
  auto out = publish(ann_, "two");
  node_.settle();
  auto& late = watch();
  EXPECT_THAT(heard(late), ElementsAre("one"));
  node_.release_all();
  node_.settle();
  EXPECT_EQ(out->value.value().sockets, 2);
  EXPECT_THAT(heard(early), ElementsAre("one", "two"));
  EXPECT_THAT(heard(late), ElementsAre("one", "two"));
}

TEST_F(task_board_suite, a_look_that_failed_is_made_good_by_the_next_who_comes) {
  published(ann_, "one");
  caf::anon_send_exit(node_.reader, caf::exit_reason::user_shutdown);
  node_.settle();
  auto& waits = watch();
  EXPECT_THAT(heard(waits), IsEmpty());
  EXPECT_EQ(published(ann_, "two"), 1);
  EXPECT_THAT(heard(waits), ElementsAre("two"));
  EXPECT_THAT(heard(watch()), ElementsAre("two")) << "from memory now";
}

/// Publishers, watchers who come and go and all that is between them take turns by lot. What a watcher heard must be
/// a run of what was published, without a hole and without a repetition, up to the end.
TEST_F(task_board_suite, nothing_is_missed_or_doubled_whoever_s_turn_it_is) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 lot(seed);
    const auto task = "task " + std::to_string(seed);
    std::vector<client*> watchers;
    int published = 0;
    // Without an answer, for who waits for one takes turns as well: these arrive in their order.
    const auto say = [&](user_id by, const std::string& text) {
      caf::anon_send(node_.tasks, publish_task{by, status(task, text)});
    };
    say(ann_, "0"); // it is hers from here on
    for (int step = 0; step < 30; ++step) {
      const auto what = lot() % 8;
      if (what < 3)
        say(ann_, std::to_string(++published));
      else if (what < 5)
        watchers.push_back(&node_.connect_to(socket_kind::task, task));
      else if (what == 5 && !watchers.empty())
        watchers[lot() % watchers.size()]->breaks();
      else if (what == 6 && lot() % 4 == 0)
        say(bob_, "not bob's");
      node_.run_some(lot, static_cast<unsigned>(lot() % 12));
    }
    say(ann_, std::to_string(++published));
    node_.settle_shuffled(lot);
    auto& last = node_.connect_to(socket_kind::task, task);
    node_.settle_shuffled(lot);
    EXPECT_THAT(heard(last), ElementsAre(std::to_string(published))) << seed;
    say(ann_, std::to_string(++published));
    node_.settle_shuffled(lot);
    int listening = 0;
    for (auto* x : watchers) {
      const auto all = heard(*x);
      for (std::size_t i = 1; i < all.size(); ++i)
        ASSERT_EQ(std::stoi(all[i]), std::stoi(all[i - 1]) + 1) << seed;
      listening += !all.empty() && all.back() == std::to_string(published) ? 1 : 0;
    }
    auto count = publish(ann_, "end", task);
    node_.settle();
    EXPECT_EQ(count->value.value().sockets, listening + 1) << seed;
  }
}

} // namespace
} // namespace parley::test
